"""Layouts: there and back exactly, and the folded product is XW + b."""

from __future__ import annotations

import numpy as np
import pytest
from cases import nonzero
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib import LAYOUTS, Layer
from nnlib.layouts import (
    append_ones_row,
    prepend_ones_column,
    prepend_ones_row,
)
from nnlib.types import flatten, unflatten

every_layout = pytest.mark.parametrize("layout", LAYOUTS)
same_every_time = settings(derandomize=True, deadline=None, max_examples=50)


@st.composite
def any_layer(draw):
    """A layer of any sizes, any numbers: -0.0 and the smallest ones too."""
    fan_in, fan_out = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    numbers = {"allow_nan": False, "width": 8 * np.dtype(dtype).itemsize}
    return Layer(
        *(
            draw(hnp.arrays(dtype, shape, elements=st.floats(**numbers)))
            for shape in ((fan_in, fan_out), fan_out)
        )
    )


def arrays(packed):
    """What a layout packs into: one array, or two."""
    return packed if isinstance(packed, tuple) else (packed,)


def a_layer(fan_in=4, fan_out=3):
    """One layer, no zero in it."""
    rng = np.random.default_rng(0)
    return Layer(nonzero(rng, (fan_in, fan_out)), nonzero(rng, fan_out))


@every_layout
@same_every_time
@given(layer=any_layer())
def test_there_and_back_is_exact(layout, layer):
    """Unpacking what was packed gives every bit of the layer back."""
    pack, unpack = LAYOUTS[layout]
    again = unpack(pack(layer))
    for part, original in zip(again, layer, strict=True):
        assert part.shape == original.shape
        assert part.dtype == original.dtype
        assert part.tobytes() == original.tobytes()


SHAPES = {  # of a layer of 4 inputs and 3 units
    "rows": [(4, 3), (3,)],
    "row_matrices": [(4, 3), (1, 3)],
    "columns": [(3, 4), (3, 1)],
    "bias_last_column": [(3, 5)],
    "bias_first_column": [(3, 5)],
    "bias_last_row": [(5, 3)],
    "bias_first_row": [(5, 3)],
}


@every_layout
def test_packed_shapes(layout):
    """Each layout's arrays have the shapes that it is named for."""
    packed = arrays(LAYOUTS[layout].pack(a_layer()))
    assert [part.shape for part in packed] == SHAPES[layout]


@every_layout
def test_packing_copies(layout):
    """Writing to what was packed leaves the layer as it was."""
    layer = a_layer()
    for part in arrays(LAYOUTS[layout].pack(layer)):
        assert not any(np.shares_memory(part, own) for own in layer)


@every_layout
def test_unpacking_copies(layout):
    """Writing to what was unpacked leaves the packed arrays as they were."""
    packed = LAYOUTS[layout].pack(a_layer())
    unpacked = LAYOUTS[layout].unpack(packed)
    for part in arrays(packed):
        assert not any(np.shares_memory(part, own) for own in unpacked)
    assert not np.shares_memory(*unpacked)


@every_layout
def test_canonical_arrays_are_in_row_order(layout):
    """Whatever the design, W comes back C-contiguous."""
    layer = LAYOUTS[layout].unpack(LAYOUTS[layout].pack(a_layer()))
    assert layer.W.flags.c_contiguous


def append_ones_column(A):
    """Rows, with a column of ones behind them."""
    return append_ones_row(A.T).T


PRODUCTS = {  # the folded product of rows X, with samples in rows again
    "rows": lambda X, packed: X @ packed[0] + packed[1],
    "row_matrices": lambda X, packed: X @ packed[0] + packed[1],
    "columns": lambda X, packed: (packed[0] @ X.T + packed[1]).T,
    "bias_last_column": lambda X, W1: (W1 @ append_ones_row(X.T)).T,
    "bias_first_column": lambda X, W1: (W1 @ prepend_ones_row(X.T)).T,
    "bias_last_row": lambda X, W1: append_ones_column(X) @ W1,
    "bias_first_row": lambda X, W1: prepend_ones_column(X) @ W1,
}


@every_layout
def test_the_layout_s_product_is_xw_plus_b(layout):
    """In every layout the weighted sums are X W + b, to 1e-15."""
    layer, X = a_layer(), nonzero(np.random.default_rng(1), (7, 4))
    Z = PRODUCTS[layout](X, LAYOUTS[layout].pack(layer))
    np.testing.assert_allclose(Z, X @ layer.W + layer.b, atol=1e-15)


def test_prepended_ones_agree_in_rows_and_columns():
    """A column of ones before rows is a row of ones over columns."""
    X = nonzero(np.random.default_rng(1), (7, 4))
    np.testing.assert_array_equal(
        prepend_ones_column(X), prepend_ones_row(X.T).T
    )


@same_every_time
@given(layers=st.lists(any_layer(), min_size=1, max_size=4))
def test_flatten_and_unflatten_are_inverse(layers):
    """One long vector and back gives every number, in its place."""
    again = unflatten(flatten(layers), layers)
    for layer, original in zip(again, layers, strict=True):
        np.testing.assert_array_equal(layer.W, original.W)
        np.testing.assert_array_equal(layer.b, original.b)
