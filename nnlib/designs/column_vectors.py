"""Column vectors: one example at a time, as a column.

x (fan_in, 1), W (fan_out, fan_in), b (fan_out, 1), z = W a + b.
"""

from __future__ import annotations

import numpy as np

from nnlib.layouts import LAYOUTS
from nnlib.network import Batches, Network
from nnlib.regularizers import Penalty
from nnlib.types import Array, Layer

LAYOUT = LAYOUTS["columns"]

Pair = tuple[Array, Array]  # one example: x (n_inputs, 1), y (n_outputs, 1)


class ColumnVectors(Network):
    """The design that reads like the textbook's equations.

    State: ``weights`` and ``biases``, one array each per layer.

    The document's methods: ``feedforward``, ``backprop``,
    ``update_mini_batch`` and ``evaluate`` keep their names; ``SGD`` is
    `fit`, and ``cost_derivative`` is the cost's ``gradient``.

    References
    ----------
    Tang, "Neural Network Code in Python 3 from Scratch", 2021, after
    Nielsen, *Neural Networks and Deep Learning*, 2015, chapters 1 and 2.
    """

    default_initializer = "standard_normal"

    def _hold(self, layers: list[Layer]) -> None:
        packed = [LAYOUT.pack(layer) for layer in layers]
        self.weights = [W for W, _ in packed]  # (fan_out, fan_in) each
        self.biases = [b for _, b in packed]  # (fan_out, 1) each

    def to_layers(self) -> list[Layer]:
        """Return the parameters as canonical layers: new arrays."""
        return [LAYOUT.unpack(Wb) for Wb in zip(self.weights, self.biases)]

    def feedforward(self, a: Array) -> Array:
        """Return the output (n_outputs, 1) for one input (n_inputs, 1)."""
        return self._forward(a)[1][-1]

    def _forward(self, a: Array) -> tuple[list[Array], list[Array]]:
        """Return every z, and every activation: the input's first."""
        zs, activations = [], [a]
        for W, b, f in zip(self.weights, self.biases, self._activations):
            zs.append(W @ activations[-1] + b)  # (fan_out, 1)
            activations.append(f.forward(zs[-1], axis=0))  # (fan_out, 1)
        return zs, activations

    def _outputs(self, X: Array) -> tuple[Array, Array]:
        Z = np.empty((len(X), self.sizes[-1]), X.dtype)
        A = np.empty_like(Z)
        for i, x in enumerate(X):
            zs, activations = self._forward(x[:, None])
            Z[i], A[i] = zs[-1][:, 0], activations[-1][:, 0]
        return Z, A

    def backprop(self, x: Array, y: Array) -> tuple[list[Array], list[Array]]:
        """Return (nabla_b, nabla_w): the gradient of one example's loss.

        ``x`` is (n_inputs, 1) and ``y`` (n_outputs, 1); the gradients have
        the shapes of ``biases`` and ``weights``.
        """
        zs, activations = self._forward(x)
        fs = self._activations
        delta = self._cost.delta(zs[-1], activations[-1], y, fs[-1], axis=0)
        nabla_b, nabla_w = [], []
        for layer in reversed(range(len(zs))):
            nabla_b.insert(0, delta)  # (fan_out, 1)
            nabla_w.insert(0, delta @ activations[layer].T)
            if layer:
                pulled = self.weights[layer].T @ delta  # (fan_in, 1)
                f, z = fs[layer - 1], zs[layer - 1]
                delta = f.backward(z, pulled, axis=0)  # (fan_in, 1)
        return nabla_b, nabla_w

    def _sums(self, pairs: list[Pair]) -> tuple[list[Array], list[Array]]:
        """Return `backprop` summed over the examples."""
        nabla_b = [np.zeros_like(b) for b in self.biases]
        nabla_w = [np.zeros_like(W) for W in self.weights]
        for x, y in pairs:
            delta_b, delta_w = self.backprop(x, y)
            for total, one in zip(nabla_b + nabla_w, delta_b + delta_w):
                total += one
        return nabla_b, nabla_w

    def _gradients(self, X: Array, Y: Array) -> list[Layer]:
        nabla_b, nabla_w = self._sums(as_pairs(X, Y))
        return [
            LAYOUT.unpack((nw / len(X), nb / len(X)))
            for nw, nb in zip(nabla_w, nabla_b)
        ]

    def update_mini_batch(
        self, mini_batch: list[Pair], eta: float, penalty: Penalty = Penalty()
    ) -> None:
        """Take one step of η along the mean gradient of these pairs."""
        m, (nabla_b, nabla_w) = len(mini_batch), self._sums(mini_batch)
        for layer, W in enumerate(self.weights):
            slope = nabla_w[layer] / m + penalty.gradient(W)
            self.weights[layer] = W - eta * slope
            self.biases[layer] = self.biases[layer] - eta / m * nabla_b[layer]

    def _epoch(
        self,
        X: Array,
        Y: Array,
        batches: Batches,
        learning_rate: float,
        penalty: Penalty,
    ) -> None:
        pairs = as_pairs(X, Y)
        for batch in batches:
            self.update_mini_batch(
                [pairs[i] for i in batch], learning_rate, penalty
            )

    def evaluate(self, pairs: list[Pair]) -> int:
        """Count the examples whose largest output is where y's is.

        Raises
        ------
        ValueError : a single output, which is always the largest.
        """
        if self.sizes[-1] == 1:
            raise ValueError("evaluate needs two outputs or more, got 1")
        return sum(
            int(np.argmax(self.feedforward(x)) == np.argmax(y))
            for x, y in pairs
        )


def as_pairs(X: Array, Y: Array) -> list[Pair]:
    """Return rows as a list of columns: x (n_inputs, 1), y (n_outputs, 1).

    A list, not an iterator: it can be walked more than once.
    """
    return [(x[:, None], y[:, None]) for x, y in zip(X, Y)]
