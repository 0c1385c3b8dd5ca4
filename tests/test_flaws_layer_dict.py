"""The layer-dict document's training, and the cost that it went down."""

import numpy as np
import pytest

from nnlib import gradcheck
from nnlib.activations import sigmoid, sigmoid_derivative
from nnlib.costs import COSTS
from nnlib.datasets import digits
from nnlib.designs.layer_dict import LayerDict
from nnlib.flaws import layer_dict as flaws
from nnlib.types import flatten

Z = np.linspace(-12, 12, 49)[:, None]  # one unit
TARGETS = [0.0, 1.0, 0.3]


def all_losses(y):
    """Return the implied loss and the cross-entropy along Z."""
    Y, A = np.full_like(Z, y), sigmoid(Z)
    entropy = COSTS["cross_entropy"].losses(Z, A, Y)
    return flaws.IMPLIED.losses(Z, A, Y), entropy


def test_the_start_prints_what_the_document_prints():
    """RandomState(1) gives the weights of (2, 3, 1) digit for digit."""
    net = flaws.start_as_published((2, 3, 1), np.random.RandomState(1))
    printed = [
        [1.14858562, -0.43257711, -0.37347383],
        [-0.75870339, 0.6119356, -1.62743362],
    ]
    np.testing.assert_array_equal(net.w[1].round(8), printed)
    w2 = net.w[2][:, 0].round(8)
    np.testing.assert_array_equal(w2[[0, 2]], [1.00736754, 0.18419731])
    assert [b.tolist() for b in net.b.values()] == [[0.0] * 3, [0.0]]


def test_the_misread_slope_stays_within_its_bounds():
    """σ'(a) lies between σ'(1) and σ'(0), wherever z is."""
    slopes = flaws.slope_at_activation(np.linspace(-50, 50, 1001))
    assert flaws.SLOPE_AT_0 == 0.25
    assert pytest.approx(np.e / (1 + np.e) ** 2) == flaws.SLOPE_AT_1
    assert slopes.min() >= flaws.SLOPE_AT_1 - 1e-15
    assert slopes.max() <= flaws.SLOPE_AT_0 + 1e-15


@pytest.mark.parametrize("y", TARGETS)
def test_the_implied_loss_has_the_published_slope(y):
    """The complex step through the implied loss measures (a - y) σ'(a)."""
    a, Y = sigmoid(Z), np.full_like(Z, y)
    measured = flaws.implied_loss_from_z(Z + 1e-30j, Y).imag / 1e-30
    claimed = ((a - Y) * flaws.slope_at_activation(Z))[:, 0]
    np.testing.assert_allclose(measured, claimed, rtol=1e-12, atol=1e-15)
    assert not np.allclose(measured, ((a - Y) * sigmoid_derivative(Z))[:, 0])


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_implied_loss_is_nearly_a_multiple_of_cross_entropy(y):
    """It lies between 0.1966 and 0.25 times the cross-entropy."""
    implied, entropy = all_losses(y)
    ratio = implied / entropy
    assert ratio.min() >= flaws.SLOPE_AT_1 - 1e-12
    assert ratio.max() <= flaws.SLOPE_AT_0 + 1e-12
    assert np.ptp(ratio) > 0.01


@pytest.mark.parametrize("y", TARGETS)
def test_the_implied_loss_is_an_integral(y):
    """Plain sums over a fine grid of a give the same loss."""
    s = (np.arange(400_000) + 0.5) / 400_000
    slopes, a = sigmoid_derivative(s) / s.size, 0.7
    by_sums = y * np.sum((slopes / s)[s > a])
    by_sums += (1 - y) * np.sum((slopes / (1 - s))[s < a])
    loss = flaws.implied_loss(np.array([a]), np.array([y]))
    assert loss == pytest.approx(by_sums, rel=1e-6)


def test_the_implied_loss_stays_finite_where_a_rounds_to_1():
    """Far out the loss grows like ¼ |z|, and its delta is finite."""
    z, y = np.array([[-800.0], [800.0]]), np.array([[1.0], [0.0]])
    losses = flaws.IMPLIED.losses(z, sigmoid(z), y)
    np.testing.assert_allclose(losses, [200, 800 * 0.1966119], rtol=1e-2)
    net = flaws.ImpliedLayerDict.from_layers([(800 * np.eye(2), np.zeros(2))])
    nabla = net.gradients(np.eye(2), np.eye(2)[::-1])
    assert np.isfinite(flatten(nabla)).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_the_referee_knows_which_cost_the_gradient_belongs_to(seed):
    """The published gradient: wrong for its own cost, right for the other."""
    rng = np.random.default_rng(seed)
    net, X, Y = flaws.small_problem(rng)
    layers = net.to_layers()
    net.activations[3] = flaws.AT_ACTIVATION
    claimed = net.gradients(X, Y)
    assert not gradcheck.check(net, X, Y, claimed=claimed).passed
    implied = flaws.ImpliedLayerDict.from_layers(layers)
    assert gradcheck.check(implied, X, Y, claimed=claimed).passed
    assert gradcheck.check(implied, X, Y).passed


def test_an_epoch_is_whole_batches_of_sums_and_means():
    """One batch: the weights move by a sum, the biases by a mean."""
    rng = np.random.default_rng(0)
    net, X, Y = flaws.small_problem(rng, n_samples=11)
    before, order = net.to_layers(), np.arange(11)
    np.random.RandomState(5).shuffle(order)
    first = order[:8]
    nablas = net.gradients(X[first], Y[first])
    state = np.random.RandomState(5)
    flaws.epoch_as_published(net, X, Y, 0.1, state, batch_size=8)
    for old, new, nabla in zip(before, net.to_layers(), nablas, strict=True):
        np.testing.assert_allclose(new.W, old.W - 0.1 * 8 * nabla.W)
        np.testing.assert_allclose(new.b, old.b - 0.1 * nabla.b)


def test_a_batch_that_is_too_large_trains_on_nothing():
    """With fewer rows than a batch wants, no parameter moves."""
    net, X, Y = flaws.small_problem(np.random.default_rng(0))
    before = flatten(net.to_layers())
    state = np.random.RandomState(0)
    flaws.epoch_as_published(net, X, Y, 0.1, state, batch_size=9)
    np.testing.assert_array_equal(flatten(net.to_layers()), before)


def test_the_published_training_begins_as_published():
    """Ten epochs from seed 1 read 96 % of the digits, as stored."""
    data, state = digits(scale="raw"), np.random.RandomState(1)
    net = flaws.start_as_published([64, 15, 10], state)
    assert isinstance(net, LayerDict)
    net.activations[3] = flaws.AT_ACTIVATION
    for _ in range(10):
        flaws.epoch_as_published(net, data.X, data.Y, 1e-3, state)
    assert net.accuracy(data.X, data.Y) == pytest.approx(0.96327, abs=0.003)
