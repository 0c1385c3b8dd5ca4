"""Activations: values, slopes, and numbers too large for a careless exp."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from nnlib import ACTIVATIONS
from nnlib.activations import (
    CoupledActivation,
    logsumexp,
    softmax,
    softplus,
)

SINGLE = [
    name
    for name, f in ACTIVATIONS.items()
    if not isinstance(f, CoupledActivation)
]
DTYPES = [np.float32, np.float64]

# Away from 0, where the slope of a ReLU is a choice.
Z = np.array([[-30.0, -3.0, -0.7, 0.3], [1.0, 2.5, 8.0, 40.0]])
LARGE = [37.0, 745.0, 1e4, 1e30]
EXTREME = np.array([[-z for z in LARGE], LARGE])

KNOWN = {  # at z = -2, 0 and ln 3
    "sigmoid": [1 / (1 + np.e**2), 1 / 2, 3 / 4],
    "tanh": [np.sinh(-2) / np.cosh(-2), 0, 4 / 5],
    "relu": [0, 0, np.log(3)],
    "leaky_relu": [-0.2, 0, np.log(3)],
    "identity": [-2, 0, np.log(3)],
    "softmax": np.array([np.e**-2, 1, 3]) / (np.e**-2 + 4),
}
REFERENCE = {
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.maximum(z, 0.1 * z),
    "identity": np.positive,
    "softmax": lambda z: special.softmax(z, axis=-1),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_at_known_points(name):
    """At -2, 0 and ln 3 the values are those found by hand."""
    a = ACTIVATIONS[name].forward(np.array([[-2, 0, np.log(3)]]))
    np.testing.assert_allclose(a, [KNOWN[name]], rtol=1e-15, atol=1e-16)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_match_scipy(name):
    """The values are SciPy's (or NumPy's own), to 1e-14."""
    a = ACTIVATIONS[name].forward(Z)
    np.testing.assert_allclose(a, REFERENCE[name](Z), rtol=1e-14)


@pytest.mark.parametrize("name", SINGLE)
def test_derivative_matches_complex_step(name):
    """The derivative is the complex step's, to 1e-13."""
    f = ACTIVATIONS[name]
    measured = f.function(Z + 1e-30j).imag / 1e-30
    np.testing.assert_allclose(f.derivative(Z), measured, rtol=1e-13)


@pytest.mark.parametrize("name", SINGLE)
def test_derivative_matches_central_differences(name):
    """The derivative is the central difference, to 1e-9."""
    f, h = ACTIVATIONS[name], 1e-5
    measured = (f.function(Z + h) - f.function(Z - h)) / (2 * h)
    np.testing.assert_allclose(f.derivative(Z), measured, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "slope"), [("sigmoid", np.exp(-40)), ("tanh", 4 * np.exp(-80))]
)
def test_slopes_keep_their_digits_far_out(name, slope):
    """At z = ±40, where the function is at its limit, the slope is not 0."""
    claimed = ACTIVATIONS[name].derivative(np.array([-40.0, 40.0]))
    np.testing.assert_allclose(claimed, slope, rtol=1e-15)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extreme_inputs_stay_finite_and_silent(name, dtype):
    """From ±37 to ±1e30 nothing overflows; a warning would be an error."""
    f, z = ACTIVATIONS[name], EXTREME.astype(dtype)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        for axis in (0, 1):
            assert np.isfinite(f.forward(z, axis)).all()
            assert np.isfinite(f.backward(z, np.ones_like(z), axis)).all()


@pytest.mark.parametrize(
    ("name", "limits"),
    [("sigmoid", (0, 1)), ("tanh", (-1, 1)), ("softmax", (0, 1))],
)
def test_squashing_functions_reach_their_limits(name, limits):
    """Far out on both sides a squashing function is at its two limits."""
    a = ACTIVATIONS[name].forward(np.array([[-1e4, 1e4]]))
    np.testing.assert_array_equal(a, [limits])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_dtype_and_shape_are_kept(name, dtype):
    """What comes out has the dtype and the shape of what went in."""
    f, z = ACTIVATIONS[name], Z.astype(dtype)
    for out in (f.forward(z), f.backward(z, z)):
        assert out.dtype == dtype
        assert out.shape == z.shape


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_inputs_are_left_as_they_were(name):
    """Neither z nor the gradient is written to."""
    z, gradient = Z.copy(), 2 * Z
    z.flags.writeable = gradient.flags.writeable = False
    ACTIVATIONS[name].forward(z)
    ACTIVATIONS[name].backward(z, gradient)
    np.testing.assert_array_equal(z, Z)


@pytest.mark.parametrize("name", SINGLE)
def test_axis_does_not_matter_unit_by_unit(name):
    """A function of single units gives the same on either axis."""
    f = ACTIVATIONS[name]
    np.testing.assert_array_equal(f.forward(Z, 0), f.forward(Z, 1))


# Softmax, whose units depend on each other.


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_sums_to_one_along_its_axis(axis):
    """Along the axis that is named, the outputs sum to 1."""
    np.testing.assert_allclose(softmax(Z, axis).sum(axis=axis), 1, rtol=1e-15)


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_jacobian_matches_the_measured_one(axis):
    """All entries of the Jacobian, its off-diagonal ones too, to 1e-13.

    One sample of four units, along either axis; a gradient that is 1 at
    unit k picks the Jacobian's row k.
    """
    z = np.expand_dims(np.array([-1.0, 0.3, 0.9, 2.0]), 1 - axis)
    backward = ACTIVATIONS["softmax"].backward
    picks = [pick.reshape(z.shape) for pick in np.eye(z.size)]
    claimed = [backward(z, pick, axis).ravel() for pick in picks]
    steps = [softmax(z + 1e-30j * pick, axis) for pick in picks]
    measured = np.array([step.imag.ravel() / 1e-30 for step in steps]).T
    np.testing.assert_allclose(claimed, measured, rtol=1e-13)
    assert (np.diag(np.diag(measured)) != measured).any()


def test_softmax_axes_mirror_each_other():
    """Columns give the transpose of what rows give."""
    f, g = ACTIVATIONS["softmax"], Z[::-1]
    np.testing.assert_array_equal(f.forward(Z.T, 0), f.forward(Z, 1).T)
    np.testing.assert_array_equal(
        f.backward(Z.T, g.T, 0), f.backward(Z, g, 1).T
    )


# The two logarithms that the costs are made of.


def test_softplus_matches_scipy():
    """The value ln(1 + exp z) is SciPy's -log_expit(-z), out to ±1e30."""
    z = np.concatenate([Z, EXTREME])
    np.testing.assert_allclose(softplus(z), -special.log_expit(-z), rtol=1e-14)


@pytest.mark.parametrize("axis", [0, 1])
def test_logsumexp_matches_scipy(axis):
    """The logarithm of Σ exp z is SciPy's on both axes, out to ±1e30."""
    z = np.concatenate([Z, EXTREME])
    ours, theirs = logsumexp(z, axis), special.logsumexp(z, axis=axis)
    np.testing.assert_allclose(ours, theirs, rtol=1e-14)
