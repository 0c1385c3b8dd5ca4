"""Costs: two forms of a loss agree, and their slopes are the measured ones."""

from __future__ import annotations

import numpy as np
import pytest
from cases import PAIRS

from nnlib import ACTIVATIONS, COSTS

PARTNERED = [name for name, cost in COSTS.items() if cost.partner]

RNG = np.random.default_rng(0)
Z = RNG.uniform(-3, 3, (6, 4))
Y = RNG.dirichlet(np.ones(4), 6)  # each row a distribution: fits every cost
A = RNG.dirichlet(np.ones(4), 6)

H = 1e-30  # of the complex step


def measured_slopes(losses, at):
    """Slopes of the sum of the losses, entry by entry, by complex step."""
    slopes = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[index] += 1j * H
        slopes[index] = losses(moved).sum().imag / H
    return slopes


def test_values_by_hand():
    """One row of two units, worked out: 0.05, and logarithms of it."""
    a, y = np.array([[0.8, 0.3]]), np.array([[1.0, 0.0]])
    by_hand = {
        "quadratic": (0.2**2 + 0.3**2) / 2,
        "cross_entropy": -np.log(0.8) - np.log(0.7),
        "log_likelihood": -np.log(0.8),
    }
    assert set(by_hand) == set(COSTS)
    for name, value in by_hand.items():
        loss = COSTS[name].loss(a, y, -1)
        np.testing.assert_allclose(loss, [value], rtol=1e-15)


@pytest.mark.parametrize("name", COSTS)
def test_one_loss_per_sample_on_either_axis(name):
    """The units' axis is summed away, whichever it is."""
    cost = COSTS[name]
    rows, columns = cost.losses(Z, A, Y, 1), cost.losses(Z.T, A.T, Y.T, 0)
    assert rows.shape == (6,)
    np.testing.assert_allclose(rows, columns, rtol=1e-14)


@pytest.mark.parametrize("name", PARTNERED)
def test_loss_from_z_equals_loss_where_both_are_finite(name):
    """The safe form and the textbook's form give the same number."""
    cost = COSTS[name]
    a = ACTIVATIONS[cost.partner].forward(Z)
    safe, plain = cost.loss_from_z(Z, Y, -1), cost.loss(a, Y, -1)
    np.testing.assert_allclose(safe, plain, rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [40.0, 1e3, 1e30])
@pytest.mark.parametrize("name", PARTNERED)
def test_saturated_units_cost_a_finite_amount(name, size, dtype):
    """A unit wrong by a wide margin z costs z; no logarithm of 0 is taken."""
    cost = COSTS[name]
    z = np.array([[size, -size]], dtype)
    wrong, right = np.array([[0, 1], [1, 0]], dtype)[:, None]
    a = ACTIVATIONS[cost.partner].forward(z)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        np.testing.assert_allclose(cost.losses(z, a, right), 0, atol=1e-15)
        loss = cost.losses(z, a, wrong)
    np.testing.assert_allclose(loss, 2 * size, rtol=1e-6)
    assert loss.dtype == dtype


@pytest.mark.parametrize("name", COSTS)
def test_gradient_matches_measured_slopes(name):
    """∂loss/∂a agrees with the complex step, to 1e-13."""
    cost = COSTS[name]
    measured = measured_slopes(lambda a: cost.loss(a, Y, -1), A)
    np.testing.assert_allclose(cost.gradient(A, Y), measured, rtol=1e-13)


@pytest.mark.parametrize("name", COSTS)
def test_gradient_matches_central_differences(name):
    """∂loss/∂a agrees with central differences too, to 1e-6."""
    cost, h = COSTS[name], 1e-5
    a, y = A[:1] / 2 + 0.2, Y[:1]
    measured = [
        (cost.loss(a + h * v, y, -1) - cost.loss(a - h * v, y, -1)) / (2 * h)
        for v in np.eye(4)
    ]
    np.testing.assert_allclose(
        cost.gradient(a, y)[0], np.ravel(measured), rtol=1e-6
    )


@pytest.mark.parametrize(("name", "output"), PAIRS)
def test_delta_matches_slopes_through_the_output(name, output):
    """∂loss/∂z agrees with the complex step through the activation."""
    cost, f = COSTS[name], ACTIVATIONS[output]
    measured = measured_slopes(
        lambda z: cost.loss(f.forward(z), Y, -1), Z.copy()
    )
    claimed = cost.delta(Z, f.forward(Z), Y, f)
    np.testing.assert_allclose(claimed, measured, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(("name", "output"), PAIRS)
def test_delta_is_the_same_with_samples_in_columns(name, output):
    """Columns give the transpose of what rows give."""
    cost, f = COSTS[name], ACTIVATIONS[output]
    rows = cost.delta(Z, f.forward(Z), Y, f)
    columns = cost.delta(Z.T, f.forward(Z.T, 0), Y.T, f, axis=0)
    np.testing.assert_allclose(columns.T, rows, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("name", PARTNERED)
def test_partner_delta_is_finite_where_the_chain_rule_is_not(name):
    """With its partner the delta is a - y, at any saturation."""
    cost = COSTS[name]
    z, y = np.array([[1e3, -1e3]]), np.array([[0.0, 1.0]])
    f = ACTIVATIONS[cost.partner]
    np.testing.assert_array_equal(
        cost.delta(z, f.forward(z), y, f), [[1.0, -1.0]]
    )


@pytest.mark.parametrize("name", COSTS)
def test_inputs_are_left_as_they_were(name):
    """Neither a nor y is written to."""
    a, y = A.copy(), Y.copy()
    a.flags.writeable = y.flags.writeable = False
    COSTS[name].loss(a, y, -1)
    COSTS[name].gradient(a, y)
