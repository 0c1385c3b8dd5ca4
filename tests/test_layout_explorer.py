"""The layout explorer draws the arrays that nnlib's designs hold.

Its script is run by Node.js, outside of any page. Its shapes are compared
with those of live arrays, and its equations are worked out with them.
"""

import json
import shutil
import subprocess
from functools import cache

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from cases import Case
from execute_notebooks import ROOT

from nnlib import FIVE
from nnlib.activations import sigmoid
from nnlib.shapes import NAMES, shapes, watch

SCRIPT = ROOT / "book" / "_static" / "layout-explorer.js"
PAGE = ROOT / "book" / "one-network.ipynb"

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    NODE is None,
    reason="there is no `node` on PATH: install Node.js 18 or newer to "
    "compare the explorer's shapes with nnlib's arrays",
)

every_design = pytest.mark.parametrize("design", FIVE)

CASES = [
    ((8, 5, 3), 6),
    ((4, 2), 1),
    ((1, 1, 1), 1),
    ((3, 7, 5, 2), 4),
    ((2, 3, 4, 5, 6), 11),
    ((64, 15, 10), 2),
]


def node(expression, given=None, script=SCRIPT):
    """Return what the script says; ``given`` is called ``given`` there."""
    code = (
        "require(process.argv[1]);"
        "const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        f"console.log(JSON.stringify(({expression})(given)));"
    )
    run = subprocess.run(
        [NODE, "-e", code, str(script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def asked(function, script=SCRIPT):
    """Ask for all designs and cases at once: {(design, case): answer}."""
    keys = [(design, case) for design in FIVE for case in CASES]
    answers = node(
        f"given => given.map(([d, [s, n]]) => nnLayout.{function}(d, s, n))",
        keys,
        script,
    )
    return dict(zip(keys, answers, strict=True))


@cache
def network(design, case):
    """The case as a network of nnlib, and its batch."""
    sizes, n = case
    case = Case(sizes, n_samples=n)
    return case.net(design), *case.batch()


@cache
def live(design, case):
    """What the design holds during a gradient, and the batch size as n.

    The column vectors' equations are about one example.
    """
    net, X, Y = network(design, case)
    if design == "column_vectors":
        X, Y = X[:1], Y[:1]
    return watch(net, X, Y) | {"n": len(X)}


def array(term, design, case):
    """The live array that a term of an equation names."""
    held = live(design, case)
    if term["key"] == "delta":
        found = held["deltas"][term["layer"] - 1]
        found = found.T if term["turned"] else found
    else:
        found = eval(term["name"], dict(held))
    return getattr(found, "array", found)


@cache
def by_python(design, case):
    """What `nnlib.shapes` reads off the live arrays, as JSON has it."""
    found = shapes(*network(design, case))
    return json.loads(json.dumps({k: v._asdict() for k, v in found.items()}))


@pytest.fixture(scope="module")
def held():
    """The script's names and shapes."""
    return asked("held")


@pytest.fixture(scope="module")
def facts():
    """What the script counts."""
    return asked("facts")


@pytest.fixture(scope="module")
def equations():
    """The script's equations."""
    return asked("equations")


def each_equation(equations, design):
    """Yield case, pass and equation."""
    for (which, case), answer in equations.items():
        if which == design:
            for name, pieces in answer.items():
                yield from ((case, name, piece) for piece in pieces)


def terms(equation):
    """The arrays of an equation, without its words and signs."""
    return [piece for piece in equation if isinstance(piece, dict)]


@pytest.mark.parametrize("case", CASES, ids=str)
@every_design
def test_shapes_are_those_of_the_live_arrays(held, design, case):
    """Every name is nnlib's, and every shape is what the array has."""
    assert held[design, case] == by_python(design, case)


def test_the_explorer_has_the_five_designs_in_book_order():
    """All five, in order, each with a name for every symbol."""
    names = node("() => nnLayout.DESIGNS")
    assert list(names) == list(FIVE)
    for design in FIVE:
        assert names[design]["names"] == NAMES[design] | {"delta": "delta"}


@every_design
def test_every_array_drawn_is_there_and_so_shaped(equations, design):
    """A term's name, evaluated, is an array of the shape that is drawn."""
    for case, _, equation in each_equation(equations, design):
        for term in terms(equation):
            assert list(array(term, design, case).shape) == term["shape"]


@every_design
def test_every_array_of_a_gradient_is_drawn(equations, design):
    """No symbol is left out, but a folded bias, which is in its W."""
    for case in CASES:
        drawn = {
            term["key"]
            for name in ("forward", "backward")
            for equation in equations[design, case][name]
            for term in terms(equation)
        }
        wanted = set(NAMES[design]) | {"delta"}
        if "bias_row" in design:
            wanted -= {"b", "nabla_b"}
        if len(case[0]) == 2:
            wanted -= {"a"}  # no hidden layer
        assert drawn == wanted


@every_design
def test_what_is_filled_is_the_bias_and_the_ones(equations, design):
    """The filled column holds the biases; the filled row holds ones."""
    filled = set()
    for case, _, equation in each_equation(equations, design):
        layers = network(design, case)[0].to_layers()
        for term in terms(equation):
            if term["folded"] is None:
                continue
            side, place = term["folded"]
            whole = array(term, design, case)
            part = whole[place] if side == "row" else whole[:, place]
            if term["key"] == "W":
                assert np.array_equal(part, layers[term["layer"] - 1].b)
            elif term["key"] in "ax":
                assert np.all(part == 1)
            filled.add(term["key"])
    folded = {"W", "nabla_W", "x", "a"} if "bias_row" in design else set()
    assert filled == folded


def right_side(pieces, design, case):
    """Work out the right side of an equation with the live arrays."""
    arrays = [
        p if isinstance(p, str) else array(p, design, case) for p in pieces
    ]
    sign, *rest = arrays
    n = live(design, case)["n"]
    match sign, rest:
        case "=", [only]:
            return only
        case "=", [p, q]:
            return p @ q
        case "=", [p, q, "+", b]:
            return p @ q + b
        case "=", [p, q, "/ n"]:
            return p @ q / n
        case "= the mean row of", [rows]:
            return rows.mean(axis=0, keepdims=True)
        case "= f of", [z]:
            return sigmoid(z)
        case "= f of", [z, "and a row of ones"]:
            ones = np.ones((1, z.shape[1]))
            first = design == "bias_row_softmax"
            return np.vstack(
                [ones, sigmoid(z)] if first else [sigmoid(z), ones]
            )
        case "= (", [a, "−", y, ") ⊙ f′ of", z]:
            return (a - y) * sigmoid(z) * (1 - sigmoid(z))
        case "=", [p, q, words, z]:
            cut = {"last": np.s_[:-1], "first": np.s_[1:]}
            pulled = p @ q
            if words != "⊙ f′ of":
                assert words.endswith("row, ⊙ f′ of")
                pulled = pulled[cut[words.split()[2]]]
            return pulled * sigmoid(z) * (1 - sigmoid(z))
    raise AssertionError(pieces)


@every_design
def test_every_equation_holds_for_the_live_arrays(equations, design):
    """Left and right side are the same numbers, to 1e-14."""
    for case, _, (left, *right) in each_equation(equations, design):
        ours = right_side(right, design, case)
        theirs = array(left, design, case)
        np.testing.assert_allclose(
            ours.reshape(theirs.shape), theirs, rtol=0, atol=1e-14
        )


@pytest.mark.parametrize("case", CASES, ids=str)
@every_design
def test_the_summary_counts_what_is_there(facts, design, case):
    """Parameters, their arrays, and the array with the most numbers."""
    found = facts[design, case]
    net, X, Y = network(design, case)
    layers = net.to_layers()
    learned = sum(part.size for layer in layers for part in layer)
    assert found["parameters"] == learned
    folded = "bias_row" in design
    assert found["arrays"] == len(layers) * (1 if folded else 2)
    largest = max(
        np.prod(shape)
        for held in shapes(net, X, Y).values()
        for shape in held.shapes
    )
    assert np.prod(found["largest"]["shape"]) == largest


@pytest.mark.parametrize(
    ("typed", "sizes"),
    [
        ("8, 5, 3", [8, 5, 3]),
        (" [784,30,  10] ", [784, 30, 10]),
        ("2 3 1", [2, 3, 1]),
        ("8", None),
        ("", None),
        ("8, five", None),
        ("8, 0, 3", None),
        ("8, 2.5", None),
        ("8, 1001", None),
        ("1, 2, 3, 4, 5, 6", None),
    ],
)
def test_sizes_are_read_or_refused(typed, sizes):
    """Two to five whole numbers from 1 to 1000; nothing else is drawn."""
    assert node("given => nnLayout.readSizes(given)", typed) == sizes


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("x: (i, o, n) => [i + 1, n], W:", "x: (i, o, n) => [i, n], W:"),
        ("b: (i, o) => [1, o]", "b: (i, o) => [o, 1]"),
        ("x: (i) => [i, 1]", "x: (i, o, n) => [i, n]"),
        ('z: "z[l + 1]"', 'z: "z[l]"'),
        ('], W: ["column", -1]', '], W: ["column", 0]'),
        ("inputLiesAcross: true", "inputLiesAcross: false"),
        ('["delta", "=", "delta+", "W+ᵀ"', '["delta", "=", "delta+", "W+"'),
        ('folding("first")', 'folding("last")'),
        ('["nabla_b", "= the mean row of"', '["nabla_b", "="'),
    ],
)
def test_a_planted_mistake_is_seen(tmp_path, right, wrong):
    """Shapes or equations disagree for a script with one mistake in it."""
    source = SCRIPT.read_text(encoding="utf-8")
    assert source.count(right) == 1
    broken = tmp_path / "broken.js"
    broken.write_text(source.replace(right, wrong), encoding="utf-8")
    held, equations = asked("held", broken), asked("equations", broken)

    def judge():
        for design in FIVE:
            for case in CASES:
                test_shapes_are_those_of_the_live_arrays(held, design, case)
            test_every_array_drawn_is_there_and_so_shaped(equations, design)
            test_what_is_filled_is_the_bias_and_the_ones(equations, design)
            test_every_equation_holds_for_the_live_arrays(equations, design)

    with pytest.raises((AssertionError, NameError, KeyError, ValueError)):
        judge()


def test_the_table_without_the_script_is_of_the_same_network():
    """The page's table has the shapes that the explorer starts with."""
    start = node("() => nnLayout.START")
    nb = nbformat.read(PAGE, as_version=4)
    (cell,) = [cell for cell in nb.cells if cell.id == "static-table"]
    (output,) = [
        o.data["application/papermill.record/text/html"]
        for o in cell.outputs
        if "application/papermill.record/text/html" in o.get("data", {})
    ]
    table = BeautifulSoup(output, "lxml")
    names = [th.get_text() for th in table.select("thead th")][1:]
    assert names == list(FIVE)
    for column, design in enumerate(FIVE):
        found = node(
            "([d, s, n]) => nnLayout.held(d, s, n)",
            [design, start["sizes"], start["n"]],
        )
        wanted = [
            str(tuple(shape)).replace(" ", "\u00a0")
            for key in ("x", "W", "b", "z", "a", "output", "delta")
            for shape in found[key]["shapes"]
        ]
        cells = [
            row.select("td")[column + 1] for row in table.select("tbody tr")
        ]
        shown = [cell.get_text().replace(" ", "\u00a0") for cell in cells]
        assert shown == wanted


def test_the_script_asks_for_nothing_forbidden():
    """No eval, no HTML from strings, no style attribute, nothing fetched."""
    source = SCRIPT.read_text(encoding="utf-8")
    for forbidden in ("eval(", "Function(", "innerHTML", "style", "fetch("):
        assert forbidden not in source, forbidden
    assert source.count("http") == source.count("http://www.w3.org/2000/svg")
