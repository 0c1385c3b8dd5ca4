"""The words every other module speaks: arrays, layers, histories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# float64 unless a network was asked for another dtype; complex during a
# complex-step check.
Array = NDArray[np.inexact[Any]]


class Layer(NamedTuple):
    """One layer's parameters in the canonical layout, or their gradient.

    ``W`` has shape (fan_in, fan_out) and ``b`` has shape (fan_out,), so that
    a batch of rows goes through as ``Z = A @ W + b``.
    """

    W: Array
    b: Array


def flatten(layers: Iterable[Layer]) -> Array:
    """Every parameter in one vector, layer by layer: W in row order, b."""
    return np.concatenate([part.ravel() for layer in layers for part in layer])


def unflatten(theta: Array, like: Iterable[Layer]) -> list[Layer]:
    """Cut the vector ``theta`` into layers of the shapes of ``like``."""
    layers, start = [], 0
    for W, b in like:
        middle, stop = start + W.size, start + W.size + b.size
        layers.append(
            Layer(
                theta[start:middle].reshape(W.shape),
                theta[middle:stop].reshape(b.shape),
            )
        )
        start = stop
    return layers


@dataclass
class History:
    """What a training run looked like, one entry per recorded epoch.

    Every entry is taken *after* the epoch's last update, with the same
    weights for all of them.

    Attributes
    ----------
    epoch : number of epochs finished.
    cost, accuracy : on the training set; the cost is a batch mean and
        includes the penalty if there is one, the accuracy is a fraction.
    validation_cost, validation_accuracy : the same on the validation set,
        and empty without one.
    interrupted : whether an interrupt ended the run.
    """

    epoch: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_cost: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    interrupted: bool = False

    def __len__(self) -> int:
        return len(self.epoch)

    def record(self, epoch: int, looks: list[tuple[float, float]]) -> None:
        """Append (cost, accuracy) of the training set, then of the other."""
        self.epoch.append(epoch)
        self.cost.append(looks[0][0])
        self.accuracy.append(looks[0][1])
        for cost, accuracy in looks[1:]:
            self.validation_cost.append(cost)
            self.validation_accuracy.append(accuracy)

    def last(self) -> str:
        """The last entry in words."""
        words = f"cost {self.cost[-1]:.4g}, accuracy {self.accuracy[-1]:.2%}"
        if self.validation_accuracy:
            words += f", held out {self.validation_accuracy[-1]:.2%}"
        return words

    def __repr__(self) -> str:
        if not self.epoch:
            return "History(no epoch yet)"
        return f"History(epoch {self.epoch[-1]}: {self.last()})"
