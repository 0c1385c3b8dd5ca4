"""Counting: every operation is seen, once, and nothing is changed by it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from cases import relative_layers

from nnlib import FIVE, bench, tally

SIZES = [8, 6, 5, 3]


def network(design, sizes=SIZES):
    """Return a network of the headline's kind."""
    rng = np.random.default_rng(0)
    return FIVE[design].initialize(sizes, rng=rng, **bench.SETTINGS)


def found(work, *arrays):
    """Return names and new bytes of what ``work`` does to the arrays."""
    record = []
    work(*(tally.watch(a, record) for a in arrays))
    return [(op.name, op.new_bytes) for op in record]


A = np.arange(12.0).reshape(3, 4)
ROWS = np.array([0, 2])
KNOWN = [
    (lambda a: a @ a.T, [("matmul", 72)]),
    (lambda a: 2 * a + 1, [("multiply", 96), ("add", 96)]),
    (lambda a: a.__iadd__(a), [("add", 0)]),
    (lambda a: a[ROWS], [("rows", 64)]),
    (lambda a: (a[1:], a[0], a.T, a[:, None]), []),
    (lambda a: np.vstack([a, np.ones((1, 4))]), [("vstack", 128)]),
    (lambda a: np.where(a > 3, a, 0), [("greater", 12), ("where", 96)]),
    (lambda a: a.sum(axis=0), [("add", 32)]),
    (lambda a: np.sum(a), [("sum", 8)]),
    (lambda a: a.copy(), [("copy", 96)]),
    (lambda a: (a > 3).astype(float), [("greater", 12), ("astype", 96)]),
    (lambda a: np.exp(-a), [("negative", 96), ("exp", 96)]),
]


@pytest.mark.parametrize(("work", "expected"), KNOWN)
def test_a_known_operation_is_noted(work, expected):
    """Its name, and the bytes of the array that it makes."""
    assert found(work, A.copy()) == expected


@pytest.mark.parametrize("design", FIVE)
def test_counting_changes_nothing(design):
    """The network is left alone, and a watched step is the plain step."""
    X, Y = bench.random_task(SIZES, 7)
    net, other = network(design), network(design)
    tally.operations(net, X, Y, steps=2)
    assert relative_layers(net.to_layers(), other.to_layers()) == 0
    assert type(vars(net)["sizes"][0]) is int
    assert np.asarray(np.ma.array([1])).__class__ is np.ndarray  # put back


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("design", FIVE)
def test_the_products_are_those_of_the_equations(design, n):
    """Forward, gradient, and back for all layers but the first."""
    X, Y = bench.random_task(SIZES, n)
    names = Counter(op.name for op in tally.operations(network(design), X, Y))
    passes = n if design == "column_vectors" else 1
    assert names["matmul"] == 8 * passes


@pytest.mark.parametrize("design", FIVE)
def test_a_watched_matmul_has_the_bytes_of_its_shape(design):
    """Eight per number, whatever the design wraps it in."""
    X, Y = bench.random_task(SIZES, 4)
    for op in tally.operations(network(design), X, Y):
        assert op.seconds > 0
        if op.name == "matmul":
            assert op.new_bytes == 8 * np.prod(op.shape)


def test_wrapping_is_seen_in_calls_and_not_in_operations():
    """Rows in a Matrix do what bare rows do, through more functions."""
    X, Y = bench.random_task(SIZES, 4)
    seen, calls = {}, {}
    for design in ("row_matrix", "layer_dict"):
        net = network(design)
        seen[design] = Counter(
            op[:3] for op in tally.operations(net, X, Y)
        ).total()
        step = bench.epoch_of(net, X, Y, None, 0.1, np.random.default_rng(0))
        calls[design] = tally.function_calls(step)
    assert seen["row_matrix"] == seen["layer_dict"]
    assert calls["row_matrix"] > 3 * calls["layer_dict"]


def test_function_calls_are_nnlibs_own():
    """A call of ours is counted, one of NumPy's and a comprehension not."""

    def work():
        bench.ratio([float(x) for x in range(3)], [1, 1, 1])

    assert tally.function_calls(work) == 1


def test_kinds_add_up():
    """Every operation is in one kind, with its bytes and seconds."""
    X, Y = bench.random_task(SIZES, 4)
    ops = tally.operations(network("bias_row"), X, Y)
    kinds = tally.by_kind(ops).values()
    assert sum(k["operations"] for k in kinds) == len(ops)
    total = sum(k["new_bytes"] for k in kinds)
    assert total == sum(op.new_bytes for op in ops)
