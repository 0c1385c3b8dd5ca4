"""The quiz of the chapter "The bias row"."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnlib.datasets import xor
from nnlib.designs.bias_row import BiasRow
from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question, mistaken
from nnlib.flaws import FLAWS
from nnlib.flaws.flaw import outcome
from nnlib.gradcheck import check
from nnlib.layouts import LAYOUTS
from nnlib.types import Array, flatten

STRAIGHT = np.array([[3.0, -2.0, 1.0]])  # two weights and a bias


def small_net() -> BiasRow:
    """Return two hidden units on two inputs."""
    return BiasRow.initialize(
        [2, 2, 1],
        rng=np.random.default_rng(0),
        initializer="standard_normal",
    )


def wrong_arrays(claimed: list[Any]) -> str:
    """Return the names of the arrays whose gradients the referee refuses."""
    data = xor()
    report = check(small_net(), data.X, data.Y, claimed=claimed)
    return ", ".join(row.name for row in report.rows if not row.passed)


def first_row_dropped() -> list[Any]:
    """Return the gradients, the first row dropped on the way back."""
    data, net = xor(), small_net()
    A1s, _, As = net._forward(data.X)
    delta = (As[1] - data.Y.T) * As[1] * (1 - As[1])
    below = mistaken(
        "bias-row/drop-a-row: first row dropped", net.weights[1], delta, As[0]
    )
    nabla = below @ A1s[0].T / len(data.X)
    right = net.gradients(data.X, data.Y)
    return [LAYOUTS["bias_last_column"].unpack(nabla), right[1]]


def sign_flipped() -> list[Any]:
    """Return the gradients with every sign turned around."""
    data, net = xor(), small_net()
    return [type(g)(-g.W, -g.b) for g in net.gradients(data.X, data.Y)]


def no_row_dropped() -> str:
    """Return what a pulled delta with all its rows comes to."""
    pulled, slope = np.ones((3, 4)), np.ones((2, 4))
    return outcome(np.multiply, pulled, slope)


def rate_of_mean(rate: float) -> float:
    """Return the rate for a mean that steps like this one for a sum."""
    data, net = xor(), small_net()
    rows = zip(data.X[:, None], data.Y[:, None])
    summed = sum(flatten(net.gradients(x, y)) for x, y in rows)
    mean = flatten(net.gradients(data.X, data.Y))
    return (rate * np.linalg.norm(summed) / np.linalg.norm(mean)).item()


def planes() -> tuple[Array, Array]:
    """Return the planes of 50 samples, 5 inputs, 3 units; and their sum."""
    delta, A = np.ones((3, 50)), np.ones((5, 50))
    name = "bias-row/gradient"
    each = mistaken(f"{name}: no sum over the samples", delta, A)
    return each, EXERCISES[name].answer(delta, A)


def returned_minus_shown(form: str) -> float:
    """Return the sign of the error that is returned, minus the true one."""
    effect = FLAWS["error-before-step"].measure(np.random.default_rng(0))
    return float(np.sign(effect[form]["returned minus shown"]))


QUESTIONS = [
    Question(
        name="the-wrong-row",
        text=(
            "On the way back somebody drops the *first* row of the pulled "
            "delta in place of the last. The network has one hidden layer. "
            "Which gradients are wrong?"
        ),
        options=(
            Option(
                "None is found: the shapes do not fit",
                "ValueError",
                "That is what comes of dropping no row. Three rows without "
                "one are two, whichever it is.",
                mistake="bias-row/drop-a-row: no row dropped",
                comes_from=no_row_dropped,
            ),
            Option(
                "Those of the hidden layer, $W^1$ and $b^1$",
                "W1, b1",
                "Each hidden unit has its neighbor's slope. The output "
                "layer's gradient was found before anything was pulled.",
            ),
            Option(
                "All of them",
                "W1, b1, W2, b2",
                "A mistake in the output's delta would spread that far. This "
                "one is made behind the output, and goes back from there.",
                comes_from=lambda: wrong_arrays(sign_flipped()),
            ),
        ),
        key=lambda: wrong_arrays(first_row_dropped()),
    ),
    Question(
        name="a-rate-for-a-mean",
        text=(
            "A program goes down the *sum* of the losses of the four rows of "
            "XOR, at a rate of 0.2. At which rate does one that goes down "
            "their mean make the same steps?"
        ),
        options=(
            Option(
                "0.8",
                0.8,
                "The mean is a quarter of the sum, so its rate has to be four "
                "times as large.",
            ),
            Option(
                "0.05",
                0.05,
                "You divided the rate by 4. The gradient of the mean is "
                "shorter already, so the rate has to make up for it.",
                comes_from=lambda: 0.2 / len(xor().X),
            ),
            Option(
                "0.2: the direction is the same",
                0.2,
                "The direction is, and the length is not: a gradient summed "
                "over four rows is four times as long.",
                mistake="bias-row/gradient: summed",
            ),
        ),
        key=lambda: rate_of_mean(0.2),
    ),
    Question(
        name="a-straight-unit",
        text=(
            "A hidden unit without a sigmoid has the weights 3 and −2 and the "
            "bias 1. What is its bend, $h_{00} + h_{11} - h_{01} - h_{10}$?"
        ),
        options=(
            Option(
                "6",
                6.0,
                "You added all four. The corners where the inputs differ "
                "count minus.",
                mistake="bias-row/bends: sum",
                comes_from=lambda: np.sum(
                    STRAIGHT @ [[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]]
                ),
            ),
            Option(
                "4",
                4.0,
                "The signs went to other corners: (0, 0) and (1, 1) belong "
                "together, since XOR gives both the same answer.",
                mistake="bias-row/bends: the wrong pair",
                comes_from=lambda: np.sum(
                    STRAIGHT
                    @ [[0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1]]
                    @ [1, -1, -1, 1]
                ),
            ),
            Option(
                "0, as of any straight unit",
                0.0,
                "Whatever its weights. That is why units whose weights are "
                "small give the weights above them nothing to follow.",
            ),
        ),
        key=lambda: mistaken("bias-row/bends: no sigmoid", STRAIGHT)[0],
    ),
    Question(
        name="planes",
        text=(
            "A layer has 5 inputs and 3 units, and 50 samples go through it. "
            "The gradient is found as planes, one for each sample, which are "
            "then added up. How many times as many numbers as the gradient do "
            "the planes hold?"
        ),
        options=(
            Option(
                "As many: their sum is the gradient",
                1,
                "Their sum is. Before they are added, all of them are there "
                "at the same time.",
                comes_from=lambda: (
                    planes()[0].sum(axis=0).size // planes()[1].size
                ),
            ),
            Option(
                "50 times",
                50,
                "One plane for each sample, and each as large as the "
                "gradient. One matrix product adds up as it goes.",
            ),
            Option(
                "150 times",
                150,
                "The units are in the gradient as well, so they do not count "
                "a second time.",
                comes_from=lambda: 50 * len(planes()[1]),
            ),
        ),
        key=lambda: planes()[0].size / planes()[1].size,
    ),
    Question(
        name="whose-error",
        text=(
            "A function finds the error of the network, takes a step that "
            "makes the network better, and returns the error it found. How is "
            "that number, compared to the error of the network you now have?"
        ),
        options=(
            Option(
                "Too high",
                1.0,
                "It belongs to weights that are gone. Next to outputs that "
                "are computed afterward, the two do not agree.",
            ),
            Option(
                "The same",
                0.0,
                "Only if the error is found after the step. A step was made "
                "between the two.",
                mistake="error-before-step",
                comes_from=lambda: returned_minus_shown("fixed"),
            ),
            Option(
                "Too low",
                -1.0,
                "You have it the other way around: the step came after the "
                "number, and made the error smaller.",
                comes_from=lambda: -returned_minus_shown("broken"),
            ),
        ),
        key=lambda: returned_minus_shown("broken"),
    ),
]
