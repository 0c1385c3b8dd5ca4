"""The quiz of the chapter "The referee"."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.designs import DESIGNS
from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question, mistaken
from nnlib.gradcheck import central_difference, complex_step
from nnlib.regularizers import magnitude
from nnlib.types import Array, flatten

POWERS = np.array([-1, -5, -12])
ONE = np.array([1.0])
SMALL = np.array([2e-4, -1e-4, 5e-5])  # the slopes of a layer


def best_power(error: Callable[[float], float]) -> int:
    """Return the power of ten at which the error is the smallest."""
    return int(POWERS[np.argmin([error(10.0**p) for p in POWERS])])


def measured_error(h: float) -> float:
    """Return the error of a central difference of e^θ at 1."""
    slope = central_difference(lambda t: np.exp(t[0]), ONE, ONE, h)
    return abs(slope - np.e)


def along_w(f: Callable[[Array], Array]) -> float:
    """Return the slope of ``f`` at -2, by the complex step."""
    return float(complex_step(f, np.array(-2.0), np.array(1.0)))


def n_costs(directions: list[Array]) -> int:
    """Return how many costs central differences along these take."""
    theta, seen = np.zeros(len(directions[0])), []

    def cost(theta: Array) -> float:
        seen.append(1)
        return float(theta @ theta)

    for v in directions:
        central_difference(cost, theta, v)
    return len(seen)


def n_parameters() -> int:
    """Return the number of parameters of the small network below."""
    rng = np.random.default_rng(0)
    net = DESIGNS["row_matrix"].initialize([8, 5, 3], rng=rng)
    return len(flatten(net.to_layers()))


def everything() -> Array:
    """Return a direction that moves every parameter of that network."""
    rng = np.random.default_rng(0)
    return rng.standard_normal(n_parameters())


QUESTIONS = [
    Question(
        name="the-step",
        text=(
            "Which step gives the best central difference, in numbers of 16 "
            "digits?"
        ),
        options=(
            Option(
                "$10^{-12}$: the smaller, the better",
                -12,
                "That is what the definition of a derivative says, with "
                "numbers that have all their digits. Here the two costs agree "
                "in nearly all of theirs, and subtracting leaves what was "
                "rounded.",
                comes_from=lambda: best_power(lambda h: h**2 / 6),
            ),
            Option(
                "$10^{-1}$: nothing is rounded away",
                -1,
                "Rounding is small there. But over so long a step the cost "
                "bends, and the error grows with the square of the step.",
                comes_from=lambda: best_power(lambda h: 1e-16 / h),
            ),
            Option(
                "$10^{-5}$: something between",
                -5,
                "There the bend, of the order $h^2$, and the rounding, of the "
                "order $10^{-16} / h$, are about equal.",
            ),
        ),
        key=lambda: best_power(measured_error),
    ),
    Question(
        name="absolute-value",
        text=(
            "You measure the slope of $|w|$ at $w = -2$ by the complex step, "
            "and `np.abs` computes the cost. What comes out?"
        ),
        options=(
            Option(
                "−1, the slope",
                -1.0,
                "That is the slope, and `nnlib` has a function that gives it. "
                "`np.abs` asks how long a complex number is, and the slope "
                "was in the part that it throws away.",
                comes_from=lambda: along_w(magnitude),
            ),
            Option(
                "0, without an error message",
                0.0,
                "The result of `np.abs` is a real number, so its imaginary "
                "part, where the slope was to arrive, is 0.",
            ),
            Option(
                "1: all signs are lost",
                1.0,
                "More than the sign is lost. The slope travels in the "
                "imaginary part, and `np.abs` returns none.",
                comes_from=lambda: abs(along_w(magnitude)),
            ),
        ),
        key=lambda: along_w(np.abs),
    ),
    Question(
        name="close-enough",
        text=(
            "The largest slope of a layer is 0.0002. Somebody claims that all "
            "of them are 0. Which error does the referee give that claim?"
        ),
        options=(
            Option(
                "1",
                1.0,
                "The largest difference is as large as the largest slope. "
                "No tolerance lets that through.",
            ),
            Option(
                "0.0002",
                2e-4,
                "That is the difference itself, and next to a tolerance of "
                "0.01 it looks harmless. Divide it by the size of the slopes.",
                mistake="referee/relative-error: absolute difference",
                comes_from=lambda: mistaken(
                    "referee/relative-error: absolute difference",
                    0 * SMALL,
                    SMALL,
                ),
            ),
            Option(
                "0: there is nothing to compare with",
                0.0,
                "There is: the slopes that were measured. A check that "
                "compares the claim with itself passes zeros.",
                mistake="referee/errors: compared with itself",
            ),
        ),
        key=lambda: EXERCISES["referee/relative-error"].answer(
            0 * SMALL, SMALL
        ),
    ),
    Question(
        name="one-direction",
        text=(
            "A network has 63 parameters. How many costs does a central "
            "difference along *one* random direction take, one that moves "
            "them all?"
        ),
        options=(
            Option(
                "126",
                126,
                "That is what all the directions take that move one parameter "
                "each. A direction may move all of them at once.",
                comes_from=lambda: n_costs([*np.eye(n_parameters())]),
            ),
            Option(
                "63",
                63,
                "There is a slope for each parameter, but only one number is "
                "measured: what all the nudges do to the cost together.",
                comes_from=n_parameters,
            ),
            Option(
                "2",
                2,
                "One ahead and one behind, however many parameters there "
                "are. And a wrong slope among them shows, save by luck.",
            ),
        ),
        key=lambda: n_costs([everything()]),
    ),
]
