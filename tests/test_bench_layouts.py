"""The layouts' benchmark: every size is there, and the page's story holds."""

from __future__ import annotations

import json
from pathlib import Path

import bench_layouts as script
import numpy as np
import pytest

from nnlib import FIVE, scaling, tally

FILE = Path(__file__).parents[1] / "book/results/bench_layouts.json"
NAMES = ["products", *FIVE]


@pytest.fixture(scope="module")
def results():
    """Return what `make bench` stored."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def test_the_environment_is_told(results):
    """Versions, machine, BLAS and its threads, clock and allocator."""
    told = results["environment"]
    assert {"python", "numpy", "machine", "cores", "clock"} <= told.keys()
    assert told["threads"] == 1
    assert told["blas"]
    assert told["allocator"] == script.KEEP


@pytest.mark.parametrize("name", script.SWEEPS)
def test_a_sweep_has_every_design_at_every_size(results, name):
    """Seconds for all and the floor, bytes for all, no number missing."""
    sweep, points = results["sweeps"][name], script.SWEEPS[name]
    assert sweep["values"] == list(points)
    told = {str(value): list(point) for value, point in points.items()}
    assert results["settings"][name] == json.loads(json.dumps(told))
    assert list(sweep["seconds"]) == NAMES
    assert list(sweep["peak_bytes"]) == list(FIVE)
    for numbers in [*sweep["seconds"].values(), *sweep["peak_bytes"].values()]:
        assert len(numbers) == len(points)
        assert min(numbers) > 0


def test_nothing_is_quicker_than_the_bare_products(results):
    """The floor is a floor, for every design at every size."""
    for sweep in results["sweeps"].values():
        floor = np.array(sweep["seconds"]["products"])
        for name in FIVE:
            assert (np.array(sweep["seconds"][name]) > floor).all()


def test_the_smaller_measurements_are_complete(results):
    """Every part is there: by kind, one by one, outer, orders, pages."""
    made = {"environment", "settings", *script.parts(1.0)}
    assert results.keys() == made
    assert results["kinds"].keys() == {"headline", "nothing"}
    for network in results["kinds"].values():
        assert list(network) == [str(n) for n in script.KINDS_AT]
        for designs in network.values():
            assert list(designs) == list(FIVE)
            assert {len(kinds) for kinds in designs.values()} == {4}
    assert {len(o) for o in results["outer"].values()} == {3}
    assert {len(o) for o in results["order"].values()} == {4}
    assert list(results["one_by_one"]) == [
        str(w) for w in script.SWEEPS["width"]
    ]
    for designs in results["fresh"].values():
        for ways in designs.values():
            assert ways.keys() == {"usual", "kept"}


def test_what_the_chapter_says_of_the_batch(results):
    """The loop is ten times slower at 100; the rest is near the floor."""
    batch = results["sweeps"]["batch"]
    at = batch["values"].index(100)
    seconds = {name: t[at] for name, t in batch["seconds"].items()}
    others = [seconds[d] for d in FIVE if d != "column_vectors"]
    assert seconds["column_vectors"] > 8 * max(others)
    assert max(others) < 5 * seconds["products"]
    fits = {
        name: scaling.line(batch["values"], t)
        for name, t in batch["seconds"].items()
    }
    for name, t in batch["seconds"].items():  # the line promises too little
        seen = scaling.line(batch["values"][: at + 1], t[: at + 1])
        assert seen.at(1000) < t[-1], name
    assert fits["column_vectors"].even < 5
    assert 10 < fits["layer_dict"].even < 100


def test_what_the_chapter_says_of_width_and_depth(results):
    """The gap narrows and stays; alone is dear; depth has slope 1."""
    width = results["sweeps"]["width"]["seconds"]
    gap = np.divide(width["column_vectors"], width["layer_dict"])
    assert gap[0] > 2 * gap[-1] > 16
    values = results["sweeps"]["width"]["values"]
    for name in ("products", "layer_dict"):
        assert 1.6 < scaling.slope(values[-3:], width[name][-3:]) < 2.2
    alone = results["one_by_one"]["512"]
    assert alone["1"] > 3 * alone["100"]
    depth = results["sweeps"]["depth"]
    for t in depth["seconds"].values():
        found = scaling.slope(depth["values"][2:], t[2:])
        assert found == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("n", ["1", "100"])
def test_what_a_step_is_made_of_adds_up(results, n):
    """Calls, and what three kinds take beyond them, are the whole step."""
    for name in FIVE:
        with_numbers, nothing = (
            results["kinds"][network][n][name]
            for network in ("headline", "nothing")
        )
        total = nothing["whole"] + sum(
            numbers["seconds"] - nothing[kind]["seconds"]
            for kind, numbers in with_numbers.items()
            if kind != "whole"
        )
        assert total == pytest.approx(with_numbers["whole"], rel=0.25)


def test_what_the_chapter_says_of_outer_products(results):
    """An operator is slower than a function, and makes up much of a loop."""
    ways = results["outer"]["784 to 30"]
    assert ways["@"] > 2 * ways["np.dot"]
    headline = results["kinds"]["headline"]
    loop = headline["100"]["column_vectors"]
    assert 100 * ways["@"] > 0.4 * loop["products"]["seconds"]


def test_what_the_chapter_says_of_the_copy_with_the_ones(results):
    """At 1000 images the products of the turned shapes make up for it."""
    folded, rows = (
        results["kinds"]["headline"]["1000"][name]
        for name in ("bias_row", "layer_dict")
    )
    saved = rows["products"]["seconds"] - folded["products"]["seconds"]
    spent = folded["copies"]["seconds"] - rows["copies"]["seconds"]
    assert saved > spent > 0


def test_what_the_chapter_says_of_memory(results):
    """The loop's peak stays, the others' grow; kept memory is quicker."""
    batch = results["sweeps"]["batch"]
    slopes = {
        name: scaling.slope(batch["values"][-2:], p[-2:])
        for name, p in batch["peak_bytes"].items()
    }
    assert slopes.pop("column_vectors") < 0.3
    assert min(slopes.values()) > 0.8
    ends = {name: p[-1] for name, p in batch["peak_bytes"].items()}
    batch_bytes = 1000 * 784 * 8
    for folded in ("bias_row", "bias_row_softmax"):
        extra = ends[folded] - ends["layer_dict"]
        assert extra == pytest.approx(batch_bytes, rel=0.1)
    ways = results["fresh"]["300"]["bias_row"]
    assert ways["usual"]["seconds"] > 2 * ways["kept"]["seconds"]
    assert ways["usual"]["pages"] > 500 > ways["kept"]["pages"]


def test_what_the_chapter_says_of_memory_order(results):
    """Adding rows to columns is slower, at a power of two much slower."""
    order = results["order"]
    ratio = {w: o["add, columns"] / o["add, rows"] for w, o in order.items()}
    assert ratio["512"] > ratio["500"] > 2
    step = order["512"]
    assert step["step, columns"] > 1.2 * step["step, rows"]


@pytest.mark.parametrize("n", [1, 10])
def test_a_step_of_the_sweep_is_measured_again(n):
    """The tool still runs: seconds for all six, shortest of the turns."""
    works, steps = script.epochs(script.HEADLINE, n)
    assert steps == script.LEAST // n
    found = script.fastest(works, 0.01, least=1)
    assert list(found) == NAMES
    assert min(found.values()) > 0


def test_the_stored_counts_come_again(results):
    """Operations and bytes by kind are the same numbers on any machine."""
    again = script.kinds(script.HEADLINE, 1, 1, 0.01)
    for name, stored in results["kinds"]["headline"]["1"].items():
        for kind in ("products", "copies", tally.NUMBER_BY_NUMBER):
            for key in ("operations", "new_bytes"):
                assert again[name][kind][key] == stored[kind][key]
