"""Optimizers and learning-rate schedules: how a gradient becomes a step.

An optimizer changes parameter arrays in place. It works entry by entry, so
it does not matter how a design cuts its parameters into arrays. A schedule
is a factor for the learning rate, the same for a whole epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from nnlib import checks
from nnlib.types import Array

Schedule = Callable[[int, int], float]


class Optimizer:
    """What optimizers share: a memory, and the walk over the arrays.

    An optimizer remembers from one `fit` to the next, so a new network
    wants a new one.

    Attributes
    ----------
    n_updates : updates taken so far.
    memory : ``n_memories`` lists, each with an array per parameter array.
    """

    n_memories: ClassVar[int] = 0

    def __init__(self) -> None:
        self.n_updates = 0
        self.memory: list[list[Array]] = []

    def begin(self, parameters: Sequence[Array]) -> None:
        """Make the memory, all zeros, unless there is one already.

        Raises
        ------
        ValueError : the memory is of parameters of other shapes.
        """
        if not self.memory:
            self.memory = [
                [np.zeros_like(p) for p in parameters]
                for _ in range(self.n_memories)
            ]
        want = [(p.shape, p.dtype) for p in parameters]
        for arrays in self.memory:
            if [(a.shape, a.dtype) for a in arrays] != want:
                raise ValueError(
                    f"this {type(self).__name__} remembers another "
                    "network's parameters: a new network needs a new one"
                )

    def update(
        self,
        parameters: Sequence[Array],
        gradients: Sequence[Array],
        learning_rate: float,
    ) -> None:
        """Take one step, in place; the gradients are used up."""
        self.n_updates += 1
        for w, g, *memory in zip(parameters, gradients, *self.memory):
            self.step(w, g, learning_rate, *memory)

    def step(self, w: Array, g: Array, eta: float, *memory: Array) -> None:
        """Update one array by its gradient and what is remembered of it."""
        raise NotImplementedError


class SGD(Optimizer):
    """Plain gradient descent: w ← w - η ∇."""

    def step(self, w: Array, g: Array, eta: float) -> None:
        """Go down the slope."""
        g *= eta
        w -= g


class Momentum(Optimizer):
    """A ball with inertia: v ← μ v + ∇, w ← w - η v.

    References
    ----------
    Polyak, "Some methods of speeding up the convergence of iteration
    methods", 1964.
    """

    n_memories = 1

    def __init__(self, momentum: float = 0.9) -> None:
        super().__init__()
        self.momentum = checks.check_number("momentum", momentum, below=1)

    def step(self, w: Array, g: Array, eta: float, v: Array) -> None:
        """Go where the velocity leads."""
        v *= self.momentum
        v += g
        np.multiply(v, eta, out=g)
        w -= g


class Nesterov(Momentum):
    """Momentum that looks ahead: v ← μ v + ∇, w ← w - η (∇ + μ v).

    References
    ----------
    Sutskever, Martens, Dahl and Hinton, "On the importance of
    initialization and momentum in deep learning", 2013.
    """

    def step(self, w: Array, g: Array, eta: float, v: Array) -> None:
        """Go down the slope, and where the new velocity leads."""
        v *= self.momentum
        v += g
        g *= eta
        w -= g
        np.multiply(v, eta * self.momentum, out=g)
        w -= g


class Adam(Optimizer):
    """Steps of about η in every entry: w ← w - η m / (√s + ε).

    m is a running mean of the gradient, s one of its square, each divided
    by what it lacks at the start: m ← β₁ m + (1 - β₁) ∇, then
    m / (1 - β₁ᵗ) after t updates; s with β₂ likewise.

    Notes
    -----
    What is remembered is M = m / (1 - β₁) and S = s / (1 - β₂), which are
    sums; the factors are put back at the end, in two numbers. That takes
    two passes less and no array besides.

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", 2015.
    """

    n_memories = 2

    def __init__(
        self, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
    ) -> None:
        super().__init__()
        self.beta1 = checks.check_number("beta1", beta1, below=1)
        self.beta2 = checks.check_number("beta2", beta2, below=1)
        self.epsilon = checks.check_number("epsilon", epsilon)

    def step(self, w: Array, g: Array, eta: float, M: Array, S: Array) -> None:
        """Go along the mean gradient, over its usual size."""
        b1, b2, t = self.beta1, self.beta2, self.n_updates
        M *= b1
        M += g
        g *= g
        S *= b2
        S += g
        np.sqrt(S, out=g)
        scale = ((1 - b2) / (1 - b2**t)) ** 0.5  # √s = scale √S
        g += self.epsilon / scale
        np.divide(M, g, out=g)
        g *= eta * (1 - b1) / (1 - b1**t) / scale
        w -= g


BLOCK = 16_384  # numbers that stay in a processor's cache from pass to pass


def blocks(vector: Array) -> list[Array]:
    """Return views that follow each other, of `BLOCK` numbers at most.

    An update that passes over its arrays several times is quicker so.
    """
    return [vector[i : i + BLOCK] for i in range(0, len(vector), BLOCK)]


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adam": Adam,
}


def as_optimizer(optimizer: str | Optimizer) -> Optimizer:
    """Return a new optimizer of this name, or the one that came."""
    if isinstance(optimizer, Optimizer):
        return optimizer
    return OPTIMIZERS[checks.check_name("optimizer", optimizer, OPTIMIZERS)]()


# Schedules. Epochs count from 0.


@dataclass(frozen=True)
class Constant:
    """The same rate to the end: 1."""

    def __call__(self, epoch: int, epochs: int) -> float:
        """Return the factor for this epoch of so many."""
        return 1.0


@dataclass(frozen=True)
class Decay:
    """1 / (1 + d · epoch), as in the bias-row-softmax document."""

    d: float = 0.1

    def __call__(self, epoch: int, epochs: int) -> float:
        """Return the factor for this epoch of so many."""
        return 1 / (1 + self.d * epoch)


@dataclass(frozen=True)
class Cosine:
    """½ (1 + cos(π epoch / epochs)): from 1 down, almost to 0.

    References
    ----------
    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm
    restarts", 2017.
    """

    def __call__(self, epoch: int, epochs: int) -> float:
        """Return the factor for this epoch of so many."""
        return float(0.5 * (1 + np.cos(np.pi * epoch / epochs)))


@dataclass(frozen=True)
class Step:
    """Times ``factor`` after every ``every`` epochs."""

    factor: float = 0.5
    every: int = 10

    def __call__(self, epoch: int, epochs: int) -> float:
        """Return the factor for this epoch of so many."""
        return self.factor ** (epoch // self.every)


SCHEDULES: dict[str, Callable[[], Schedule]] = {
    "constant": Constant,
    "decay": Decay,
    "cosine": Cosine,
    "step": Step,
}


def as_schedule(schedule: Any) -> Schedule:
    """Return the schedule of this name, or the function that came."""
    if callable(schedule):
        return schedule
    return SCHEDULES[checks.check_name("schedule", schedule, SCHEDULES)]()
