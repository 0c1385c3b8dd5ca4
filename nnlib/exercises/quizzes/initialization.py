"""The quiz of the chapter "Initialization and saturation"."""

from __future__ import annotations

import numpy as np

from nnlib.activations import sigmoid_derivative
from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question, mistaken
from nnlib.types import Array

chi = EXERCISES["initialization/chi"].answer
variance_of_sums = EXERCISES["initialization/variance-of-sums"].answer

MIDDLE = np.zeros((1, 64))  # the sums of 64 units, where slopes are largest
UNITS = np.arange(10.0)[None]


def one_in_ten(Z: Array) -> Array:
    """Return slopes of which a tenth is 1 and the rest 0."""
    return (Z == 0) * 1.0


def kept_by_relu(layers: int) -> float:
    """Return what such layers leave of Var z, if started by LeCun's rule."""
    g = np.linspace(-8, 8, 1601)
    bell = np.exp(-(g**2) / 2)
    kept = np.sum(bell * np.maximum(g, 0) ** 2) / np.sum(bell)
    return kept**layers


def spread(fan_in: int, var_w: float) -> float:
    """Return the spread of a sum over inputs of 1."""
    return np.sqrt(variance_of_sums(np.ones((1, fan_in)), var_w, 0.0)).item()


QUESTIONS = [
    Question(
        name="lecun-and-relu",
        text=(
            "Ten ReLU layers are started by LeCun's rule, with biases of 0. "
            "How much of the *variance* of $z$ is left after them?"
        ),
        options=(
            Option(
                "All of it: the rule keeps the sums",
                1.0,
                "It keeps them where the activation is nearly the identity. "
                "A ReLU cuts half of the squares off, in every layer.",
                mistake=(
                    "initialization/leaky-start: LeCun's, whatever the slope"
                ),
            ),
            Option(
                "A thousandth",
                2.0**-10,
                "Half in each layer, and ten halves are multiplied. He's "
                "rule has a 2 in the variance to make up for it.",
            ),
            Option(
                "A thirtieth",
                2.0**-5,
                "That is what is left of the *spread*, the root of the "
                "variance.",
                comes_from=lambda: kept_by_relu(10) ** 0.5,
            ),
            Option(
                "A twentieth",
                1 / 20,
                "Ten halves do not add up to a divisor of 20: each layer "
                "halves what the one before has left.",
                comes_from=lambda: kept_by_relu(1) / 10,
            ),
        ),
        key=lambda: kept_by_relu(10),
    ),
    Question(
        name="chi-of-sigmoids",
        text=(
            "Square layers of sigmoids are started by LeCun's rule. How "
            "large can $χ$ be, at most?"
        ),
        options=(
            Option(
                "1: LeCun's rule keeps the size",
                1.0,
                "So it would if the slopes were 1, as tanh's is near 0. The "
                "sigmoid's are ¼ at most.",
                comes_from=lambda: chi(MIDDLE, np.ones_like, 64, 1 / 64),
            ),
            Option(
                "¼",
                0.25,
                "That is the largest slope. A factor comes out of a variance "
                "squared.",
                mistake="initialization/chi: not squared",
                comes_from=lambda: mistaken(
                    "initialization/chi: not squared",
                    MIDDLE,
                    sigmoid_derivative,
                    64,
                    1 / 64,
                ),
            ),
            Option(
                "A sixteenth",
                1 / 16,
                "The slope is ¼ at most, and χ has its square. No unit has "
                "to be saturated for a gradient to vanish like that.",
            ),
        ),
        key=lambda: chi(MIDDLE, sigmoid_derivative, 64, 1 / 64),
    ),
    Question(
        name="saturated",
        text=(
            "64 units in each layer, weights from $N(0, 1)$. A tenth of the "
            "units has slope 1, the others are saturated, with slope 0. "
            "What does a layer do to the variance of the deltas?"
        ),
        options=(
            Option(
                "It makes it 6.4 times as large",
                6.4,
                "Few units let anything through, but each hears from 64 "
                "units above. Saturated and exploding go together.",
            ),
            Option(
                "It leaves a tenth of it",
                0.1,
                "That is what the slopes let through. The weights put 64 in "
                "front of it.",
                mistake="initialization/chi: slopes alone",
                comes_from=lambda: mistaken(
                    "initialization/chi: slopes alone",
                    UNITS,
                    one_in_ten,
                    64,
                    1.0,
                ),
            ),
            Option(
                "It leaves 0.64 of it",
                0.64,
                "You squared the mean slope, 0.1. It is the mean of the "
                "squares that counts, and 1 squared is 1.",
                mistake="initialization/chi: mean, then square",
                comes_from=lambda: mistaken(
                    "initialization/chi: mean, then square",
                    UNITS,
                    one_in_ten,
                    64,
                    1.0,
                ),
            ),
        ),
        key=lambda: chi(UNITS, one_in_ten, 64, 1.0),
    ),
    Question(
        name="fan-out",
        text=(
            "Weights from $N(0, 1)$ are divided by the fan-*out*. A layer "
            "has 400 inputs, all of them 1, and 5 units. How large is the "
            "spread of $z$, the biases left out?"
        ),
        options=(
            Option(
                "1: that is what the division is for",
                1.0,
                "The root of the fan-in would give 1, whatever the units. "
                "Here the spread depends on how many there are.",
                mistake="divided-by-fan-out",
                comes_from=lambda: spread(400, 1 / 400),
            ),
            Option(
                "80",
                80.0,
                "You added 400 terms as if all had the same sign. They "
                "partly cancel: their sum is about 20 times one of them.",
                mistake="initialization/variance-of-sums: the sum squared",
                comes_from=lambda: np.sqrt(
                    mistaken(
                        "initialization/variance-of-sums: the sum squared",
                        np.ones((1, 400)),
                        1 / 25,
                        0.0,
                    )
                ).item(),
            ),
            Option(
                "4",
                4.0,
                "The root of 400 is 20, and 20 over 5 is 4. With 100 units "
                "it would be a fifth.",
            ),
        ),
        key=lambda: spread(400, 1 / 25),
    ),
]
