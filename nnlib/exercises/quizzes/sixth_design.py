"""The quiz of the chapter "The sixth design"."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

from nnlib.designs.workspace import Workspace, cut
from nnlib.exercises.quiz import Option, Question
from nnlib.inplace import play
from nnlib.regularizers import Penalty
from nnlib.training import minibatches
from nnlib.types import Array

N, BATCH = 3000, 64
PULL = Penalty(l2=1.0, n_train=100)  # a slope of a hundredth of the weight
RATE = 0.5


def first_gradient(scale: float) -> Array:
    """Return what fills the first of three layers' gradient at this rate."""
    rng = np.random.default_rng(0)
    net = Workspace.initialize([4, 3, 3, 2], rng=rng)
    (desk,) = net._begin(rng)
    room, calls = net._step(5, scale, Penalty(), desk)
    room.x[...], room.y[...] = rng.random((5, 4)), np.eye(2)[[0, 1, 1, 0, 1]]
    play(calls)
    return cut(desk.gradient, net.sizes)[0].product


def share(scale: float) -> float:
    """Return how the first gradient changes with the last delta's factor."""
    lengths = [np.linalg.norm(first_gradient(s)) for s in (scale, 1.0)]
    return (lengths[0] / lengths[1]).item()


def left_of_a_weight(factor: float) -> float:
    """Return what a step leaves of a weight of 1 that the data let be.

    ``factor`` is what the penalty's slope is multiplied by, before it goes
    to the gradient that already carries its step.
    """
    W = np.ones((1, 1))
    gradient = -RATE * np.zeros((1, 1))
    gradient += factor * PULL.gradient(W)
    return (W + gradient).item()


class Counted(Workspace):
    """The design, counting the lists of calls that it puts together."""

    def _step(self, *arguments: Any) -> Any:
        self.n_lists = getattr(self, "n_lists", 0) + 1
        return super()._step(*arguments)


def lists_of_calls() -> int:
    """Return how many lists an epoch of N samples puts together."""
    rng = np.random.default_rng(0)
    net = Counted.initialize([2, 2, 2], rng=rng)
    X, Y = rng.random((N, 2)), np.eye(2)[rng.integers(2, size=N)]
    net.fit(X, Y, epochs=1, batch_size=BATCH, learning_rate=0.1, rng=rng)
    return net.n_lists


def updates_kept(stop_at: int) -> int:
    """Return how many updates are in the weights after an interrupt.

    There are 100 an epoch, and the interrupt comes in number ``stop_at``.
    """
    rng, steps = np.random.default_rng(0), count(1)
    net = Workspace.initialize([2, 3, 2], rng=rng)
    X, Y = rng.random((100, 2)), np.eye(2)[rng.integers(2, size=100)]
    kept = {0: net.theta.copy()}

    def augment(x: Array, rng: np.random.Generator) -> None:
        step = next(steps)
        kept[step - 1] = net.theta.copy()
        if step == stop_at:
            raise KeyboardInterrupt

    how = {"epochs": 2, "batch_size": 1, "learning_rate": 0.1, "rng": rng}
    net.fit(X, Y, augment=augment, **how)
    (same,) = (k for k, at in kept.items() if np.array_equal(at, net.theta))
    return same


QUESTIONS = [
    Question(
        name="carried-back",
        text=(
            "A network has three layers of weights. The output's delta is "
            "multiplied by 0.1 before it goes back. By what is the "
            "*first* layer's gradient multiplied?"
        ),
        options=(
            Option(
                "0.001: once a layer",
                0.1**3,
                "The slopes of the activations come in once a layer. This "
                "factor is put in once, at the output, and carried along.",
                comes_from=lambda: 0.1**3,
            ),
            Option(
                "0.1",
                0.1,
                "The way back is linear in the delta, so whatever multiplies "
                "the first delta multiplies every gradient once.",
            ),
            Option(
                "1: it is the output's delta that is changed",
                1.0,
                "Every other delta is made from that one, by products. "
                "Nothing on the way back begins anew.",
                mistake="backpropagation/descend: last layer only",
            ),
        ),
        key=lambda: share(0.1),
    ),
    Question(
        name="a-penalty-as-it-is",
        text=(
            "The gradient's vector holds $-\\eta \\nabla$, and the update "
            "adds it. With $\\eta = 0.5$, somebody adds the slope of an L2 "
            "penalty to that vector as it is, $0.01\\, w$. What becomes of a "
            "weight that the data do not move?"
        ),
        options=(
            Option(
                "It is multiplied by 0.995",
                0.995,
                "So it should be. But the step and its sign are in the delta, "
                "and the penalty never went through the delta.",
                comes_from=lambda: left_of_a_weight(-RATE),
            ),
            Option(
                "It is multiplied by 0.99",
                0.99,
                "The learning rate is missing, as you saw, and so is the "
                "minus: the update adds.",
                comes_from=lambda: left_of_a_weight(-1),
            ),
            Option(
                "It is multiplied by 1.01",
                1.01,
                "It grows, in every step. Who moves $-\\eta$ to another place "
                "has to move it for everything that is added there.",
            ),
        ),
        key=lambda: left_of_a_weight(1),
    ),
    Question(
        name="lists-of-calls",
        text=(
            "You train on 3,000 images in batches of 64. How many lists of "
            "calls does the sixth design put together in an epoch?"
        ),
        options=(
            Option(
                "47, one for each batch",
                47,
                "That is how often a list is played. It is filled in with "
                "arrays, and those are the same for the next batch.",
                comes_from=lambda: len(
                    list(minibatches(N, BATCH, np.random.default_rng(0)))
                ),
            ),
            Option(
                "1",
                1,
                "Batches of 64 share one. But 3,000 is 46 of them and 56 "
                "rows more, which need arrays of another size.",
                mistake="learning/batches: the odd rows left out",
            ),
            Option(
                "2",
                2,
                "One for 64 rows, one for the 56 that are left over.",
            ),
        ),
        key=lists_of_calls,
    ),
    Question(
        name="interrupted-early",
        text=(
            "An epoch is 100 updates. You press Ctrl-C in the 50th update of "
            "the *first* epoch. How many updates are in the weights "
            "afterwards?"
        ),
        options=(
            Option(
                "49",
                49,
                "They were, in the arrays, when the interrupt came. `fit` "
                "puts back what belongs to the last finished epoch.",
                comes_from=lambda: 50 - 1,
            ),
            Option(
                "None",
                0,
                "No epoch was finished, so the start is put back, and the "
                "history is empty: the two belong together.",
            ),
            Option(
                "100: the epoch is finished first",
                100,
                "An interrupt ends the run at once; an epoch may take an "
                "hour. What is whole is the state, not the epoch.",
                comes_from=lambda: updates_kept(101),
            ),
        ),
        key=lambda: updates_kept(50),
    ),
]
