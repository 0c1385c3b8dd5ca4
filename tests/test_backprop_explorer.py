"""The backpropagation explorer computes what nnlib computes.

Its script is run by Node.js, outside of any page, on networks made here.
"""

import json
import shutil
import subprocess

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from execute_notebooks import ROOT

from nnlib import ACTIVATIONS, DESIGNS, Layer, gradcheck
from nnlib.types import flatten, unflatten

SCRIPT = ROOT / "book" / "_static" / "backprop-explorer.js"
PAGE = ROOT / "book" / "backpropagation.ipynb"
NAMES = [name for name in ACTIVATIONS if name != "softmax"]
TOLERANCE = 1e-12  # of 1, or of the number itself if that is larger

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    NODE is None,
    reason="there is no `node` on PATH: install Node.js 18 or newer to "
    "compare the explorer's arithmetic with nnlib",
)


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


def params(rng, hidden, output, scale):
    """A network as the script takes it; z is about ``scale`` in size."""
    layers = [
        {"W": rng.normal(0, scale, (i, o)).tolist(),
         "b": rng.normal(0, scale, o).tolist()}
        for i, o in [(2, 2), (2, 1)]
    ]  # fmt: skip
    return {
        "x": rng.normal(0, 1, 2).tolist(),
        "y": rng.normal(0, 1, 1).tolist(),
        "layers": layers,
        "activations": [hidden, output],
        "learningRate": rng.uniform(0.01, 2),
    }


def random_cases():
    """Every pair of activations: near 0, in the bend, and saturated."""
    rng = np.random.default_rng(0)
    cases = [
        params(rng, hidden, output, scale)
        for hidden in NAMES
        for output in NAMES
        for scale in (0.3, 1, 30)
    ]
    at_zero = params(rng, "relu", "relu", 1)  # on the ReLU's kink
    at_zero["x"], at_zero["layers"][0]["b"] = [0.0, 0.0], [0.0, 0.0]
    return [*cases, at_zero]


def network(case, design):
    """The case as a network of nnlib, and its one sample."""
    hidden, output = case["activations"]
    net = DESIGNS[design].from_layers(
        [
            Layer(np.array(layer["W"]), np.array(layer["b"]))
            for layer in case["layers"]
        ],
        hidden=hidden,
        output=output,
        cost="quadratic",
    )
    return net, np.array([case["x"]]), np.array([case["y"]])


def expected(case, design):
    """All that the script computes, computed by a design of nnlib."""
    net, X, Y = network(case, design)
    z, a = network(case, "layer_dict")[0].feed_forward(X)
    gradients, cost = net.gradients(X, Y), net.cost(X, Y)
    net.fit(
        X,
        Y,
        epochs=1,
        batch_size=None,
        learning_rate=case["learningRate"],
        rng=np.random.default_rng(0),
    )
    return {
        "z": np.concatenate([z[2][0], z[3][0]]),
        "a": np.concatenate([a[1][0], a[2][0], a[3][0]]),
        "cost": np.array([cost]),
        # of one sample: δ is the gradient of the bias
        "delta": np.concatenate([layer.b for layer in gradients]),
        "gradients": flatten(gradients),
        "after": flatten(net.to_layers()),
    }


def measured(case):
    """The nine slopes by the complex step: no derivative is used."""
    net, X, Y = network(case, "row_matrix")
    layers = net.to_layers()

    def cost(theta):
        moved = unflatten(theta, layers)
        return net.with_layers(moved, dtype=np.complex128).cost(X, Y)

    theta = flatten(layers)
    return np.array(
        [gradcheck.complex_step(cost, theta, v) for v in np.eye(theta.size)]
    )


def flat(found):
    """The script's answer as vectors, in the order of `expected`."""

    def parameters(layers):
        return np.concatenate(
            [np.ravel(layer[part]) for layer in layers for part in "Wb"]
        )

    return {
        "z": np.concatenate(found["z"]),
        "a": np.concatenate(found["a"]),
        "cost": np.array([found["cost"]]),
        "delta": np.concatenate(found["delta"]),
        "gradients": parameters(found["gradients"]),
        "after": parameters(found["after"]["layers"]),
    }


def difference(ours, theirs):
    """Largest |ours - theirs|, relative to numbers above 1."""
    return np.max(abs(ours - theirs) / np.maximum(1, abs(theirs)))


STEP = "given => given.map(nnBackprop.step)"
CASES = random_cases()


@pytest.fixture(scope="module")
def answers():
    """What the script says of all cases."""
    return [flat(found) for found in node(STEP, CASES)]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_explorer_computes_what_a_design_does(answers, design):
    """Every value, delta, gradient and updated parameter is nnlib's."""
    differences = {
        (number, key): difference(answer[key], theirs)
        for number, (case, answer) in enumerate(zip(CASES, answers))
        for key, theirs in expected(case, design).items()
    }
    worst = max(differences, key=differences.get)
    assert differences[worst] < TOLERANCE, (worst, CASES[worst[0]])


def test_the_explorer_agrees_with_the_complex_step(answers):
    """Its nine slopes are those measured without any derivative."""
    for case, answer in zip(CASES, answers):
        assert difference(answer["gradients"], measured(case)) < TOLERANCE


def test_saturated_slopes_keep_their_digits(answers):
    """A slope of 1e-30 is as good, digit for digit, as one of 0.2."""
    z = np.array([-700.0, -80, -37, -1, 0, 1, 37, 80, 700])
    for name in NAMES:
        activation = f"nnBackprop.ACTIVATIONS.{name}"
        slopes = node(f"given => given.map({activation}.slope)", z.tolist())
        theirs = ACTIVATIONS[name].derivative(z)
        np.testing.assert_allclose(slopes, theirs, rtol=1e-13, atol=0)
        values = node(f"given => given.map({activation}.value)", z.tolist())
        theirs = ACTIVATIONS[name].forward(z)
        np.testing.assert_allclose(values, theirs, rtol=1e-13, atol=0)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("f[L].slope(zj)", "f[L].slope(a[L + 1][j])"),
        ("f[l].slope(zk)", "f[l].slope(a[l + 1][k])"),
        ("w * delta[l + 1][j]", "delta[l + 1][j]"),
        ("b: delta[l],", "b: delta[l].map(() => 0),"),
        ("(z > 0 ? 1 : 0.1)", "(z > 0 ? 1 : 0.01)"),
        ("bias - learningRate", "bias + learningRate"),
    ],
)
def test_a_planted_mistake_is_seen(tmp_path, right, wrong):
    """The comparison fails for a script with one mistake in it."""
    source = SCRIPT.read_text(encoding="utf-8")
    assert source.count(right) == 1
    broken = tmp_path / "broken.js"
    broken.write_text(source.replace(right, wrong), encoding="utf-8")
    worst = max(
        difference(flat(found)[key], theirs)
        for case, found in zip(CASES, node(STEP, CASES, broken))
        for key, theirs in expected(case, "layer_dict").items()
    )
    assert worst > 1e-3


@pytest.fixture(scope="module")
def page():
    """The cells of the page, by id."""
    nb = nbformat.read(PAGE, as_version=4)
    return {cell.id: cell for cell in nb.cells}


def test_the_explorer_starts_from_the_page(page):
    """Its first network is the one that the page works by hand."""
    p = {}
    exec(page["case"].source, p)
    exec(page["take-a-step"].source.splitlines()[0], p)  # eta
    start = node("() => nnBackprop.START")
    assert start == {
        "x": [p["x1"], p["x2"]],
        "y": [p["y"]],
        "layers": [
            {
                "W": [[p["w11"], p["w12"]], [p["w21"], p["w22"]]],
                "b": [p["b1"], p["b2"]],
            },
            {"W": [[p["v1"]], [p["v2"]]], "b": [p["c"]]},
        ],
        "activations": ["sigmoid", "sigmoid"],
        "learningRate": p["eta"],
    }


def test_the_explorer_shows_the_table_it_replaces(page):
    """Formulas and numbers are those of the page without the script."""
    (output,) = page["worked-step"].outputs
    table = BeautifulSoup(
        output.data["application/papermill.record/text/html"], "lxml"
    )
    rows = [
        [cell.get_text() for cell in row.select("td")]
        for row in table.select("tbody tr")
    ]
    shown = node(
        "() => Object.values(nnBackprop.formulas(nnBackprop.START)).flat()"
        ".map(([name, rule, numbers, value]) =>"
        " [name, rule, numbers, nnBackprop.show(value)])"
    )
    assert rows == shown


def test_what_the_page_suggests_to_try_does_what_it_says():
    """A large c leaves tiny slopes; three learning rates do three things."""
    wrong = node(
        "() => { const p = structuredClone(nnBackprop.START);"
        "p.layers[1].b = [8]; p.y = [0]; return nnBackprop.step(p); }"
    )
    assert wrong["a"][2][0] > 0.99
    assert max(abs(flat(wrong)["gradients"])) < 0.001
    walk = """eta => {
        let p = { ...nnBackprop.START, y: [0.3], learningRate: eta };
        return Array.from({ length: 11 }, () => {
          const found = nnBackprop.step(p);
          p = found.after;
          return found.a[2][0];
        });
      }"""
    small, large, too_large = (node(walk, eta) for eta in (5, 20, 50))
    assert small == sorted(small, reverse=True)
    assert 0.3 < small[-1] < 0.31
    assert large[1] < 0.1
    assert abs(large[-1] - 0.3) < 0.02
    assert all(a < 0.01 for a in too_large[1:])


def test_small_numbers_keep_three_digits():
    """What is written of a small slope is still worth a check by hand."""
    shown = node(
        "given => given.map(nnBackprop.show)",
        [0, 0.25, -0.0123456, 0.00123456, -0.000123456, 1.23456e-5, 123456],
    )
    assert shown == [
        "0", "0.25", "−0.0123", "0.00123", "−0.000123", "1.23e−5", "1.23e+5",
    ]  # fmt: skip


def test_the_script_asks_for_nothing_forbidden():
    """No eval, no HTML from strings, no style attribute, nothing fetched."""
    source = SCRIPT.read_text(encoding="utf-8")
    for forbidden in ("eval(", "Function(", "innerHTML", "style", "fetch("):
        assert forbidden not in source, forbidden
    assert source.count("http") == source.count("http://www.w3.org/2000/svg")
