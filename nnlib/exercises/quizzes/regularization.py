"""The quiz of the chapter "Regularization"."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question, mistaken
from nnlib.flaws import FLAWS
from nnlib.gradcheck import central_difference
from nnlib.regularizers import dropout_mask
from nnlib.types import Array

CURVATURES = np.array([10.0, 1.0, 0.1])


def moved_most(left_by_l1: Callable[..., Array]) -> str:
    """Return the curvature of the weight that ends farthest from 1."""
    left = left_by_l1(np.ones(3), CURVATURES, 5.0, 100)
    if np.ptp(left) < 1e-9:
        return "alike"
    return str(CURVATURES[np.argmax(abs(left - 1))].item())


def wrongly(mistake: str) -> str:
    """Return the same, by a wrong answer to the exercise on L1."""
    name = f"regularization/soft-threshold: {mistake}"
    return moved_most(lambda *given: mistaken(name, *given))


def strength(form: str, lam: float) -> float:
    """Return the λ that a program's penalty comes to, in batches of 20."""
    flaw = FLAWS["penalty-per-batch"]
    W = np.ones((1, 1))
    done = getattr(flaw, form)(W, lam, 20, 600)
    return (done / flaw.fixed(W, 1.0, 20, 600)).item()


class Evenly:
    """A generator whose draws lie evenly between 0 and 1."""

    def random(self, shape: tuple[int, ...]) -> Array:
        """Return such draws, in this shape."""
        n = int(np.prod(shape))
        return (np.arange(n).reshape(shape) + 0.5) / n


def mean_of(mask: Callable[..., Any]) -> float:
    """Return the mean of a mask, asked to drop 0.8 of a thousand units."""
    return float(np.mean(mask((10, 100), 0.8, Evenly())))


def two_looks() -> float:
    """Return a measured slope, if each look's cost is 0.01 below the last."""
    looks = count()
    return central_difference(
        lambda theta: 0.7 - 0.01 * next(looks), np.zeros(1), np.ones(1)
    )


QUESTIONS = [
    Question(
        name="who-gives-way",
        text=(
            "The data want three weights to be 1. Their curvatures are 10, 1 "
            "and 0.1. L1 pulls all three toward 0 with the same force, "
            "$λ/N = 0.05$. Which one ends farthest from 1?"
        ),
        options=(
            Option(
                "The one with curvature 10",
                "10.0",
                "A large curvature is a firm hold: it pays dearly for every "
                "bit that it gives way.",
                mistake=(
                    "regularization/soft-threshold: "
                    "multiplied by the curvature"
                ),
                comes_from=lambda: wrongly("multiplied by the curvature"),
            ),
            Option(
                "All alike: the pull is the same",
                "alike",
                "The pull is the same. What holds against it is not.",
                mistake=(
                    "regularization/soft-threshold: the curvature forgotten"
                ),
                comes_from=lambda: wrongly("the curvature forgotten"),
            ),
            Option(
                "The one with curvature 0.1",
                "0.1",
                "The data care least about it, so nothing holds against the "
                "pull. L2 and early stopping take from the same end.",
            ),
        ),
        key=lambda: moved_most(
            EXERCISES["regularization/soft-threshold"].answer
        ),
    ),
    Question(
        name="once-a-batch",
        text=(
            "A program adds $λw$ to the *sum* of the slopes of every batch. "
            "There are 600 samples, in batches of 20, and you type $λ = 3$. "
            "Which λ is that in this chapter's convention?"
        ),
        options=(
            Option(
                "3",
                3.0,
                "It would be if each batch took its share, a thirtieth. "
                "Here the whole penalty is added 30 times an epoch.",
                mistake="penalty-per-batch",
                comes_from=lambda: strength("fixed", 3.0),
            ),
            Option(
                "90",
                90.0,
                "It counts once for each of the 30 batches. With another "
                "batch size the same 3 would be another strength.",
            ),
            Option(
                "0.1",
                0.1,
                "You divided by the number of batches. That is what you have "
                "to type in, to get 3.",
                comes_from=lambda: 3.0**2 / strength("broken", 3.0),
            ),
            Option(
                "60",
                60.0,
                "You multiplied by the size of a batch. It is the number of "
                "batches that counts: 600 over 20.",
                comes_from=lambda: 20 * strength("fixed", 3.0),
            ),
        ),
        key=lambda: strength("broken", 3.0),
    ),
    Question(
        name="kept-or-dropped",
        text=(
            "A dropout function keeps a unit with probability $p$ and "
            "divides by $p$. Somebody means to drop 0.8 of the units and "
            "hands it $p = 0.8$. What is the mean of the mask?"
        ),
        options=(
            Option(
                "1, as it should be",
                1.0,
                "Share and divisor are both the wrong ones, and fit each "
                "other. So nothing looks odd: it just drops far too few.",
            ),
            Option(
                "4: too many are kept",
                4.0,
                "They are, 0.8 in place of 0.2. But they are also divided by "
                "0.8 and not by 0.2.",
                mistake="keeps-what-it-should-drop",
                comes_from=lambda: mean_of(
                    lambda shape, p, rng: (rng.random(shape) < p) / (1 - p)
                ),
            ),
            Option(
                "¼: they are divided by too large a number",
                0.25,
                "They are. But there are four times as many of them, too.",
                mistake="regularization/mask: divided by p",
                comes_from=lambda: mean_of(
                    lambda shape, p, rng: (
                        dropout_mask(shape, p, rng) * (1 - p) / p
                    )
                ),
            ),
        ),
        key=lambda: mean_of(FLAWS["keeps-what-it-should-drop"].broken),
    ),
    Question(
        name="two-masks",
        text=(
            "A cost has dropout in it, with a mask drawn anew at every look. "
            "The second look's mask makes the cost 0.01 lower; the weights "
            "hardly matter. Central differences with $h = 10^{-5}$ give "
            "which slope?"
        ),
        options=(
            Option(
                "0.01",
                0.01,
                "That is the difference of the two costs. It is divided by "
                "the way between the two looks, which is tiny.",
                comes_from=lambda: two_looks() * 2e-5,
            ),
            Option(
                "1000",
                1000.0,
                "You divided by $h$. The two looks are $2h$ apart.",
                comes_from=lambda: two_looks() * 2,
            ),
            Option(
                "0: the weights hardly matter",
                0.0,
                "With a frozen mask it would be. Here the costs differ since "
                "the masks do, and the check takes it for a slope.",
                comes_from=lambda: central_difference(
                    lambda theta: 0.7, np.zeros(1), np.ones(1)
                ),
            ),
            Option(
                "500",
                500.0,
                "$0.01 / (2 · 10^{-5})$, a slope made of noise alone. Freeze "
                "what is random, then check.",
            ),
        ),
        key=two_looks,
    ),
]
