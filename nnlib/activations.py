"""Activations: each function beside its derivative.

Both take the pre-activation ``z``. Samples may lie in rows or in columns:
``axis`` names the axis the units lie on, and matters to softmax alone.
The functions are analytic wherever the mathematics is, so that a complex
step (see `nnlib.gradcheck`) can go through them: comparisons look at the
real part only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib.types import Array


@dataclass(frozen=True)
class Activation:
    """A function that treats every unit by itself, beside its derivative."""

    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]

    def forward(self, z: Array, axis: int = -1) -> Array:
        """Return a = f(z), of the shape of ``z``."""
        return self.function(z)

    def backward(self, z: Array, gradient: Array, axis: int = -1) -> Array:
        """Return ∂C/∂z from ``gradient`` = ∂C/∂a, both of z's shape."""
        return gradient * self.derivative(z)


@dataclass(frozen=True)
class CoupledActivation:
    """A function whose units depend on each other along one axis.

    Its derivative is a whole Jacobian matrix per sample, so what stands
    beside the function is the Jacobian's product with a gradient.
    """

    function: Callable[[Array, int], Array]
    jacobian_product: Callable[[Array, Array, int], Array]

    def forward(self, z: Array, axis: int = -1) -> Array:
        """Return a = f(z), of the shape of ``z``."""
        return self.function(z, axis)

    def backward(self, z: Array, gradient: Array, axis: int = -1) -> Array:
        """Return ∂C/∂z from ``gradient`` = ∂C/∂a, both of z's shape."""
        return self.jacobian_product(z, gradient, axis)


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)).

    Notes
    -----
    The exponential is only ever taken of a number that is not positive, so
    it cannot overflow: exp(-z) on the right of 0, exp(z) on the left.
    """
    right = z.real > 0
    e = np.exp(np.where(right, -z, z))
    return np.where(right, 1, e) / (1 + e)


def sigmoid_derivative(z: Array) -> Array:
    """Slope of the sigmoid at ``z``: e / (1 + e)² with e = exp(-|z|).

    Notes
    -----
    The slope σ(z) (1 - σ(z)) is the same on both sides of 0, at most 1/4.
    In this form no digit is lost where σ(z) rounds to 1, from z = 37 on.
    """
    e = np.exp(np.where(z.real > 0, -z, z))
    return e / (1 + e) ** 2


def tanh(z: Array) -> Array:
    """Return the hyperbolic tangent of ``z``, between -1 and 1."""
    return np.tanh(z)


def tanh_derivative(z: Array) -> Array:
    """Slope of tanh at ``z``: 1 - tanh²(z), at most 1.

    Notes
    -----
    As tanh(z) = 2 σ(2z) - 1, the slope is 4 σ'(2z). In this form no digit
    is lost where tanh(z) rounds to ±1, from z = 19 on.
    """
    return 4 * sigmoid_derivative(2 * z)


def relu(z: Array) -> Array:
    """Return max(z, 0), in a new array."""
    return np.where(z.real > 0, z, 0)


def relu_derivative(z: Array) -> Array:
    """Slope of the ReLU at ``z``: 1 where z > 0, else 0 (a choice, at 0)."""
    return (z.real > 0).astype(z.dtype)


LEAK = 0.1  # the slope on the left, as in the row-matrix document


def leaky_relu(z: Array) -> Array:
    """Return z where z > 0, else 0.1 z."""
    return np.where(z.real > 0, z, LEAK * z)


def leaky_relu_derivative(z: Array) -> Array:
    """Slope of the leaky ReLU at ``z``: 1 where z > 0, else 0.1."""
    return np.where(z.real > 0, 1, LEAK).astype(z.dtype)


def identity(z: Array) -> Array:
    """Return ``z`` itself: a layer with no nonlinearity."""
    return z


def identity_derivative(z: Array) -> Array:
    """Slope of the identity: 1 everywhere."""
    return np.ones_like(z)


def softmax(z: Array, axis: int = -1) -> Array:
    """Return exp(z) / Σ exp(z): positive, summing to 1 along ``axis``.

    Notes
    -----
    The largest z is subtracted first. That changes nothing in the quotient
    and leaves no exponential above 1.
    """
    e = np.exp(z - z.real.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_jacobian_product(z: Array, gradient: Array, axis: int) -> Array:
    """Return ∂C/∂z = p ⊙ (g - Σ_k g_k p_k), with p = softmax(z), g = ∂C/∂p.

    Notes
    -----
    The Jacobian is ∂p_k/∂z_i = p_k (δ_ki - p_i). Its diagonal alone,
    p (1 - p), is a well-known mistake: see `nnlib.flaws`.
    """
    p = softmax(z, axis)
    return p * (gradient - np.sum(gradient * p, axis=axis, keepdims=True))


def softplus(z: Array) -> Array:
    """Return ln(1 + exp(z)), which is -ln σ(-z), without overflow."""
    right = z.real > 0
    return np.where(right, z, 0) + np.log1p(np.exp(np.where(right, -z, z)))


def logsumexp(z: Array, axis: int = -1) -> Array:
    """Return ln Σ exp(z) along ``axis``, which is dropped; no overflow."""
    top = z.real.max(axis=axis, keepdims=True)
    total = np.exp(z - top).sum(axis=axis, keepdims=True)
    return np.squeeze(top + np.log(total), axis=axis)


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "relu": Activation(relu, relu_derivative),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative),
    "identity": Activation(identity, identity_derivative),
    "softmax": CoupledActivation(softmax, softmax_jacobian_product),
}
