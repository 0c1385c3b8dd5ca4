"""Bias row, tanh and softmax: bias first, rows in, columns after.

A1 (n, 1 + n_inputs) begins with a column of ones; from the first product
on samples are columns, with a row of ones on top. W1 (fan_out, 1 + fan_in)
= [b | W], Z = W1 A1ᵀ, then Z = W1 A1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnlib import checks
from nnlib.layouts import LAYOUTS, prepend_ones_column, prepend_ones_row
from nnlib.network import Batches, Network
from nnlib.regularizers import Penalty, dropout_mask
from nnlib.types import Array, Layer

LAYOUT = LAYOUTS["bias_first_column"]


@dataclass
class Tricks:
    """What `fit` keeps from epoch to epoch; see `BiasRowSoftmax`."""

    rng: np.random.Generator
    momentum: float
    decay: float
    dropout: float
    velocities: list[Array]  # shaped like `weights`
    epoch: int = 0


class BiasRowSoftmax(Network):
    """The design with the tricks: momentum, decay, dropout, L2 and L1.

    State: ``weights``, one array per layer.

    `fit` takes, beside the shared arguments, ``momentum`` μ (velocity
    v ← μ v + ∇, step η v), ``decay`` d (η / (1 + d · epoch), epochs from
    0) and ``dropout``, the fraction of hidden units set to 0.

    The document's methods: ``forward`` and ``backprop`` keep their names,
    ``fit`` too; ``add_bias_unit`` is `nnlib.layouts.prepend_ones_column`,
    ``encode_labels`` is `nnlib.datasets.one_hot`, ``get_cost`` is `cost`,
    ``compute_dropout`` is `nnlib.regularizers.dropout_mask`.

    References
    ----------
    Varma, "Implementing a Neural Network in Python", 2017.
    """

    default_hidden = "tanh"
    default_output = "softmax"
    default_cost = "log_likelihood"
    default_initializer = "uniform"

    def _hold(self, layers: list[Layer]) -> None:
        self.weights = [LAYOUT.pack(layer) for layer in layers]

    def to_layers(self) -> list[Layer]:
        """Return the parameters as canonical layers: new arrays."""
        return [LAYOUT.unpack(W1) for W1 in self.weights]

    def forward(
        self, X: Array, masks: list[Array] | None = None
    ) -> tuple[list[Array], list[Array], Array]:
        """Return each layer's input with its ones, its Z, and the output.

        ``masks``, one (fan_out, n) per hidden layer, multiply the hidden
        activations; see `nnlib.regularizers.dropout_mask`. The first input
        is (n, 1 + n_inputs), everything else has its samples in columns.
        """
        A1s, Zs = [prepend_ones_column(X)], []
        product = self.weights[0] @ A1s[0].T  # columns from here on
        for layer, f in enumerate(self._activations[:-1]):
            Zs.append(product)  # (fan_out, n)
            A = f.forward(product, axis=0)
            if masks is not None:
                A = A * masks[layer]
            A1s.append(prepend_ones_row(A))  # (1 + fan_out, n)
            product = self.weights[layer + 1] @ A1s[-1]
        Zs.append(product)
        return A1s, Zs, self._activations[-1].forward(product, axis=0)

    def _outputs(self, X: Array) -> tuple[Array, Array]:
        _, Zs, A = self.forward(X)
        return Zs[-1].T, A.T

    def backprop(
        self, X: Array, Y: Array, masks: list[Array] | None = None
    ) -> list[Array]:
        """Return the gradients of the mean loss, shaped like `weights`.

        ``Y`` is (n, n_outputs); ``masks`` are those of the forward pass.
        """
        A1s, Zs, A = self.forward(X, masks)
        fs = self._activations
        delta = self._cost.delta(Zs[-1], A, Y.T, fs[-1], axis=0)
        nablas = []
        for layer in reversed(range(len(Zs))):
            columns = A1s[layer] if layer else A1s[0].T
            nablas.insert(0, delta @ columns.T / len(X))
            if layer:
                pulled = (self.weights[layer].T @ delta)[1:]  # (fan_in, n)
                if masks is not None:
                    pulled = pulled * masks[layer - 1]
                f, Z = fs[layer - 1], Zs[layer - 1]
                delta = f.backward(Z, pulled, axis=0)  # (fan_in, n)
        return nablas

    def _gradients(self, X: Array, Y: Array) -> list[Layer]:
        return [LAYOUT.unpack(nabla) for nabla in self.backprop(X, Y)]

    def update(
        self,
        nablas: list[Array],
        velocities: list[Array],
        learning_rate: float,
        momentum: float = 0.0,
        penalty: Penalty = Penalty(),
    ) -> None:
        """Take one step; ``velocities`` are updated in place."""
        for W1, v, nabla in zip(self.weights, velocities, nablas):
            nabla[:, 1:] += penalty.gradient(W1[:, 1:])  # not the bias
            v *= momentum
            v += nabla
            W1 -= learning_rate * v

    def _begin(
        self,
        rng: np.random.Generator,
        momentum: float = 0.0,
        decay: float = 0.0,
        dropout: float = 0.0,
    ) -> tuple[Tricks]:
        tricks = Tricks(
            rng,
            checks.check_number("momentum", momentum, below=1),
            checks.check_number("decay", decay),
            checks.check_number("dropout", dropout, below=1),
            [np.zeros_like(W1) for W1 in self.weights],
        )
        return (tricks,)

    def _masks(self, n: int, tricks: Tricks) -> list[Array] | None:
        """Return one mask (fan_out, n) per hidden layer, if any drop."""
        if not tricks.dropout:
            return None
        return [
            dropout_mask((size, n), tricks.dropout, tricks.rng).astype(
                self.settings.dtype
            )
            for size in self.sizes[1:-1]
        ]

    def _epoch(
        self,
        X: Array,
        Y: Array,
        batches: Batches,
        learning_rate: float,
        penalty: Penalty,
        tricks: Tricks,
    ) -> None:
        eta = learning_rate / (1 + tricks.decay * tricks.epoch)
        for batch in batches:
            masks = self._masks(len(batch), tricks)
            nablas = self.backprop(X[batch], Y[batch], masks)
            self.update(
                nablas, tricks.velocities, eta, tricks.momentum, penalty
            )
        tricks.epoch += 1
