"""Planted mistakes: each is wrong where it says, and the referee sees it."""

import numpy as np
import pytest
from cases import Case, relative_layers

from nnlib import DESIGNS, gradcheck
from nnlib.plants import PLANTS, backward

# One network in which every plant is wrong: a ReLU layer, a sigmoid layer, a
# square matrix, a softmax, a penalty, and no zero among the parameters.
CASE = Case((5, 4, 4, 3), ("relu", "sigmoid"), "quadratic", "softmax", 8)
NET, (X, Y), L2 = CASE.net("row_matrix"), CASE.batch(), 0.3
RIGHT = NET.gradients(X, Y, l2=L2)

ALL = "W1 b1 W2 b2 W3 b3"
WRONG_IN = {
    "unsolved: all zero": ALL,
    "sign flipped": ALL,
    "twice too large": ALL,
    "sum, not mean": ALL,
    "only biases averaged": "W1 W2 W3",
    "biases forgotten": "b1 b2 b3",
    "last layer forgotten": "W3 b3",
    "one weight forgotten": "W1",
    "penalty forgotten": "W1 W2 W3",
    "biases penalized": "b1 b2 b3",
    "hidden slope forgotten": "W1 b1 W2 b2",
    "slope at a, not z": "W1 b1 W2 b2",
    "ReLU slope from its output": "W1 b1",
    "softmax: diagonal only": ALL,
    "W for its transpose": "W1 b1",
    "updated too early": "W1 b1 W2 b2",
}

every_plant = pytest.mark.parametrize("name", PLANTS)


def referee(claimed, **how):
    """Judge a claim about the network of this file."""
    return gradcheck.check(NET, X, Y, claimed=claimed, l2=L2, **how)


def parts(layers):
    """Every array of the layers."""
    return [part for layer in layers for part in layer]


def test_every_plant_is_placed():
    """Each plant has its line in the table above."""
    assert WRONG_IN.keys() == PLANTS.keys()


@pytest.mark.parametrize("l2", [0, L2])
@pytest.mark.parametrize("design", DESIGNS)
def test_without_a_plant_it_is_the_gradient(design, l2):
    """The pass that the plants spoil is right when nothing spoils it."""
    net = CASE.net(design)
    ours, theirs = backward(net, X, Y, l2), net.gradients(X, Y, l2=l2)
    assert relative_layers(ours, theirs) < 1e-12


@every_plant
def test_a_plant_has_the_right_shapes(name):
    """No plant gives itself away by a shape or by a NaN."""
    claimed = parts(PLANTS[name](NET, X, Y, L2))
    assert [p.shape for p in claimed] == [p.shape for p in parts(RIGHT)]
    assert all(np.isfinite(p).all() for p in claimed)


@every_plant
def test_a_plant_is_really_wrong(name):
    """Some slope is off by a thousandth of its array's largest, or more."""
    assert relative_layers(PLANTS[name](NET, X, Y, L2), RIGHT) > 1e-3


@pytest.mark.parametrize("method", gradcheck.METHODS)
@every_plant
def test_the_referee_names_the_arrays_that_are_wrong(name, method):
    """The rows that fail are those of the mistake, and no others."""
    report = referee(PLANTS[name](NET, X, Y, L2), method=method)
    failed = [row.name for row in report.rows if not row.passed]
    assert failed == WRONG_IN[name].split()


@every_plant
def test_one_direction_per_array_catches_it(name):
    """A single random direction in each array is enough."""
    rng = np.random.default_rng(0)
    claimed = PLANTS[name](NET, X, Y, L2)
    assert not referee(claimed, directions=1, rng=rng).passed


def test_no_two_plants_are_one():
    """Each plant claims something that no other claims."""
    claims = [
        np.concatenate([p.ravel() for p in parts(plant(NET, X, Y, L2))])
        for plant in PLANTS.values()
    ]
    assert len(np.unique(np.round(claims, 12), axis=0)) == len(PLANTS)


@every_plant
def test_a_plant_changes_nothing(name):
    """The network is as it was, and so is its gradient."""
    PLANTS[name](NET, X, Y, L2)
    for now, before in zip(
        parts(NET.to_layers()), parts(CASE.layers()), strict=True
    ):
        np.testing.assert_array_equal(now, before)
    assert relative_layers(NET.gradients(X, Y, l2=L2), RIGHT) == 0
