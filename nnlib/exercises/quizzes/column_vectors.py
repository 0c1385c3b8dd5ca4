"""The quiz of the chapter "Column vectors"."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnlib.designs.column_vectors import ColumnVectors
from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question
from nnlib.flaws import FLAWS
from nnlib.flaws.flaw import outcome
from nnlib.initializers import standard_normal
from nnlib.types import Array


def error_shape() -> tuple[int, ...]:
    """Return the shape of a - y, the target not being a column."""
    return FLAWS["target-not-a-column"].broken(*output_and_target()).shape


def output_and_target() -> tuple[Array, Array]:
    """Return a of shape (10, 1), and y of shape (10,)."""
    rng = np.random.default_rng(0)
    return rng.random((10, 1)), rng.random(10)


def power_of_z() -> int:
    """Return the power of ten of a typical z, from 100 pixels of 1."""
    layer = standard_normal(784, 300, np.random.default_rng(0))
    x = np.zeros(784)
    x[:100] = 1
    return power(np.std(x @ layer.W + layer.b))


def power(number: Any) -> int:
    """Return the nearest power of ten."""
    return int(np.round(np.log10(number)))


def seen(form: str) -> int:
    """Return how many examples a second run of training sees."""
    effect = FLAWS["single-use-pairs"].measure(np.random.default_rng(0))
    return effect[form]["second run"]


def exhausted() -> str:
    """Return what asking an empty zip for one more pair comes to."""
    pairs = FLAWS["single-use-pairs"].broken(np.ones((2, 1)), np.ones((2, 1)))
    list(pairs)
    return outcome(next, pairs)


def moving(scale: float, n_layers: int = 2) -> int:
    """Return how many arrays of the first layers have a gradient not 0."""
    rng = np.random.default_rng(0)
    start = ColumnVectors.initialize([3, 4, 2], rng=rng).to_layers()
    net = ColumnVectors.from_layers([(scale * W, scale * b) for W, b in start])
    nablas = net.backprop(rng.random((3, 1)), rng.random((2, 1)))
    return sum(
        bool(np.any(nabla)) for part in nablas for nabla in part[:n_layers]
    )


QUESTIONS = [
    Question(
        name="a-target-with-one-axis",
        text=(
            "The output `a` is a column, (10, 1). The target `y` has the "
            "shape (10,). What is the shape of `a - y`?"
        ),
        options=(
            Option(
                "(10, 1): ten numbers minus ten numbers",
                (10, 1),
                "So it was meant. NumPy lines shapes up from the right: the "
                "10 of the target meets the 1 of the column.",
                comes_from=lambda: (
                    EXERCISES["column-vectors/output-error"]
                    .answer(*output_and_target())
                    .shape
                ),
            ),
            Option(
                "None: NumPy refuses",
                "ValueError",
                "One hopes so, and a function that looks at the shapes does "
                "refuse. NumPy stretches both instead.",
                mistake="target-not-a-column",
                comes_from=lambda: outcome(
                    FLAWS["target-not-a-column"].fixed, *output_and_target()
                ),
            ),
            Option(
                "(10, 10): every output minus every target",
                (10, 10),
                "Both are stretched to a table, and no error is raised here. "
                "It comes later, and does not name the target.",
            ),
        ),
        key=error_shape,
    ),
    Question(
        name="a-typical-z",
        text=(
            "An image has 100 pixels of 1, the other 684 are 0. All weights "
            "and biases are from $N(0, 1)$. How large is a typical $z$ of the "
            "first layer?"
        ),
        options=(
            Option(
                "About 1, as a weight is",
                0,
                "Each term is about 1. A $z$ is a sum of 101 such terms.",
                mistake="saturated-start",
                comes_from=lambda: power(
                    np.std(
                        standard_normal(784, 30, np.random.default_rng(0)).W
                    )
                ),
            ),
            Option(
                "About 10",
                1,
                "Independent terms add up in squares, so the sum spreads by "
                "the root of 101. Out there the sigmoid is flat.",
            ),
            Option(
                "About 100: a hundred terms of about 1",
                2,
                "That would be so if all terms had one sign. Half of them are "
                "negative, and most of it cancels.",
                comes_from=lambda: power(100 * 1.0),
            ),
        ),
        key=power_of_z,
    ),
    Question(
        name="the-second-run",
        text=(
            "The pairs of five examples are a `zip` object. Training has gone "
            "through it once. What happens in a second run, "
            "`for x, y in pairs: ...`?"
        ),
        options=(
            Option(
                "It makes no step, and says nothing",
                0,
                "An empty loop is a legal loop. The network stays as it is, "
                "and the curve is flat.",
            ),
            Option(
                "It sees the five examples again",
                5,
                "A list would do that. A `zip` is walked through once.",
                mistake="single-use-pairs",
                comes_from=lambda: seen("fixed"),
            ),
            Option(
                "It stops with an error",
                "StopIteration",
                "`next` raises one, and a `for` loop takes exactly that error "
                "as its end. So nobody hears of it.",
                comes_from=exhausted,
            ),
        ),
        key=lambda: seen("broken"),
    ),
    Question(
        name="a-start-at-zero",
        text=(
            "All weights and biases are 0, in a network with one hidden "
            "layer. How many of the gradients of $W^1$, $b^1$, $W^2$, $b^2$ "
            "are not zero, for one example?"
        ),
        options=(
            Option(
                "None: everything is multiplied by 0",
                0,
                "What comes through $W^2$ is. The output's own delta does not "
                "go through any weights, and the hidden units say ½.",
                comes_from=lambda: moving(0.0, n_layers=1),
            ),
            Option(
                "Two",
                2,
                "Those of the output layer. And all columns of $W^2$ get the "
                "same gradient, so the hidden units stay one unit.",
            ),
            Option(
                "All four, as ever",
                4,
                "From a random start, yes. Here the hidden delta is pulled "
                "back through $W^2$, which is 0.",
                comes_from=lambda: moving(1.0),
            ),
        ),
        key=lambda: moving(0.0),
    ),
]
