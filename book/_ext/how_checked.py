"""How this book was checked, counted and computed as the book is built.

A local Sphinx extension: {checked}`outputs` in a page becomes a number, and
the directive {checked-versions} a table.
"""

import ast
import hashlib
import json
import platform
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

import nnlib
from nnlib.types import flatten

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "book/results/last_run.json"
PACKAGES = ("numpy", "scikit-learn", "matplotlib", "ipykernel", "nbval")
PACKAGES += ("pytest", "hypothesis", "autograd", "jupyter-book", "sphinx")
KEPT = "application/papermill.record"  # a number for the text
NOT_COMPARED = "nbval-ignore-output"
PAIRS = {  # the cost, and the output that it goes with
    "quadratic": "sigmoid",
    "cross_entropy": "sigmoid",
    "log_likelihood": "softmax",
}


class Outputs:
    """What the notebooks have stored, counted, with a digest of it.

    Attributes
    ----------
    cells : code cells.
    outputs : texts, tables and errors that nbval compares.
    kept : numbers kept for the text, which it compares, too.
    figures : pictures, whose arrays are tested instead.
    uncompared : outputs that differ from run to run, such as timings.
    digest : SHA-256 of all that is compared, in order.
    """

    def __init__(self, notebooks):
        self.notebooks = len(notebooks)
        self.cells = self.outputs = self.kept = 0
        self.figures = self.uncompared = 0
        digest = hashlib.sha256()
        for nb in notebooks:
            for cell in nb.cells:
                if cell.cell_type == "code" and cell.source.strip():
                    self._take(cell, digest)
        self.digest = digest.hexdigest()

    def _take(self, cell, digest):
        self.cells += 1
        if NOT_COMPARED in cell.metadata.get("tags", []):
            self.uncompared += len(cell.outputs)
            return
        for output in cell.outputs:
            kinds = list(output.get("data", {}))
            if any(kind.startswith("image/") for kind in kinds):
                self.figures += 1
            elif any(kind.startswith(KEPT) for kind in kinds):
                self.kept += 1
            else:
                self.outputs += 1
            digest.update(_compared(output).encode())


def _compared(output):
    data = {
        kind: content
        for kind, content in output.get("data", {}).items()
        if not kind.startswith("image/")
    }
    rest = [output.get(key) for key in ("text", "ename", "evalue")]
    return json.dumps([data, rest], sort_keys=True)


def stored_outputs(paths):
    """Return the `Outputs` of the notebooks at ``paths``."""
    return Outputs([nbformat.read(p, as_version=4) for p in sorted(paths)])


def count_tests(folder=ROOT / "tests"):
    """Return how many test functions there are, and in how many files."""
    counts = [
        sum(
            isinstance(node, ast.FunctionDef) and node.name[:5] == "test_"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
        for path in sorted(folder.glob("test_*.py"))
    ]
    return sum(counts), len(counts)


def largest_difference(designs=None):
    """Return the largest difference between designs that start alike.

    Outputs, costs, all gradients, and the weights after ten updates; for
    every cost.
    """
    return max(
        abs(one - other).max()
        for cost, output in PAIRS.items()
        for one, other in pairwise(
            _numbers_of(Design, cost, output)
            for Design in (designs or nnlib.DESIGNS).values()
        )
    )


def _start(cost, output):
    rng = np.random.default_rng(1)
    X, Y = rng.random((20, 6)), np.eye(3)[rng.integers(3, size=20)]
    net = nnlib.FIVE["layer_dict"].initialize(
        [6, 5, 4, 3], rng=rng, initializer="glorot_uniform"
    )
    settings = {"hidden": "tanh", "output": output, "cost": cost}
    return X, Y, net.to_layers(), settings


def _numbers_of(Design, cost, output):
    X, Y, layers, settings = _start(cost, output)
    net = Design.from_layers(layers, **settings)
    numbers = [net.predict(X).ravel(), [net.cost(X, Y)]]
    numbers.append(flatten(net.gradients(X, Y)))
    rng = np.random.default_rng(2)
    net.fit(X, Y, epochs=1, batch_size=2, learning_rate=0.5, rng=rng)
    return np.concatenate([*numbers, flatten(net.to_layers())])


def largest_error():
    """Return the referee's largest relative error, over designs and costs."""
    return max(
        row.error
        for cost, output in PAIRS.items()
        for Design in nnlib.DESIGNS.values()
        for row in _report(Design, cost, output).rows
    )


def _report(Design, cost, output):
    X, Y, layers, settings = _start(cost, output)
    return nnlib.gradcheck.check(Design.from_layers(layers, **settings), X, Y)


def digest_of_sources(root=ROOT):
    """Return a SHA-256 of the library, the tests and the notebooks."""
    digest = hashlib.sha256()
    paths = [*root.glob("nnlib/**/*.py"), *root.glob("tests/*.py")]
    for path in sorted([*paths, *root.glob("book/*.ipynb")]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def last_run(record=RUN, sources=None):
    """Return a sentence on the last complete run that was recorded."""
    if not Path(record).exists():
        return (
            "No complete run has been recorded beside these pages: "
            "`make test ARGS=--record-run` records one."
        )
    run = json.loads(Path(record).read_text(encoding="utf-8"))
    words = (
        f"The last complete run that was recorded had {run['passed']:,} "
        f"checks, {run['cells']:,} of them notebook cells, and all passed; "
        f"{run['skipped']:,} more were skipped. It ran on Python "
        f"{run['python']}, {run['system']}"
    )
    if run["sources"] == (sources or digest_of_sources()):
        return f"{words}, on exactly the sources that these pages have."
    return f"{words}; library, tests or notebooks have changed since."


def is_complete(config):
    """Tell whether a run of pytest leaves nothing out.

    One of several workers has its share only; who started them has all.
    """
    if hasattr(config, "workerinput"):
        return False
    option = config.option
    chosen = option.keyword or option.markexpr or option.deselect
    return sorted(config.args) == ["book", "tests"] and not (
        chosen or option.lf or not option.nbval
    )


def counts(stats):
    """Return how many checks passed, and how many were skipped."""
    passed = [report.nodeid for report in stats.get("passed", [])]
    return {
        "passed": len(passed),
        "cells": sum(".ipynb::" in nodeid for nodeid in passed),
        "skipped": len(stats.get("skipped", [])),
    }


def record_run(stats, exitstatus, config, record=RUN):
    """Write down a complete run in which all passed; say what was done."""
    if exitstatus != 0 or not is_complete(config):
        return "Not recorded: that was not a complete run without a failure."
    run = {
        **counts(stats),
        "python": platform.python_version(),
        "system": platform.system(),
        "sources": digest_of_sources(),
    }
    text = json.dumps(run, indent=1) + "\n"
    record.write_text(text, encoding="utf-8")
    return f"Recorded in {record}."


@cache
def results(paths):
    """Return {key: what the page shows for it}."""
    outputs = stored_outputs(paths)
    functions, files = count_tests()
    return {
        **{k: f"{v:,}" for k, v in vars(outputs).items() if k != "digest"},
        "digest": f"`{outputs.digest}`",
        "functions": f"{functions:,}",
        "files": f"{files}",
        "designs": f"{len(nnlib.DESIGNS)}",
        "difference": f"{largest_difference():.1g}",
        "error": f"{largest_error():.1g}",
        "last-run": last_run(),
    }


def _notebooks(env):
    paths = [Path(env.doc2path(name)) for name in env.found_docs]
    return tuple(sorted(p for p in paths if p.suffix == ".ipynb"))


class Checked(SphinxRole):
    """{checked}`key`: one result."""

    def run(self):
        """Return the result as text, with what is in backticks as code."""
        shown = results(_notebooks(self.env))[self.text]
        kinds = (nodes.inline, nodes.literal)
        return [
            kinds[number % 2](text=part)
            for number, part in enumerate(shown.split("`"))
        ], []


class CheckedVersions(SphinxDirective):
    """A list of the versions that this build ran with."""

    def run(self):
        """Return the list."""
        rows = [("Python", platform.python_version())]
        rows += [("nnlib", nnlib.__version__)]
        rows += [(name, version(name)) for name in PACKAGES]
        items = nodes.bullet_list()
        for name, number in rows:
            line = nodes.paragraph("", f"{name} {number}")
            items += nodes.list_item("", line)
        return [items]


def setup(app):
    """Register the role and the directive."""
    app.add_role("checked", Checked())
    app.add_directive("checked-versions", CheckedVersions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
