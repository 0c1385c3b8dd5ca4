"""How this book was checked: counted right, and nothing claimed too much."""

import json
from types import SimpleNamespace

import how_checked
import nbformat
import numpy as np
import pytest
from execute_notebooks import ROOT, toc_notebooks
from nbformat import v4

import nnlib
from nnlib.designs.layer_dict import LayerDict


def cell(*outputs, tags=()):
    """Return a code cell with outputs, given as their data."""
    cell = v4.new_code_cell("1", metadata={"tags": list(tags)})
    cell.outputs = [v4.new_output("display_data", data) for data in outputs]
    return cell


TEXT, PICTURE = {"text/plain": "2"}, {"image/png": "", "text/plain": "F"}
KEPT = {"application/papermill.record/text/plain": "2"}


def counted(*cells):
    """Return what is counted in a notebook of these cells."""
    return how_checked.Outputs([v4.new_notebook(cells=list(cells))])


def test_every_kind_of_output_is_counted_apart():
    """Texts, kept numbers, figures, and what is not compared."""
    one = cell(TEXT, TEXT, KEPT, PICTURE)
    two = cell(TEXT, KEPT, tags=["nbval-ignore-output"])
    found = counted(one, two, v4.new_markdown_cell("words"))
    assert (found.cells, found.outputs, found.kept) == (2, 2, 1)
    assert (found.figures, found.uncompared) == (1, 2)


def test_the_digest_is_of_all_that_is_compared_and_only_that():
    """It changes with a text, not with a picture or a timing."""
    digest = counted(cell(TEXT, PICTURE)).digest
    other = {"image/png": "x", "text/plain": "F"}
    assert counted(cell(TEXT, other)).digest == digest
    timing = cell(TEXT, tags=["nbval-ignore-output"])
    assert counted(cell(TEXT, PICTURE), timing).digest == digest
    assert counted(cell({"text/plain": "3"}, PICTURE)).digest != digest


def test_nothing_that_a_cell_puts_out_is_left_out():
    """The four counts are all outputs of all notebooks."""
    paths = toc_notebooks()
    found = how_checked.stored_outputs(paths)
    every = sum(
        len(cell.get("outputs", []))
        for path in paths
        for cell in nbformat.read(path, as_version=4).cells
        if cell.get("source", "").strip()
    )
    sorts = found.outputs, found.kept, found.figures, found.uncompared
    assert sum(sorts) == every
    assert min(sorts) > 0


def test_test_functions_are_counted(tmp_path):
    """Functions, in classes too; only in files that pytest collects."""
    (tmp_path / "test_a.py").write_text(
        "def test_1(): ...\ndef helper(): ...\n"
        "class TestB:\n    def test_2(self): ...\n"
    )
    (tmp_path / "cases.py").write_text("def test_3(): ...\n")
    assert how_checked.count_tests(tmp_path) == (2, 1)


def test_a_design_that_differs_is_seen():
    """The largest difference is that of the design that is wrong."""

    class Off(LayerDict):
        def to_layers(self):
            return [nnlib.Layer(W, b + 1e-6) for W, b in super().to_layers()]

    assert how_checked.largest_difference() < 1e-12
    faulty = {**nnlib.FIVE, "off": Off}
    assert how_checked.largest_difference(faulty) > 1e-7


def test_the_referee_judges_every_design_and_cost():
    """The error on the page is tiny, as it is everywhere."""
    assert 0 < how_checked.largest_error() < 1e-12


def test_all_numbers_of_the_pages_nets_are_compared():
    """Outputs, cost, gradients and weights after ten updates."""
    numbers = how_checked._numbers_of(LayerDict, "quadratic", "sigmoid")
    n_parameters = 6 * 5 + 5 + 5 * 4 + 4 + 4 * 3 + 3
    assert numbers.shape == (20 * 3 + 1 + 2 * n_parameters,)
    assert np.isfinite(numbers).all()


# -- the record of a complete run ----------------------------------------


def config(args=("tests", "book"), **changes):
    """Return a run's configuration."""
    options = {"keyword": "", "markexpr": "", "deselect": None, "lf": False}
    option = SimpleNamespace(**{**options, "nbval": True, **changes})
    return SimpleNamespace(args=list(args), option=option)


A_WORKERS = config()
A_WORKERS.workerinput = {"workerid": "gw0"}


@pytest.mark.parametrize(
    "partial",
    [
        A_WORKERS,
        config(["tests"]),
        config(["tests/test_costs.py", "book"]),
        config(keyword="cost"),
        config(markexpr="slow"),
        config(deselect=["x"]),
        config(lf=True),
        config(nbval=False),
    ],
)
def test_a_partial_run_is_not_complete(partial):
    """Whatever leaves something out is not recorded."""
    assert not how_checked.is_complete(partial)
    assert how_checked.is_complete(config())


def test_passed_and_skipped_are_counted():
    """Cells of notebooks are counted among those that passed."""
    passed = [
        SimpleNamespace(nodeid="tests/test_a.py::test_1"),
        SimpleNamespace(nodeid="book/a.ipynb::Cell 0"),
    ]
    counts = how_checked.counts({"passed": passed, "skipped": passed[:1]})
    assert counts == {"passed": 2, "cells": 1, "skipped": 1}


def test_only_a_complete_run_without_a_failure_is_recorded(tmp_path):
    """The record says what ran, and on which sources."""
    record = tmp_path / "run.json"
    for status, run in [(1, config()), (0, config(["tests"]))]:
        said = how_checked.record_run({}, status, run, record)
        assert said.startswith("Not recorded")
        assert not record.exists()
    how_checked.record_run({}, 0, config(), record)
    assert "exactly" in how_checked.last_run(record)


def test_the_page_says_whether_the_record_is_of_these_sources(tmp_path):
    """Of these sources, of others, or none at all: three sentences."""
    record = tmp_path / "run.json"
    assert "No complete run" in how_checked.last_run(record)
    run = {"passed": 12_000, "cells": 900, "skipped": 1, "sources": "a"}
    record.write_text(json.dumps({**run, "python": "3", "system": "Linux"}))
    assert "12,000 checks" in how_checked.last_run(record, "a")
    assert "exactly" in how_checked.last_run(record, "a")
    assert "changed since" in how_checked.last_run(record, "b")


def test_a_change_of_any_source_changes_their_digest(tmp_path):
    """The library, a test, a notebook: one byte is enough."""
    files = ["nnlib/a/b.py", "tests/test_a.py", "book/a.ipynb"]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("1")
    digests = {how_checked.digest_of_sources(tmp_path)}
    for name in files:
        (tmp_path / name).write_text("2")
        digests.add(how_checked.digest_of_sources(tmp_path))
    assert len(digests) == 1 + len(files)


# -- the built page -----------------------------------------------------


def test_the_built_page_has_the_counts():
    """The page shows what is counted from the stored notebooks."""
    path = ROOT / "_build" / "html" / "book" / "how-checked.html"
    html = path.read_text(encoding="utf-8")
    found = how_checked.stored_outputs(toc_notebooks())
    assert found.digest in html
    assert f"{found.cells:,}" in html
