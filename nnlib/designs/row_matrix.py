"""Rows in a Matrix: a batch of rows, inside a wrapper with operators.

X (n, fan_in), W (fan_in, fan_out), b (1, fan_out), Z = X W + b.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number

import numpy as np

from nnlib.layouts import LAYOUTS
from nnlib.network import Batches, Network
from nnlib.regularizers import Penalty
from nnlib.types import Array, Layer

LAYOUT = LAYOUTS["row_matrices"]


class Matrix:
    """A matrix whose operators read like the formulas.

    ``A @ B`` is the matrix product. ``A + B``, ``A - B`` and ``A * B`` go
    element by element, and repeat a single row ``B`` down the rows of
    ``A``. ``c * A`` and ``A / c`` take a number, ``A.T`` is the transpose.

    Raises
    ------
    ValueError : an array without two axes, shapes that do not go together.
    TypeError : what is not a Matrix, where one belongs.
    """

    __array_ufunc__ = None  # an array on the left leaves the answer to us

    def __init__(self, array: Array) -> None:
        self.array = np.asarray(array)
        if self.array.ndim != 2:
            raise ValueError(
                "a Matrix must have 2 axes, got an array of shape "
                f"{self.array.shape}"
            )

    def __matmul__(self, other: Matrix) -> Matrix:
        right = _array(other)
        if self.shape[1] != len(right):
            raise ValueError(f"cannot take {self.shape} @ {right.shape}")
        return Matrix(self.array @ right)

    def __add__(self, other: Matrix) -> Matrix:
        return Matrix(self.array + self._alike(other))

    def __sub__(self, other: Matrix) -> Matrix:
        return Matrix(self.array - self._alike(other))

    def __mul__(self, other: Matrix | float) -> Matrix:
        if isinstance(other, Number):
            return Matrix(self.array * other)
        return Matrix(self.array * self._alike(other))

    __rmul__ = __mul__

    def __truediv__(self, number: float) -> Matrix:
        return Matrix(self.array / number)

    def _alike(self, other: Matrix) -> Array:
        """Return the other's array, of this shape or one row of it."""
        array = _array(other)
        if array.shape not in (self.shape, (1, self.shape[1])):
            raise ValueError(
                f"{array.shape} does not go with {self.shape}, element by "
                "element"
            )
        return array

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        return self.array.shape

    @property
    def T(self) -> Matrix:
        """The transpose."""
        return Matrix(self.array.T)

    def apply(self, function: Callable[..., Array], *others: Matrix) -> Matrix:
        """Return ``function`` of this array and the others', wrapped."""
        return Matrix(function(self.array, *(m.array for m in others)))

    def sum_rows(self) -> Matrix:
        """Return the sum down the rows, as one row."""
        return Matrix(self.array.sum(axis=0, keepdims=True))

    def __repr__(self) -> str:
        return f"Matrix{self.shape}"


class RowMatrix(Network):
    """The design that puts a whole batch through at once, as rows.

    State: ``weights`` and ``biases``, one `Matrix` each per layer.

    The document's methods: ``feedforward``, ``backprop`` and
    ``update_weights`` keep their names; its ``predict`` is `classify`, its
    ``SGD`` is `fit`, and its ``initialize_variables`` is the initializer
    ``scaled_uniform``.

    References
    ----------
    Graesser, "A Neural Network program in Python: Part I", 2016.
    """

    default_initializer = "scaled_uniform"

    def _hold(self, layers: list[Layer]) -> None:
        packed = [LAYOUT.pack(layer) for layer in layers]
        self.weights = [Matrix(W) for W, _ in packed]  # (fan_in, fan_out)
        self.biases = [Matrix(b) for _, b in packed]  # (1, fan_out)

    def to_layers(self) -> list[Layer]:
        """Return the parameters as canonical layers: new arrays."""
        return _unwrap(self.weights, self.biases)

    def feedforward(self, X: Array) -> Array:
        """Return the outputs (n, n_outputs) for the rows of ``X``."""
        return self._outputs(X)[1]

    def _forward(self, X: Array) -> tuple[list[Matrix], list[Matrix]]:
        """Return every Z, and every activation: the input's first."""
        Zs, As = [], [Matrix(X)]
        for W, b, f in zip(self.weights, self.biases, self._activations):
            Zs.append(As[-1] @ W + b)  # (n, fan_out)
            As.append(Zs[-1].apply(f.forward))  # (n, fan_out)
        return Zs, As

    def _outputs(self, X: Array) -> tuple[Array, Array]:
        Zs, As = self._forward(X)
        return Zs[-1].array, As[-1].array

    def backprop(
        self, X: Array, Y: Array
    ) -> tuple[list[Matrix], list[Matrix]]:
        """Return (nabla_b, nabla_w): the gradient of the mean loss."""
        Zs, As = self._forward(X)
        fs = self._activations
        delta = Matrix(self._cost.delta(Zs[-1].array, As[-1].array, Y, fs[-1]))
        nabla_b, nabla_w = [], []
        for layer in reversed(range(len(Zs))):
            nabla_b.insert(0, delta.sum_rows() / len(X))  # (1, fan_out)
            nabla_w.insert(0, As[layer].T @ delta / len(X))
            if layer:
                pulled = delta @ self.weights[layer].T  # (n, fan_in)
                f, Z = fs[layer - 1], Zs[layer - 1]
                delta = Z.apply(f.backward, pulled)  # (n, fan_in)
        return nabla_b, nabla_w

    def _gradients(self, X: Array, Y: Array) -> list[Layer]:
        nabla_b, nabla_w = self.backprop(X, Y)
        return _unwrap(nabla_w, nabla_b)

    def update_weights(
        self,
        nabla_w: list[Matrix],
        nabla_b: list[Matrix],
        learning_rate: float,
        penalty: Penalty = Penalty(),
    ) -> None:
        """Take one step along these gradients."""
        self.weights = [
            W - learning_rate * (nw + W.apply(penalty.gradient))
            for W, nw in zip(self.weights, nabla_w)
        ]
        self.biases = [
            b - learning_rate * nb for b, nb in zip(self.biases, nabla_b)
        ]

    def _epoch(
        self,
        X: Array,
        Y: Array,
        batches: Batches,
        learning_rate: float,
        penalty: Penalty,
    ) -> None:
        for batch in batches:
            nabla_b, nabla_w = self.backprop(X[batch], Y[batch])
            self.update_weights(nabla_w, nabla_b, learning_rate, penalty)

    def classify(self, X: Array) -> Array:
        """Return 0s and 1s, (n, n_outputs): one 1 a row, at the largest.

        A single output becomes 1 above ½.
        """
        outputs = self.feedforward(X)
        if outputs.shape[1] == 1:
            return (outputs > 0.5).astype(outputs.dtype)
        ones = np.eye(outputs.shape[1], dtype=outputs.dtype)
        return ones[outputs.argmax(axis=1)]


def _array(other: Matrix) -> Array:
    """Return what a Matrix holds, and refuse what is none."""
    if not isinstance(other, Matrix):
        raise TypeError(f"expected a Matrix, got {type(other).__name__}")
    return other.array


def _unwrap(weights: list[Matrix], biases: list[Matrix]) -> list[Layer]:
    return [LAYOUT.unpack((W.array, b.array)) for W, b in zip(weights, biases)]
