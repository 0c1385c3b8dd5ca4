"""The bias row: columns, with the bias folded in as the last column of W.

A1 (fan_in + 1, n) ends in a row of ones, W1 (fan_out, fan_in + 1) = [W | b],
Z = W1 A1.
"""

from __future__ import annotations

from nnlib.layouts import LAYOUTS, append_ones_row
from nnlib.network import Batches, Network
from nnlib.regularizers import Penalty
from nnlib.types import Array, Layer

LAYOUT = LAYOUTS["bias_last_column"]


class BiasRow(Network):
    """The design in which a layer is one matrix and nothing else.

    State: ``weights``, one array per layer.

    The document's methods: ``FP`` is `forward`; ``backProp`` is
    `back_prop` and then `update`. Its demonstration's loop of full batches
    is `fit` with ``batch_size=None``.

    References
    ----------
    "A Simple Neural Network - With Numpy in Python", mlnotebook, 2017.
    """

    default_initializer = "small_normal"

    def _hold(self, layers: list[Layer]) -> None:
        self.weights = [LAYOUT.pack(layer) for layer in layers]

    def to_layers(self) -> list[Layer]:
        """Return the parameters as canonical layers: new arrays."""
        return [LAYOUT.unpack(W1) for W1 in self.weights]

    def forward(self, X: Array) -> Array:
        """Return the outputs (n, n_outputs) for the rows of ``X``."""
        return self._forward(X)[2][-1].T

    def _forward(
        self, X: Array
    ) -> tuple[list[Array], list[Array], list[Array]]:
        """Return each layer's A1 (its input and ones), Z, and A."""
        A = X.T  # (n_inputs, n): columns from here on
        A1s, Zs, As = [], [], []
        for W1, f in zip(self.weights, self._activations):
            A1s.append(append_ones_row(A))  # (fan_in + 1, n)
            Zs.append(W1 @ A1s[-1])  # (fan_out, n)
            A = f.forward(Zs[-1], axis=0)  # (fan_out, n)
            As.append(A)
        return A1s, Zs, As

    def _outputs(self, X: Array) -> tuple[Array, Array]:
        _, Zs, As = self._forward(X)
        return Zs[-1].T, As[-1].T

    def back_prop(self, X: Array, Y: Array) -> list[Array]:
        """Return the gradients of the mean loss, shaped like `weights`.

        ``X`` is (n, n_inputs), ``Y`` (n, n_outputs).
        """
        A1s, Zs, As = self._forward(X)
        fs = self._activations
        delta = self._cost.delta(Zs[-1], As[-1], Y.T, fs[-1], axis=0)
        nablas = []
        for layer in reversed(range(len(Zs))):
            nablas.insert(0, delta @ A1s[layer].T / len(X))
            if layer:
                pulled = self.weights[layer].T @ delta  # (fan_in + 1, n)
                f, Z = fs[layer - 1], Zs[layer - 1]
                delta = f.backward(Z, pulled[:-1], axis=0)  # (fan_in, n)
        return nablas

    def _gradients(self, X: Array, Y: Array) -> list[Layer]:
        return [LAYOUT.unpack(nabla) for nabla in self.back_prop(X, Y)]

    def update(
        self,
        nablas: list[Array],
        learning_rate: float = 0.2,
        penalty: Penalty = Penalty(),
    ) -> None:
        """Take one step along these gradients."""
        for W1, nabla in zip(self.weights, nablas):
            nabla[:, :-1] += penalty.gradient(W1[:, :-1])  # not the bias
            W1 -= learning_rate * nabla

    def _epoch(
        self,
        X: Array,
        Y: Array,
        batches: Batches,
        learning_rate: float,
        penalty: Penalty,
    ) -> None:
        for batch in batches:
            nablas = self.back_prop(X[batch], Y[batch])
            self.update(nablas, learning_rate, penalty)
