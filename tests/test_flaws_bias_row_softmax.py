"""The bias-row-softmax document's flaws, against their closed forms."""

import numpy as np
import pytest

from nnlib import DESIGNS, gradcheck
from nnlib.flaws import bias_row_softmax as flaws
from nnlib.regularizers import dropout_mask
from nnlib.types import flatten

METHODS = {
    "one step": flaws.momentum_of_one_step,
    "all steps": flaws.momentum_of_all_steps,
}
GAINS = {"one step": lambda m: 1 + m, "all steps": lambda m: 1 / (1 - m)}
LIMITS = {
    "one step": lambda m: min(1 / m, 2 / (1 - m)),
    "all steps": lambda m: 2 * (1 + m),
}


@pytest.mark.parametrize("momentum", [0.25, 0.5, 0.9])
@pytest.mark.parametrize("method", METHODS)
def test_momentum_has_the_gain_of_its_closed_form(method, momentum):
    """On a slope of 1 the steps end at 1 + μ, or at 1 / (1 - μ)."""
    measured = flaws.gain(METHODS[method], momentum)
    assert measured == pytest.approx(GAINS[method](momentum), rel=1e-12)


@pytest.mark.parametrize("momentum", [0.25, 0.5, 0.9])
@pytest.mark.parametrize("method", METHODS)
def test_momentum_has_the_limit_of_its_closed_form(method, momentum):
    """Stable up to min(1/μ, 2/(1-μ)), or to 2 (1 + μ), to 0.002."""
    measured = flaws.stability_limit(METHODS[method], momentum)
    assert measured == pytest.approx(LIMITS[method](momentum), abs=0.002)


@pytest.mark.parametrize("method", METHODS)
def test_a_descent_below_the_limit_ends_and_above_it_does_not(method):
    """The limit is where descending a parabola turns into climbing."""
    limit = LIMITS[method](0.9)
    for x, falls in [(0.98 * limit, True), (1.02 * limit, False)]:
        costs = flaws.descend(METHODS[method], 0.9, x, np.ones(1), 200)
        assert (costs[-1] < costs[0]) == falls


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_design_s_momentum_is_that_of_all_steps(momentum):
    """`update` walks down the valley as the fixed form does."""
    net = DESIGNS["bias_row_softmax"].initialize(
        [1, 2], rng=np.random.default_rng(0)
    )
    net.weights[0][:] = theta = np.ones((2, 2))
    memory, velocities = 0 * theta, [0 * theta]
    curvatures = np.array([[1.0, 100.0], [3.0, 7.0]])
    for _ in range(50):
        slope = curvatures * theta
        step, memory = flaws.momentum_of_all_steps(slope, memory, momentum)
        theta = theta - 0.008 * step
        net.update([curvatures * net.weights[0]], velocities, 0.008, momentum)
    np.testing.assert_allclose(net.weights[0], theta, rtol=1e-12)


def test_without_dropped_units_forgetting_the_masks_changes_nothing():
    """With masks of ones both forms are the network's own gradient."""
    net, X, Y = flaws.small_problem(np.random.default_rng(0))
    masks = [np.ones((30, len(X)))]
    for backprop in (flaws.backprop_without_masks, flaws.backprop_with_masks):
        for ours, whole in zip(
            backprop(net, X, Y, masks), net.backprop(X, Y), strict=True
        ):
            np.testing.assert_allclose(ours, whole, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("sizes", [[6, 30, 3], [6, 8, 7, 3]])
def test_the_referee_agrees_with_a_thinned_network(sizes):
    """With the masks held still all arrays agree, in any depth."""
    rng = np.random.default_rng(0)
    _, X, Y = flaws.small_problem(rng)
    net = DESIGNS["bias_row_softmax"].initialize(sizes, rng=rng)
    masks = [dropout_mask((size, len(X)), 0.5, rng) for size in sizes[1:-1]]
    still = flaws.thinned(net, masks)
    assert gradcheck.check(still, X, Y).passed
    assert gradcheck.check(still, X, Y, l2=0.1, l1=0.1).passed
    assert not gradcheck.check(net, X, Y, claimed=still.gradients(X, Y)).passed


def test_decays_agree_until_they_compound():
    """Both forms have the same rate in the first two epochs."""
    first, second = (
        [rate for rate, _ in zip(rates(1.0, 0.1), range(3))]
        for rates in (flaws.rates_compounding, flaws.rates_from_first)
    )
    np.testing.assert_allclose(first, [1, 1 / 1.1, 1 / 1.1 / 1.2])
    np.testing.assert_allclose(second, [1, 1 / 1.1, 1 / 1.2])


def test_summed_gradients_are_n_times_the_mean():
    """The sum over 20 rows is 20 times the cost's gradient, to 1e-12."""
    net, X, Y = flaws.small_problem(np.random.default_rng(0))
    total, mean = (
        flatten(gradients(net, X, Y))
        for gradients in (flaws.summed_gradients, flaws.mean_gradients)
    )
    np.testing.assert_allclose(total, 20 * mean, rtol=1e-12, atol=1e-14)


def test_both_cuts_have_every_row_once():
    """Pieces or batches: all rows, in order."""
    for cut in (flaws.pieces, flaws.batches_of):
        for size in (1, 3, 7, 10, 12):
            rows = np.concatenate(cut(10, size))
            np.testing.assert_array_equal(rows, np.arange(10))


def test_a_label_of_minus_one_becomes_the_last_class():
    """Silently: the 1 is put into the last row."""
    Y = flaws.encode_unchecked([0, -1], 9)
    assert Y.argmax(axis=0).tolist() == [0, 8]
    with pytest.raises(IndexError):
        flaws.encode_unchecked([9], 9)


def test_a_stale_check_measures_the_penalty_alone():
    """With the old outputs the slope is λ/n Σ w, whatever the loss does."""
    net, X, Y = flaws.small_problem(np.random.default_rng(0))
    weights = sum(W.sum() for W, _ in net.to_layers())
    measured = flaws.slope_of_a_stale_cost(net, X, Y, l2=0.1)
    assert measured == pytest.approx(0.1 / len(X) * weights, rel=1e-6)
