"""Measuring: what is timed is what is meant, and memory is what is used."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from cases import relative_layers

from nnlib import DESIGNS, bench

FILE = Path(__file__).parents[1] / "book" / "results" / "bench.json"
SIZES = [8, 6, 5, 3]


def test_an_epoch_is_that_of_fit():
    """What is timed leads to the weights that `fit` leads to."""
    X, Y = bench.random_task(SIZES, 23)
    nets = [
        DESIGNS["workspace"].initialize(
            SIZES, rng=np.random.default_rng(0), **bench.SETTINGS
        )
        for _ in range(2)
    ]
    how = {"batch_size": 5, "learning_rate": 0.1}
    bench.epoch_of(nets[0], X, Y, 5, 0.1, np.random.default_rng(3))()
    nets[1].fit(X, Y, epochs=1, rng=np.random.default_rng(3), **how)
    first, other = (net.to_layers() for net in nets)
    assert relative_layers(first, other) == 0


class Counted(np.ndarray):
    """An array that counts the multiplications of its products."""

    count = 0

    def dot(self, other, out):
        """Count, and do."""
        Counted.count += self.shape[0] * self.shape[1] * other.shape[1]
        return np.dot(np.asarray(self), np.asarray(other), np.asarray(out))


def test_the_bare_products_are_all_of_them_and_no_more(monkeypatch):
    """Per example: twice the first layer's weights, three times the rest."""
    real = np.random.Generator.standard_normal

    class Generator:
        def standard_normal(self, shape):
            rng = np.random.Generator(np.random.PCG64(0))
            return real(rng, shape).view(Counted)

    X, _ = bench.random_task(SIZES, 20)
    with monkeypatch.context() as patched:
        patched.setattr(np.random, "default_rng", lambda _: Generator())
        epoch = bench.bare_products(X.view(Counted), SIZES, 5)
    Counted.count = 0
    epoch()
    first, *later = (i * o for i, o in pairwise(SIZES))
    assert Counted.count == len(X) * (2 * first + 3 * sum(later))


def test_candidates_take_turns():
    """Each runs once a turn, in order; the seconds are the clock's."""
    calls, ticks = [], iter(range(100))
    works = {name: lambda name=name: calls.append(name) for name in "ab"}
    seconds = bench.take_turns(works, 3, lambda: next(ticks))
    assert "".join(calls) == "ababab"
    assert seconds == {"a": [1, 1, 1], "b": [1, 1, 1]}


def test_a_ratio_is_the_median_of_the_turns():
    """One disturbed turn does not show."""
    assert bench.ratio([2, 4, 90], [1, 2, 3]) == 2


def test_the_peak_is_what_was_there_at_once():
    """Two megabytes one after the other are one."""

    def work():
        for _ in range(2):
            np.ones(2**17)

    assert 2**20 <= bench.peak_bytes(work) < 1.1 * 2**20


def test_what_another_thread_asks_for_once_is_no_peak():
    """One disturbed run does not show."""
    runs = iter([2**17, 1, 1])
    assert bench.peak_bytes(lambda: np.ones(next(runs))) < 1000


@pytest.mark.parametrize("design", DESIGNS)
def test_the_cost_of_a_design_has_all_its_numbers(design):
    """Seconds and bytes are positive, and the ratio is that of the two."""
    cost = bench.cost_of(design, SIZES, 5, n_samples=50, turns=1)
    assert cost.keys() == {"seconds", "products", "ratio", "peak_bytes"}
    assert min(cost.values()) > 0
    expected = cost["seconds"] / cost["products"]
    assert cost["ratio"] == pytest.approx(expected)


def test_a_profile_names_every_call_of_a_step():
    """The batch comes first, the update last, five products between."""
    X, Y = bench.random_task([8, 6, 3], 50)
    net = DESIGNS["workspace"].initialize(
        [8, 6, 3], rng=np.random.default_rng(0), **bench.SETTINGS
    )
    calls = bench.profile(net, X, Y, 10, steps=5)
    assert calls[0][:2] == ("take", (10, 8))
    assert calls[-1][:2] == ("add", net.theta.shape)
    assert sum(name == "dot" for name, *_ in calls) == 6  # one is a bias
    assert all(microseconds >= 0 for *_, microseconds in calls)


@pytest.mark.skipif(not FILE.exists(), reason="make bench has not run")
def test_the_stored_benchmark_is_complete():
    """Three networks in two dtypes, with threads, versions and peers."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    assert [task["sizes"][1] for task in found["tasks"]] == [
        30,
        30,
        100,
        100,
        512,
        512,
    ]
    assert {"threads", "numpy", "scikit-learn"} <= found["environment"].keys()
    for task in found["tasks"]:
        assert task["over_products"]["products"] == 1
        assert task["over_workspace"]["scikit-learn"] > 1


@pytest.mark.skipif(not FILE.exists(), reason="make bench has not run")
def test_what_the_chapter_says_of_the_stored_benchmark():
    """Beside the products, fetching and update come first; half the bytes."""
    double, single, *others = json.loads(FILE.read_text("utf-8"))["tasks"]
    by_kind = double["microseconds_by_kind"]
    products = by_kind["matrix products"]
    two = by_kind["fetching the batch"] + by_kind["the update"]
    assert two > sum(by_kind.values()) - two - products
    share = products / sum(by_kind.values())
    for task in others:
        parts = task["microseconds_by_kind"]
        assert share < parts["matrix products"] / sum(parts.values())
    calls = sorted(double["calls"], key=lambda call: -call[2])
    assert {name for name, *_ in calls[:4]} == {"dot", "take", "add"}
    seconds = [task["cpu_seconds"]["products"] for task in (double, single)]
    assert 0.4 < seconds[1] / seconds[0] < 0.75
