"""Costs: each loss beside its gradient; a `Cost` knows its output delta.

A *loss* is one sample's, a *cost* is the mean of the losses of a batch.
``a`` is the output layer's activation, ``z`` its pre-activation, ``y`` the
target, all of one shape; ``axis`` is the axis the units lie on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib.activations import (
    Activation,
    CoupledActivation,
    logsumexp,
    softplus,
)
from nnlib.types import Array


@dataclass(frozen=True)
class Cost:
    """A loss beside its gradient with respect to the activation.

    A cost with a ``partner`` is the negative logarithm of what that output
    activation says, and is used with no other. For the pair, the output
    delta is a - y, and the loss has a form in ``z`` that never takes the
    logarithm of a rounded 0.
    """

    loss: Callable[[Array, Array, int], Array]
    gradient: Callable[[Array, Array], Array]
    partner: str | None = None
    loss_from_z: Callable[[Array, Array, int], Array] | None = None

    def losses(self, z: Array, a: Array, y: Array, axis: int = -1) -> Array:
        """One loss per sample: the units' axis is summed away."""
        if self.loss_from_z is not None:
            return self.loss_from_z(z, y, axis)
        return self.loss(a, y, axis)

    def delta(
        self,
        z: Array,
        a: Array,
        y: Array,
        output: Activation | CoupledActivation,
        axis: int = -1,
    ) -> Array:
        """∂loss/∂z of the output layer, where a = output.forward(z)."""
        if self.partner is not None:
            return a - y
        return output.backward(z, self.gradient(a, y), axis)


def quadratic(a: Array, y: Array, axis: int = -1) -> Array:
    """Return ½ Σ (a - y)² over the units."""
    return 0.5 * np.sum((a - y) ** 2, axis=axis)


def quadratic_gradient(a: Array, y: Array) -> Array:
    """∂loss/∂a of the quadratic loss: a - y."""
    return a - y


def cross_entropy(a: Array, y: Array, axis: int = -1) -> Array:
    """Return -Σ [y ln a + (1 - y) ln(1 - a)] over the units."""
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a), axis=axis)


def cross_entropy_gradient(a: Array, y: Array) -> Array:
    """∂loss/∂a of the cross-entropy: (a - y) / (a (1 - a))."""
    return (a - y) / (a * (1 - a))


def cross_entropy_from_z(z: Array, y: Array, axis: int = -1) -> Array:
    """Cross-entropy of a = σ(z): Σ [ln(1 + exp(z)) - y z], always finite."""
    return np.sum(softplus(z) - y * z, axis=axis)


def log_likelihood(a: Array, y: Array, axis: int = -1) -> Array:
    """Return -Σ y ln a over the units."""
    return -np.sum(y * np.log(a), axis=axis)


def log_likelihood_gradient(a: Array, y: Array) -> Array:
    """∂loss/∂a of the log-likelihood: -y / a."""
    return -y / a


def log_likelihood_from_z(z: Array, y: Array, axis: int = -1) -> Array:
    """Log-likelihood of a = softmax(z): Σ y (ln Σ exp(z) - z), finite."""
    log_total = np.expand_dims(logsumexp(z, axis), axis)
    return np.sum(y * (log_total - z), axis=axis)


COSTS = {
    "quadratic": Cost(quadratic, quadratic_gradient),
    "cross_entropy": Cost(
        cross_entropy, cross_entropy_gradient, "sigmoid", cross_entropy_from_z
    ),
    "log_likelihood": Cost(
        log_likelihood,
        log_likelihood_gradient,
        "softmax",
        log_likelihood_from_z,
    ),
}
