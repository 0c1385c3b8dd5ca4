"""One update of a 2-2-1 network, worked with pencil and paper.

The numbers are chosen so that every sigmoid comes out even. With L = ln 3,

    σ(L) = 3/4,   σ(-L) = 1/4,   and the slope σ(1 - σ) is 3/16 at both.
"""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from execute_notebooks import ROOT

from nnlib import DESIGNS, Layer
from nnlib.types import flatten

L = np.log(3)

# One sample and its target; the learning rate; the parameters before.
X = np.array([[1.0, 2.0]])
Y = np.array([[0.5]])
ETA = 0.5
W1 = L * np.array([[1.0, -1.0], [1.0, 1.0]])  # (fan_in, fan_out)
B1 = L * np.array([-2.0, -2.0])
W2 = L * np.array([[4.0], [-4.0]])
B2 = L * np.array([-1.0])

# Forward.
#
#   hidden z1 = 1·L + 2·L - 2L = L       a1 = 3/4
#          z2 = 1·(-L) + 2·L - 2L = -L   a2 = 1/4
#   output z  = 4L·3/4 - 4L·1/4 - L = L  a  = 3/4
#
#   cost C = ½ (3/4 - 1/2)² = 1/32
#
# Backward, output layer.
#
#   δ = (a - y) a (1 - a) = 1/4 · 3/16 = 3/64
#   ∂C/∂w = δ a1, δ a2 = 9/256, 3/256     ∂C/∂b = δ = 12/256
#
# Backward, hidden layer.
#
#   δ1 = 4L·δ · 3/16 = 9/256 L
#   δ2 = -4L·δ · 3/16 = -9/256 L
#   ∂C/∂W = x δ:  1·δ1, 1·δ2 =  9/256 L,  -9/256 L
#                 2·δ1, 2·δ2 = 18/256 L, -18/256 L
#   ∂C/∂b = δ1, δ2
GRADIENTS = [
    Layer(
        L * np.array([[9.0, -9.0], [18.0, -18.0]]) / 256,
        L * np.array([9.0, -9.0]) / 256,
    ),
    Layer(np.array([[9.0], [3.0]]) / 256, np.array([12.0]) / 256),
]

# One step of η = 1/2 against the gradient: 1 is 512/512, so the first
# weight becomes L (512 - 9)/512, and so on.
AFTER = [
    Layer(
        L * np.array([[503.0, -503.0], [494.0, 530.0]]) / 512,
        L * np.array([-1033.0, -1015.0]) / 512,
    ),
    Layer(
        np.array([[4 * L - 9 / 512], [-4 * L - 3 / 512]]),
        np.array([-L - 12 / 512]),
    ),
]
# In decimals: 1.0793, -1.0793, 1.0600, 1.1372; -2.2165, -2.1779;
#              4.3769, -4.4003; -1.1220.

EXACT = {"rtol": 1e-14, "atol": 0}


@pytest.fixture
def net(request):
    """The network in one design, not yet trained."""
    return DESIGNS[request.param].from_layers(
        [Layer(W1, B1), Layer(W2, B2)],
        hidden="sigmoid",
        output="sigmoid",
        cost="quadratic",
    )


every_design = pytest.mark.parametrize("net", DESIGNS, indirect=True)


def assert_same(layers, expected):
    """All parameters are those worked by hand."""
    for layer, by_hand in zip(layers, expected, strict=True):
        np.testing.assert_allclose(layer.W, by_hand.W, **EXACT)
        np.testing.assert_allclose(layer.b, by_hand.b, **EXACT)


def update(net, X, Y):
    """One step of `fit`, on all rows at once."""
    net.fit(
        X,
        Y,
        epochs=1,
        batch_size=len(X),
        learning_rate=ETA,
        rng=np.random.default_rng(0),
    )


@every_design
def test_output_and_cost_by_hand(net):
    """The network answers 3/4, at a cost of 1/32."""
    np.testing.assert_allclose(net.predict(X), [[3 / 4]], **EXACT)
    np.testing.assert_allclose(net.cost(X, Y), 1 / 32, **EXACT)


@every_design
def test_gradients_by_hand(net):
    """All nine slopes are the fractions found on paper."""
    assert_same(net.gradients(X, Y), GRADIENTS)


@every_design
def test_one_update_by_hand(net):
    """One step of η = 1/2 moves all nine parameters as on paper."""
    update(net, X, Y)
    assert_same(net.to_layers(), AFTER)
    np.testing.assert_allclose(net.to_layers()[0].W[0, 0], 1.0793, atol=5e-5)
    assert net.cost(X, Y) < 1 / 32


@every_design
def test_a_batch_steps_along_the_mean(net):
    """The same sample three times is the same step: a mean, not a sum."""
    update(net, np.repeat(X, 3, axis=0), np.repeat(Y, 3, axis=0))
    assert_same(net.to_layers(), AFTER)


# The network of the chapter on backpropagation, worked with a calculator:
# four decimals are kept on paper, so the last may be off by a little.
#
#   hidden z1 = 0.5·0.8 + 2·(-0.5) + 0.3 = -0.3      a1 = 0.4256
#          z2 = 0.5·(-0.6) + 2·0.7 - 0.2 = 0.9       a2 = 0.7109
#   output z  = 0.4256·1.2 - 0.7109·0.9 + 0.4 = 0.2709   a = 0.5673
#   cost   C  = ½ (0.5673 - 1)² = 0.0936
#
#   δ  = (0.5673 - 1) · 0.5673·0.4327 = -0.1062
#   δ1 = 1.2·(-0.1062) · 0.4256·0.5744 = -0.0312
#   δ2 = (-0.9)·(-0.1062) · 0.7109·0.2891 = 0.0196
#
# and from there, with η = 1/2, to a cost of 0.0811.
PAPER = [
    Layer(np.array([[0.8, -0.6], [-0.5, 0.7]]), np.array([0.3, -0.2])),
    Layer(np.array([[1.2], [-0.9]]), np.array([0.4])),
]
PAPER_X, PAPER_Y = np.array([[0.5, 2.0]]), np.array([[1.0]])
PAPER_GRADIENTS = [
    [-0.0156, 0.0098, -0.0624, 0.0392, -0.0312, 0.0196],  # 0.5·δ1, 0.5·δ2 ..
    [-0.0452, -0.0755, -0.1062],  # a1·δ, a2·δ, δ
]
PAPER_AFTER = [
    [0.8078, -0.6049, -0.4688, 0.6804, 0.3156, -0.2098],
    [1.2226, -0.8623, 0.4531],
]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_chapters_update_by_calculator(design):
    """The update that the chapter works is the one found on paper."""
    net = DESIGNS[design].from_layers(
        PAPER, hidden="sigmoid", output="sigmoid", cost="quadratic"
    )
    rounding = {"rtol": 0, "atol": 1.5e-4}

    def by_layer(layers):
        return [flatten([layer]) for layer in layers]

    np.testing.assert_allclose(net.predict(PAPER_X), 0.5673, **rounding)
    np.testing.assert_allclose(net.cost(PAPER_X, PAPER_Y), 0.0936, **rounding)
    for found, paper in zip(
        by_layer(net.gradients(PAPER_X, PAPER_Y)), PAPER_GRADIENTS
    ):
        np.testing.assert_allclose(found, paper, **rounding)
    update(net, PAPER_X, PAPER_Y)
    for found, paper in zip(by_layer(net.to_layers()), PAPER_AFTER):
        np.testing.assert_allclose(found, paper, **rounding)
    np.testing.assert_allclose(net.cost(PAPER_X, PAPER_Y), 0.0811, **rounding)


def test_the_chapter_starts_from_these_numbers():
    """The page's own cell names the numbers that are worked here."""
    page = nbformat.read(ROOT / "book" / "backpropagation.ipynb", as_version=4)
    p = {}
    exec(next(cell.source for cell in page.cells if cell.id == "case"), p)
    (W1, b1), (W2, b2) = PAPER
    assert [[p["w11"], p["w12"]], [p["w21"], p["w22"]]] == W1.tolist()
    assert [[p["v1"]], [p["v2"]]] == W2.tolist()
    assert [p["b1"], p["b2"], p["c"]] == [*b1, *b2]
    assert [[p["x1"], p["x2"]]] == PAPER_X.tolist()
    assert [[p["y"]]] == PAPER_Y.tolist()
