"""Layouts: where a layer's weights and bias lie, and the way back.

A canonical `Layer` has W (fan_in, fan_out) and b (fan_out,). A *layout*
packs it into the arrays that a design holds and unpacks it again, exactly;
gradients travel by the same maps. Every array that comes out is new.

With samples in rows, Z = A W + b; with samples in columns, Z = Wᵀ A + b.
Folding the bias in makes that one product: A gets a row (or column) of
ones, and b becomes the row (or column) of the weights that meets it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nnlib.types import Array, Layer


class Layout(NamedTuple):
    """``unpack(pack(layer))`` is the layer again, number for number."""

    pack: Callable[[Layer], Any]
    unpack: Callable[[Any], Layer]


# The bias apart.


def pack_rows(layer: Layer) -> tuple[Array, Array]:
    """W (fan_in, fan_out) and b (fan_out,)."""
    return layer.W.copy(), layer.b.copy()


def unpack_rows(arrays: tuple[Array, Array]) -> Layer:
    """Inverse of `pack_rows`."""
    W, b = arrays
    return Layer(W.copy(), b.copy())


def pack_row_matrices(layer: Layer) -> tuple[Array, Array]:
    """W (fan_in, fan_out) and b (1, fan_out): a matrix of one row."""
    return layer.W.copy(), layer.b[None, :].copy()


def unpack_row_matrices(arrays: tuple[Array, Array]) -> Layer:
    """Inverse of `pack_row_matrices`."""
    W, b = arrays
    return Layer(W.copy(), b[0].copy())


def pack_columns(layer: Layer) -> tuple[Array, Array]:
    """W (fan_out, fan_in) and b (fan_out, 1): a matrix of one column."""
    return layer.W.T.copy(), layer.b[:, None].copy()


def unpack_columns(arrays: tuple[Array, Array]) -> Layer:
    """Inverse of `pack_columns`."""
    W, b = arrays
    return Layer(W.T.copy(), b[:, 0].copy())


# The bias folded in; samples in columns, so the bias is a column of W.
# `np.hstack` leaves W.T's columns each in one piece of memory. Gradients
# have their rows so, and adding the one kind to the other is slow.


def pack_bias_last_column(layer: Layer) -> Array:
    """[Wᵀ | b], of shape (fan_out, fan_in + 1)."""
    return np.ascontiguousarray(np.hstack([layer.W.T, layer.b[:, None]]))


def unpack_bias_last_column(W1: Array) -> Layer:
    """Inverse of `pack_bias_last_column`."""
    return Layer(W1[:, :-1].T.copy(), W1[:, -1].copy())


def pack_bias_first_column(layer: Layer) -> Array:
    """[b | Wᵀ], of shape (fan_out, 1 + fan_in)."""
    return np.ascontiguousarray(np.hstack([layer.b[:, None], layer.W.T]))


def unpack_bias_first_column(W1: Array) -> Layer:
    """Inverse of `pack_bias_first_column`."""
    return Layer(W1[:, 1:].T.copy(), W1[:, 0].copy())


# The bias folded in; samples in rows, so the bias is a row of W.


def pack_bias_last_row(layer: Layer) -> Array:
    """W above b, of shape (fan_in + 1, fan_out)."""
    return np.vstack([layer.W, layer.b])


def unpack_bias_last_row(W1: Array) -> Layer:
    """Inverse of `pack_bias_last_row`."""
    return Layer(W1[:-1].copy(), W1[-1].copy())


def pack_bias_first_row(layer: Layer) -> Array:
    """b above W, of shape (1 + fan_in, fan_out)."""
    return np.vstack([layer.b, layer.W])


def unpack_bias_first_row(W1: Array) -> Layer:
    """Inverse of `pack_bias_first_row`."""
    return Layer(W1[1:].copy(), W1[0].copy())


# The ones that meet the folded bias: one per sample.


def append_ones_row(A: Array) -> Array:
    """A over a row of ones: (fan_in, n) to (fan_in + 1, n)."""
    return np.vstack([A, np.ones((1, A.shape[1]), A.dtype)])


def prepend_ones_row(A: Array) -> Array:
    """A under a row of ones: (fan_in, n) to (1 + fan_in, n)."""
    return np.vstack([np.ones((1, A.shape[1]), A.dtype), A])


def prepend_ones_column(A: Array) -> Array:
    """A right of a column of ones: (n, fan_in) to (n, 1 + fan_in)."""
    return np.hstack([np.ones((len(A), 1), A.dtype), A])


LAYOUTS = {
    "rows": Layout(pack_rows, unpack_rows),
    "row_matrices": Layout(pack_row_matrices, unpack_row_matrices),
    "columns": Layout(pack_columns, unpack_columns),
    "bias_last_column": Layout(pack_bias_last_column, unpack_bias_last_column),
    "bias_first_column": Layout(
        pack_bias_first_column, unpack_bias_first_column
    ),
    "bias_last_row": Layout(pack_bias_last_row, unpack_bias_last_row),
    "bias_first_row": Layout(pack_bias_first_row, unpack_bias_first_row),
}
