"""Regularizers: a penalty on the weights, and dropout's masks.

Biases are never penalized. The masks are made here and passed on as
arguments, so that a gradient check can hold them still.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from nnlib.types import Array


@dataclass(frozen=True)
class Penalty:
    """(l2 / 2N) Σ w² + (l1 / N) Σ |w|, with N the size of the training set.

    N is the whole training set's, whatever the batch: λ then means the
    same for every batch size.
    """

    l2: float = 0.0
    l1: float = 0.0
    n_train: int = 1

    def value(self, weights: Iterable[Array]) -> float:
        """The penalty of these weight matrices, biases left out."""
        if not (self.l2 or self.l1):
            return 0.0
        total = sum(
            0.5 * self.l2 * np.sum(W * W) + self.l1 * np.sum(magnitude(W))
            for W in weights
        )
        return (total / self.n_train).item()

    def gradient(self, W: Array) -> Array:
        """∂penalty/∂W, of the shape of ``W``: (l2 W + l1 sign W) / N."""
        slope = self.l2 / self.n_train * W
        if self.l1:
            slope += self.l1 / self.n_train * np.sign(W.real)
        return slope


def magnitude(W: Array) -> Array:
    """|w|, read off the real part so that a complex step passes through."""
    return np.where(W.real < 0, -W, W)


def dropout_mask(
    shape: tuple[int, ...], dropout: float, rng: np.random.Generator
) -> Array:
    """Zeros with probability ``dropout``, else 1 / (1 - dropout).

    The factor keeps every unit's expected activation, so that nothing has
    to be rescaled when the network predicts.

    References
    ----------
    Srivastava et al., "Dropout: a simple way to prevent neural networks
    from overfitting", 2014.
    """
    return (rng.random(shape) >= dropout) / (1 - dropout)


def draw_dropout_mask(
    mask: Array, dropout: float, rng: np.random.Generator
) -> None:
    """Fill an array that exists with what `dropout_mask` returns."""
    rng.random(out=mask, dtype=mask.dtype)
    np.greater_equal(mask, dropout, out=mask)
    mask *= 1 / (1 - dropout)
