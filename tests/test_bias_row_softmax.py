"""The tricks of the bias-row-softmax design: momentum, decay, dropout."""

from __future__ import annotations

import numpy as np
import pytest
from cases import Case, relative, relative_layers

from nnlib import Layer
from nnlib.regularizers import dropout_mask
from nnlib.training import minibatches

CASE = Case((4, 6, 5, 3), "tanh", "log_likelihood", "softmax", n_samples=23)
DESIGN = "bias_row_softmax"


def fit(net, epochs=4, seed=0, **tricks):
    """Train on batches of 5, with both penalties; return the layers."""
    net.fit(
        *CASE.batch(),
        epochs=epochs,
        batch_size=5,
        learning_rate=0.2,
        rng=np.random.default_rng(seed),
        l2=0.3,
        l1=0.2,
        **tricks,
    )
    return net.to_layers()


def by_an_independent_loop(momentum=0.0, decay=0.0, epochs=4):
    """The same training, on canonical layers of another design."""
    net, rng = CASE.net("row_matrix"), np.random.default_rng(0)
    X, Y = CASE.batch()
    velocities = [Layer(0 * W, 0 * b) for W, b in net.to_layers()]
    for epoch in range(epochs):
        eta = 0.2 / (1 + decay * epoch)
        for rows in minibatches(len(X), 5, rng):
            slopes = net.gradients(
                X[rows], Y[rows], l2=0.3, l1=0.2, n_train=23
            )
            velocities = [
                Layer(momentum * v.W + g.W, momentum * v.b + g.b)
                for v, g in zip(velocities, slopes, strict=True)
            ]
            net = net.with_layers(
                Layer(W - eta * v.W, b - eta * v.b)
                for (W, b), v in zip(net.to_layers(), velocities, strict=True)
            )
    return net.to_layers()


@pytest.mark.parametrize("decay", [0.0, 0.5])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_momentum_and_decay_match_an_independent_loop(momentum, decay):
    """Velocity v ← μ v + ∇, then a step of η / (1 + d · epoch) v, to 1e-12."""
    tricks = {"momentum": momentum, "decay": decay}
    ours, theirs = (
        fit(CASE.net(DESIGN), **tricks),
        by_an_independent_loop(**tricks),
    )
    assert relative_layers(ours, theirs) <= 1e-12


@pytest.mark.parametrize("trick", ["momentum", "decay", "dropout"])
def test_every_trick_makes_a_difference(trick):
    """None of the three is quietly ignored."""
    plain, tricked = (
        fit(CASE.net(DESIGN)),
        fit(CASE.net(DESIGN), **{trick: 0.5}),
    )
    assert relative_layers(tricked, plain) > 1e-3


def test_momentum_by_hand():
    """Of two equal gradients the second moves 1 + μ times as far."""
    net = CASE.net(DESIGN)
    start = [W1.copy() for W1 in net.weights]
    velocities = [np.zeros_like(W1) for W1 in start]
    for _ in range(2):
        nablas = [np.ones_like(W1) for W1 in start]
        net.update(nablas, velocities, 0.1, momentum=0.9)
    for W1, before in zip(net.weights, start, strict=True):
        np.testing.assert_allclose(before - W1, 0.1 * (1 + 1.9), rtol=1e-12)


@pytest.mark.parametrize("n_steps", [1, 3, 50])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_momentum_has_its_closed_form(momentum, n_steps):
    """On a slope of 1, t steps go η Σ (1 - μᵏ) / (1 - μ), k from 1 to t."""
    net = CASE.net(DESIGN)
    start = [W1.copy() for W1 in net.weights]
    velocities = [np.zeros_like(W1) for W1 in start]
    for _ in range(n_steps):
        nablas = [np.ones_like(W1) for W1 in start]
        net.update(nablas, velocities, 0.1, momentum)
    k = np.arange(1, n_steps + 1)
    moved = 0.1 * np.sum((1 - momentum**k) / (1 - momentum))
    for W1, before in zip(net.weights, start, strict=True):
        np.testing.assert_allclose(before - W1, moved, rtol=1e-12)


def test_every_fit_starts_at_rest():
    """Velocity and epoch count are of one `fit`, not kept for the next."""
    in_two_goes = CASE.net(DESIGN)
    fit(in_two_goes, epochs=1, momentum=0.9)
    middle = in_two_goes.to_layers()
    fit(in_two_goes, epochs=1, momentum=0.9, decay=1)
    fresh = in_two_goes.with_layers(middle)
    fit(fresh, epochs=1, momentum=0.9, decay=1)
    assert relative_layers(in_two_goes.to_layers(), fresh.to_layers()) == 0


def test_decay_does_not_compound():
    """In epoch t the rate is η / (1 + d t), whatever it was before."""
    net, rates = CASE.net(DESIGN), []
    net.update = lambda nablas, velocities, eta, *rest: rates.append(eta)
    fit(net, epochs=4, decay=0.5)
    per_epoch = rates[::5]
    np.testing.assert_allclose(per_epoch, [0.2, 0.2 / 1.5, 0.1, 0.08])
    assert rates == sorted(rates, reverse=True)
    assert len(rates) == 20


# Dropout.


def frozen_masks(net, n, seed=0):
    """One mask per hidden layer, with both kept and dropped units."""
    rng = np.random.default_rng(seed)
    return [dropout_mask((size, n), 0.4, rng) for size in net.sizes[1:-1]]


def masked_cost(net, X, Y, masks):
    """The mean loss of the thinned network."""
    _, Zs, A = net.forward(X, masks)
    return net._cost.losses(Zs[-1], A, Y.T, 0).mean()


def nudged(net, layer, index):
    """The network, with one number of W1 moved along the imaginary axis."""
    moved = net.with_layers(net.to_layers(), dtype=np.complex128)
    moved.weights[layer][index] += 1e-30j
    return moved


def test_gradient_under_frozen_masks_matches_complex_step():
    """With the masks held still, every weight and bias agrees to 1e-10."""
    net, (X, Y) = CASE.net(DESIGN), CASE.batch()
    masks = frozen_masks(net, len(X))
    for layer, claimed in enumerate(net.backprop(X, Y, masks)):
        measured = np.empty(claimed.shape)
        for index in np.ndindex(claimed.shape):
            cost = masked_cost(nudged(net, layer, index), X, Y, masks)
            measured[index] = cost.imag / 1e-30
        assert relative(claimed, measured) <= 1e-10


def test_forgetting_the_masks_on_the_way_back_is_noticed():
    """NumPy's own tutorial forgot them; the two gradients differ widely."""
    net, (X, Y) = CASE.net(DESIGN), CASE.batch()
    masks = frozen_masks(net, len(X))
    right, forgetful = net.backprop(X, Y, masks)[0], net.backprop(X, Y)[0]
    assert relative(forgetful, right) > 0.1


def test_masks_multiply_the_hidden_activations():
    """The dropped are 0, the kept are scaled, and the ones stay ones."""
    net, (X, _) = CASE.net(DESIGN), CASE.batch()
    masks = frozen_masks(net, len(X))
    plain, _, _ = net.forward(X)
    thinned, _, _ = net.forward(X, masks)
    np.testing.assert_array_equal(thinned[1][1:], plain[1][1:] * masks[0])
    np.testing.assert_array_equal(thinned[0], plain[0])  # inputs are whole
    for A1, mask in zip(thinned[1:], masks, strict=True):
        np.testing.assert_array_equal(A1[0], 1)
        np.testing.assert_array_equal(A1[1:] == 0, mask == 0)


def test_a_mask_s_mean_is_one():
    """Over a million units: the mean is 1, the dropped are the fraction."""
    mask = dropout_mask((1000, 1000), 0.3, np.random.default_rng(0))
    assert set(np.unique(mask)) == {0, 1 / 0.7}
    np.testing.assert_allclose(mask.mean(), 1, atol=0.005)
    np.testing.assert_allclose((mask == 0).mean(), 0.3, atol=0.005)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_masks_have_the_network_s_dtype(dtype):
    """In single precision nothing is computed in double on the way."""
    net = CASE.net(DESIGN, dtype=dtype)
    (tricks,) = net._begin(np.random.default_rng(0), dropout=0.5)
    masks = net._masks(7, tricks)
    assert [mask.shape for mask in masks] == [(6, 7), (5, 7)]
    assert {mask.dtype for mask in masks} == {np.dtype(dtype)}


def test_predicting_drops_nothing():
    """After training with dropout, two predictions are the same."""
    net = CASE.net(DESIGN)
    layers, X = fit(net, dropout=0.5), CASE.batch()[0]
    np.testing.assert_array_equal(net.predict(X), net.predict(X))
    other = CASE.net("row_matrix").with_layers(layers)
    assert relative(net.predict(X), other.predict(X)) <= 1e-12


def test_dropout_comes_from_the_generator():
    """One seed, one training run; another seed, another."""
    runs = [fit(CASE.net(DESIGN), seed=s, dropout=0.5) for s in (0, 0, 1)]
    assert relative_layers(runs[0], runs[1]) == 0
    assert relative_layers(runs[0], runs[2]) > 1e-3


@pytest.mark.parametrize(
    ("trick", "value", "words"),
    [
        ("momentum", 1.0, "at least 0, below 1, got 1.0"),
        ("momentum", -0.1, "at least 0, below 1, got -0.1"),
        ("dropout", 1.0, "at least 0, below 1, got 1.0"),
        ("dropout", "half", "at least 0, below 1, got 'half'"),
        ("decay", -1.0, "at least 0 and finite, got -1.0"),
        ("decay", np.nan, "at least 0 and finite, got nan"),
    ],
)
def test_bad_tricks_are_refused(trick, value, words):
    """A trick out of range stops at the door; no parameter has changed."""
    net = CASE.net(DESIGN)
    with pytest.raises(ValueError, match=f"{trick} must be a number {words}"):
        fit(net, **{trick: value})
    assert relative_layers(net.to_layers(), CASE.layers()) == 0


@pytest.mark.parametrize(
    "design", ["column_vectors", "bias_row", "row_matrix", "layer_dict"]
)
def test_other_designs_do_not_know_the_tricks(design):
    """An argument that a design lacks is an error, never ignored."""
    net = CASE.net(design)
    with pytest.raises(TypeError, match="momentum"):
        fit(net, momentum=0.9)
    assert relative_layers(net.to_layers(), CASE.layers()) == 0
