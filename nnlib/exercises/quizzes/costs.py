"""The quiz of the chapter "Costs"."""

from __future__ import annotations

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.costs import COSTS
from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question, mistaken

BAD, WORSE = 0.9, 0.99  # answers that should be 0
COST = "costs/quadratic-cost"
OUTPUTS = np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 0.0]])
BET = np.array([[0.7, 0.2, 0.1]])
SECOND = np.array([[0.0, 1.0, 0.0]])


def push(a: float, cost: str = "quadratic") -> float:
    """Return delta of a sigmoid output that says a and should say 0."""
    z, one = np.array([[np.log(a / (1 - a))]]), np.array([[a]])
    sigmoid = ACTIVATIONS["sigmoid"]
    return COSTS[cost].delta(z, one, 0 * one, sigmoid).item()


def half_square(a: float) -> float:
    """Return the quadratic loss of the same."""
    one = np.array([[a]])
    return COSTS["quadratic"].loss(one, 0 * one, -1).item()


def cost_of(mistake: str = "") -> float:
    """Return the cost of three samples whose targets are all 0."""
    if mistake:
        return mistaken(f"{COST}: {mistake}", OUTPUTS, 0 * OUTPUTS)
    return EXERCISES[COST].answer(OUTPUTS, 0 * OUTPUTS)


def first_delta() -> float:
    """Return the first output's delta, where the second class is right."""
    softmax = ACTIVATIONS["softmax"]
    delta = COSTS["log_likelihood"].delta(np.log(BET), BET, SECOND, softmax)
    return delta[0, 0].item()


def diagonal() -> float:
    """Return the same, if softmax acted on each output by itself."""
    slope = COSTS["log_likelihood"].gradient(BET, SECOND)
    return (slope * BET * (1 - BET))[0, 0].item() + 0.0


def loss_of_a_tenth() -> float:
    """Return the log-likelihood, where the right class got 0.1."""
    a, y = np.array([[0.6, 0.1, 0.3]]), SECOND
    return COSTS["log_likelihood"].loss(a, y, -1).item()


QUESTIONS = [
    Question(
        name="the-worse-one",
        text=(
            "Two sigmoid outputs should say 0. One says 0.9, the other 0.99. "
            "How hard does the quadratic cost push the second one, at its "
            "$z$, compared to the first?"
        ),
        options=(
            Option(
                "An eighth as hard",
                0.99**2 * 0.01 / (0.9**2 * 0.1),
                "The factor $a (1 - a)$ is ten times smaller out there. The "
                "worse it is, the less it is pushed.",
            ),
            Option(
                "1.1 times as hard",
                0.99 / 0.9,
                "That is the cross-entropy's push, $a - y$. Under the "
                "quadratic cost the slope of the sigmoid is a factor.",
                mistake="backpropagation/output-delta: no slope",
                comes_from=lambda: (
                    push(WORSE, "cross_entropy") / push(BAD, "cross_entropy")
                ),
            ),
            Option(
                "1.21 times as hard",
                (0.99 / 0.9) ** 2,
                "So much larger is its loss. But training never looks at the "
                "height of a cost, only at its slope.",
                comes_from=lambda: half_square(WORSE) / half_square(BAD),
            ),
        ),
        key=lambda: push(WORSE) / push(BAD),
    ),
    Question(
        name="three-samples",
        text=(
            "A network says (1, 1), (2, 0) and (0, 0) to three samples, and "
            "all the targets are 0. What is the quadratic cost?"
        ),
        options=(
            Option(
                "3",
                3.0,
                "That is the sum of the three losses, 1, 2 and 0. The cost "
                "is their mean.",
                mistake=f"{COST}: no mean",
                comes_from=lambda: cost_of("no mean"),
            ),
            Option(
                "2",
                2.0,
                "The half is missing. It is there so that the slope is "
                "$a - y$, without a 2.",
                mistake=f"{COST}: no half",
                comes_from=lambda: cost_of("no half"),
            ),
            Option(
                "1",
                1.0,
                "The losses are 1, 2 and 0, sums over the outputs; the cost "
                "is their mean.",
            ),
            Option(
                "½",
                0.5,
                "You took the mean over the outputs as well. A loss is a sum "
                "over the outputs.",
                mistake=f"{COST}: mean of all entries",
                comes_from=lambda: cost_of("mean of all entries"),
            ),
        ),
        key=cost_of,
    ),
    Question(
        name="the-other-classes",
        text=(
            "A softmax says (0.7, 0.2, 0.1), and the second class is right. "
            "The log-likelihood looks at the second output alone. What is "
            "the delta of the *first* output?"
        ),
        options=(
            Option(
                "0: its activation is not in the loss",
                0.0,
                "Its activation is not. But its $z$ is, since softmax makes "
                "all outputs share a sum of 1.",
                mistake="softmax-diagonal",
                comes_from=diagonal,
            ),
            Option(
                "0.7",
                0.7,
                "$a - y$ for every output: whoever has taken a share of the "
                "bet without being right is pushed down by that much.",
            ),
            Option(
                "−0.7",
                -0.7,
                "The size is right. A delta is a slope: raising this $z$ "
                "makes the loss larger, and the minus comes with the step.",
                comes_from=lambda: (SECOND - BET)[0, 0],
            ),
        ),
        key=first_delta,
    ),
    Question(
        name="which-logarithm",
        text=(
            "The right class got 0.1. What does the program say its "
            "log-likelihood loss is, about?"
        ),
        options=(
            Option(
                "1",
                1.0,
                "That is the logarithm to base ten. Programs, and this book, "
                "use the natural one.",
                mistake="base-ten-example",
                comes_from=lambda: -np.log10(0.1),
            ),
            Option(
                "0.9",
                0.9,
                "That is how far the output is from 1. The loss is the "
                "surprise, which has no upper limit.",
                comes_from=lambda: 1 - 0.1,
            ),
            Option(
                "2.3",
                float(np.log(10)),
                "$-\\ln 0.1 = \\ln 10$. How the other classes share the rest "
                "does not matter.",
            ),
        ),
        key=loss_of_a_tenth,
    ),
]
