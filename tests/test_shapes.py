"""Shapes: what is read off a design's arrays is what the arrays are."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest
from bs4 import BeautifulSoup
from cases import Case

from nnlib import FIVE
from nnlib.designs import ColumnVectors
from nnlib.shapes import NAMES, SYMBOLS, ShapeTable, in_letters, shapes, watch

every_design = pytest.mark.parametrize("design", FIVE)

# Every number and every number plus 1 is another, so none can stand for two.
SIZES, N = (8, 6, 4, 2), 10
CASE = Case(SIZES, n_samples=N)

LAYERS = {  # fan_in and fan_out to (W, b, z, delta), by the docstrings
    "column_vectors": lambda i, o: [(o, i), (o, 1), (o, 1), (o, 1)],
    "bias_row": lambda i, o: [(o, i + 1), (o,), (o, N), (o, N)],
    "row_matrix": lambda i, o: [(i, o), (1, o), (N, o), (N, o)],
    "layer_dict": lambda i, o: [(i, o), (o,), (N, o), (N, o)],
    "bias_row_softmax": lambda i, o: [(o, 1 + i), (o,), (o, N), (o, N)],
}
WHOLE = {  # x, the first hidden a, the output, y
    "column_vectors": [(8, 1), (6, 1), (2, 1), (2, 1)],
    "bias_row": [(8 + 1, N), (6 + 1, N), (2, N), (2, N)],
    "row_matrix": [(N, 8), (N, 6), (N, 2), (N, 2)],
    "layer_dict": [(N, 8), (N, 6), (N, 2), (N, 2)],
    "bias_row_softmax": [(N, 1 + 8), (1 + 6, N), (2, N), (2, N)],
}


@every_design
def test_every_symbol_is_found(design):
    """All symbols have a name in the design, and an array behind it."""
    assert set(NAMES[design]) | {"delta"} == set(SYMBOLS)
    found = shapes(CASE.net(design), *CASE.batch())
    assert set(found) == set(SYMBOLS)
    assert all(held.shapes for held in found.values())


@every_design
def test_layers_have_the_shapes_of_their_design(design):
    """In each layer W, b, z and delta lie as the design has them."""
    found = shapes(CASE.net(design), *CASE.batch())
    ours = zip(*(found[key].shapes for key in ("W", "b", "z", "delta")))
    sizes = pairwise(SIZES)
    assert [list(o) for o in ours] == [LAYERS[design](*s) for s in sizes]


@every_design
def test_inputs_and_outputs_have_the_shapes_of_their_design(design):
    """So do the input, the hidden activations, the output, the target."""
    found = shapes(CASE.net(design), *CASE.batch())
    ours = [found[key].shapes[0] for key in ("x", "a", "output", "y")]
    assert ours == WHOLE[design]


@every_design
def test_a_gradient_has_its_parameter_s_shape(design):
    """Whichever way a parameter lies, its gradient lies that way too."""
    found = shapes(CASE.net(design), *CASE.batch())
    assert found["nabla_W"].shapes == found["W"].shapes
    assert found["nabla_b"].shapes == found["b"].shapes


@every_design
@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
def test_deltas_are_the_design_s_own(design, cost):
    """One sample's deltas are its bias gradients, layer by layer."""
    case = Case((3, 5, 4, 2), "mixed", cost, n_samples=1)
    net, (X, Y) = case.net(design), case.batch()
    deltas = watch(net, X, Y)["deltas"]
    for delta, layer in zip(deltas, net.gradients(X, Y), strict=True):
        np.testing.assert_array_equal(np.ravel(delta), layer.b)


@every_design
def test_watching_changes_nothing(design):
    """The network computes what it did, and no watcher stays behind."""
    net, (X, Y) = CASE.net(design), CASE.batch()
    before, watcher = net.gradients(X, Y), sys.getprofile()
    shapes(net, X, Y)
    assert sys.getprofile() is watcher
    for layer, same in zip(net.gradients(X, Y), before, strict=True):
        np.testing.assert_array_equal(layer.W, same.W)
        np.testing.assert_array_equal(layer.b, same.b)


def test_a_name_that_the_code_does_not_have_is_an_error(monkeypatch):
    """Names are evaluated: one that no longer exists does not pass."""
    monkeypatch.setitem(NAMES["bias_row"], "z", "zs[l - 1]")
    with pytest.raises(NameError, match="zs"):
        shapes(CASE.net("bias_row"), *CASE.batch())


def test_a_design_without_names_is_refused():
    """The error lists the designs that have names."""

    class Stranger(ColumnVectors):
        pass

    with pytest.raises(ValueError, match=r"ColumnVectors, .*'Stranger'"):
        shapes(Stranger(CASE.layers()), *CASE.batch())


def test_letters_are_those_of_the_layer():
    """6 is d_l in the layer that it comes out of, d_l-1 in the next."""
    assert in_letters((8, 6), [8, 6, 4], 10, layer=1) == "(d_{l-1}, d_{l})"
    assert in_letters((10, 6), [8, 6, 4], 10, layer=2) == "(n, d_{l-1})"
    assert in_letters((7, 1), [8, 6, 4], 10, layer=1) == "(d_{l} + 1, 1)"
    assert in_letters((4,), [8, 6, 4], 10, layer=2) == "(d_{l},)"


@pytest.mark.parametrize(
    ("sizes", "n"), [([8, 7], 10), ([8, 8], 10), ([8, 6], 7), ([8, 1], 10)]
)
def test_numbers_that_could_stand_for_two_are_refused(sizes, n):
    """Sizes one apart would be taken for each other's fan-in and bias."""
    with pytest.raises(ValueError, match="told apart"):
        in_letters((8,), sizes, n, layer=1)


@pytest.fixture
def table():
    """All designs on one batch."""
    nets = {name: CASE.net(name) for name in FIVE}
    return ShapeTable(nets, *CASE.batch())


def test_the_table_has_a_column_per_design_and_a_body_per_symbol(table):
    """Each cell has a name and a shape in letters, no number left."""
    page = BeautifulSoup(table._repr_html_(), "lxml")
    assert [th.text for th in page.thead.find_all("th")] == list(FIVE)
    bodies = page.find_all("tbody")
    assert len(bodies) == len(SYMBOLS)
    for body in bodies:
        cells = body.find_all("td")
        assert len(cells) == len(FIVE)
        for cell in cells:
            name, shape = cell.get_text("|").split("|", 1)
            assert name
            assert not set(shape) & set("23456789{}")


def test_the_table_reads_as_text_too(table):
    """In a terminal there is a line per symbol and design."""
    lines = repr(table).splitlines()
    assert len(lines) == len(SYMBOLS) * len(FIVE)
    (line,) = [s for s in lines if s.startswith("W        bias_row ")]
    assert line.endswith("(d_{l}, d_{l-1} + 1)")
