"""The quiz of the chapter "One network"."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.designs import FIVE
from nnlib.exercises.quiz import Option, Question
from nnlib.types import Array, flatten

CONVERSIONS: dict[str, Callable[[Array], Array]] = {
    "transpose": lambda W: W.T,
    "reshape": lambda W: W.reshape(W.shape[::-1]),
    "as it is": lambda W: W,
}


def in_words(difference: float) -> str:
    """Name the size of a relative difference."""
    if difference == 0:
        return "none"
    return "rounding" if difference < 1e-12 else "visible"


def largest_difference() -> float:
    """Return how far the gradients of the five designs are apart."""
    rng = np.random.default_rng(0)
    first = FIVE["column_vectors"].initialize([9, 7, 4], rng=rng)
    X, Y = rng.random((8, 9)), np.eye(4)[rng.integers(4, size=8)]
    found = [
        flatten(
            Net.from_layers(
                first.to_layers(),
                hidden="sigmoid",
                output="sigmoid",
                cost="quadratic",
            ).gradients(X, Y)
        )
        for Net in FIVE.values()
    ]
    apart = [abs(f - g).max() for f in found for g in found]
    return max(apart) / abs(found[0]).max()


def to_canonical() -> str:
    """Return what turns a column design's W into the canonical one."""
    rng = np.random.default_rng(0)
    net = FIVE["column_vectors"].initialize([4, 3], rng=rng)
    W = net.to_layers()[0].W
    (name,) = (
        name
        for name, convert in CONVERSIONS.items()
        if np.array_equal(convert(net.weights[0]), W)
    )
    return name


def first_matrix() -> int:
    """Return how many numbers the bias row's first matrix has."""
    rng = np.random.default_rng(0)
    net = FIVE["bias_row"].initialize([784, 30, 10], rng=rng)
    return net.weights[0].size


QUESTIONS = [
    Question(
        name="how-far-apart",
        text=(
            "The five designs get the same weights and the same batch, in "
            "float64. How far apart are their gradients?"
        ),
        options=(
            Option(
                "Not at all: the formulas are the same",
                "none",
                "The formulas are, the order of the additions is not, and a "
                "sum of floating-point numbers depends on it.",
                comes_from=lambda: in_words(0.0),
            ),
            Option(
                "Somewhere beyond the twelfth digit",
                "rounding",
                "Each design adds in its own order, so the last digits "
                "differ. Anything more would be a mistake in one of them.",
            ),
            Option(
                "By a few percent: each has its own layout",
                "visible",
                "A layout says where a number lies, not what it is. A few "
                "percent would be a mistake, and the referee would see it.",
                comes_from=lambda: in_words(0.03),
            ),
        ),
        key=lambda: in_words(largest_difference()),
    ),
    Question(
        name="conversion",
        text=(
            "The column design's `W` is (30, 784), the canonical one "
            "(784, 30). What turns one into the other?"
        ),
        options=(
            Option(
                "`W.reshape(784, 30)`",
                "reshape",
                "The shape is right and the numbers are not: `reshape` reads "
                "them in the old order, so units get each other's weights.",
                comes_from=lambda: "reshape",
            ),
            Option(
                "`W.T`",
                "transpose",
                "Rows become columns, and the weight from input $k$ to unit "
                "$j$ stays that weight.",
            ),
            Option(
                "Nothing, if the batch is transposed instead",
                "as it is",
                "Then `X @ W` does not fit. The design works with its own "
                "`W`, but the canonical layer is the other way around.",
                mistake="backpropagation/hidden-delta: W not transposed",
            ),
        ),
        key=to_canonical,
    ),
    Question(
        name="bias-row",
        text=(
            "The sizes are [784, 30, 10]. How many numbers does the bias "
            "row's first matrix hold?"
        ),
        options=(
            Option(
                "23,520",
                23_520,
                "That is 784 · 30, the weights alone. The biases lie in the "
                "same matrix.",
                comes_from=lambda: 784 * 30,
            ),
            Option(
                "23,550",
                23_550,
                "785 · 30: one more row, which meets a 1 in every input.",
            ),
            Option(
                "24,304",
                24_304,
                "That is 784 · 31. The extra input is always 1 and has a "
                "weight to each unit; a unit more would be something else.",
                comes_from=lambda: 784 * 31,
            ),
        ),
        key=first_matrix,
    ),
]
