"""The quiz of the chapter "Rows in a Matrix"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib.activations import sigmoid
from nnlib.costs import COSTS
from nnlib.designs.row_matrix import RowMatrix
from nnlib.exercises.quiz import Option, Question
from nnlib.flaws.flaw import outcome
from nnlib.flaws.row_matrix import (
    accuracy_by_broadcast,
    batches_but_the_last,
    delta_by_cost,
    delta_by_pair,
    measured_delta,
    shrink_by_batch,
    shrink_by_set,
)
from nnlib.training import minibatches

Shrink = Callable[[float, float, int, int], float]


def always_yes() -> float:
    """Return the accuracy of a net that says 1, as the document counts."""
    net = RowMatrix.from_layers([(np.zeros((2, 1)), np.ones(1))])
    y = np.repeat([0.0, 1.0], [20, 30])
    return accuracy_by_broadcast(net, np.zeros((50, 2)), y)


def yes_to_flat_labels() -> str:
    """Return what the book's accuracy does with labels of shape (50,)."""
    net = RowMatrix.from_layers([(np.zeros((2, 1)), np.ones(1))])
    return outcome(net.accuracy, np.zeros((50, 2)), np.zeros(50))


def cost_of_slope() -> str:
    """Return the cost that a - y is the slope of, for sigmoids."""
    rng = np.random.default_rng(0)
    Z, Y = rng.standard_normal((20, 3)), np.eye(3)[rng.integers(3, size=20)]
    delta = delta_by_cost("log_likelihood", "sigmoid", Z, Y)
    (found,) = [
        name
        for name, cost in COSTS.items()
        if np.allclose(
            delta,
            measured_delta(lambda z, c=cost: c.loss(sigmoid(z), Y, -1), Z),
        )
    ]
    return found


def cost_that_is_named() -> str:
    """Return the cost that the document believes it goes down."""
    z, y = np.zeros((1, 2)), np.eye(1, 2)
    deltas = {cost: delta_by_pair(cost, "softmax", z, y) for cost in COSTS}
    delta = delta_by_cost("log_likelihood", "softmax", z, y)
    (found,) = [c for c, d in deltas.items() if np.allclose(d, delta)]
    return found


def kept(shrink: Shrink, batch_size: int) -> float:
    """Return what an epoch of 60,000 images leaves of an idle weight."""
    factor = shrink(0.5, 6.0, batch_size, 60_000)
    return factor ** (60_000 // batch_size)


def ratio_of_lost(shrink: Shrink) -> float:
    """Return how many times more is lost with batches of 50 than of 100."""
    return (1 - kept(shrink, 50)) / (1 - kept(shrink, 100))


def seen(cut: Callable[..., Any]) -> int:
    """Return how many of 300 rows an epoch in batches of 300 sees."""
    return sum(map(len, cut(300, 300, np.random.default_rng(0))))


def fewest_without_way_out(d: int) -> int:
    """Return how many corners of a simplex leave no way out in ``d``-space.

    The units' votes grow toward the corners, as seen from its center.
    """
    corners = np.eye(d + 1) - 1 / (d + 1)
    for k in range(1, d + 2):
        way, *_ = np.linalg.lstsq(corners[:k], np.ones(k), rcond=None)
        if min(corners[:k] @ way) < 1e-9:
            break
    return k


QUESTIONS = [
    Question(
        name="labels-of-one-axis",
        text=(
            "A network says 1 to every one of 50 rows, and 30 of the labels "
            "are 1. Its answers have shape (50, 1), the labels (50,). The "
            "program counts where the two are equal and divides by 50. Which "
            "accuracy does it print?"
        ),
        options=(
            Option(
                "0.6",
                0.6,
                "That is the accuracy, and it takes labels in a column, too. "
                "With one axis they become a row, and NumPy compares all "
                "with all.",
                mistake="labels-without-columns",
                comes_from=lambda: 30 / 50,
            ),
            Option(
                "30",
                30.0,
                "Each of the 50 answers is compared with all 50 labels, and "
                "agrees with 30. That is 1500 over 50: 3000 percent.",
            ),
            Option(
                "None: NumPy refuses the shapes",
                "ValueError",
                "`nnlib` refuses them. NumPy stretches the column and the row "
                "to 50 × 50 and says nothing.",
                mistake="row-matrix/goes-with: all that NumPy takes",
                comes_from=yes_to_flat_labels,
            ),
        ),
        key=always_yes,
    ),
    Question(
        name="whose-slope",
        text=(
            "Sigmoid outputs, and the log-likelihood as the cost. The program "
            "takes $a - y$ for the output's delta. Which cost does it go down?"
        ),
        options=(
            Option(
                "The log-likelihood: $a - y$ is its delta",
                "log_likelihood",
                "It is, for a *softmax*. A delta belongs to a cost and an "
                "output together.",
                mistake="unchecked-pairs",
                comes_from=cost_that_is_named,
            ),
            Option(
                "The quadratic: $a - y$ is the slope of $½ (a - y)^2$",
                "quadratic",
                "At $a$ it is. The delta is the slope at $z$, and the "
                "quadratic cost keeps the sigmoid's slope as a factor.",
                mistake="row-matrix/any-pair: always a - y",
            ),
            Option(
                "The cross-entropy",
                "cross_entropy",
                "For sigmoids $a - y$ is exactly its slope. So the program "
                "goes down one cost and reports another.",
            ),
        ),
        key=cost_of_slope,
    ),
    Question(
        name="half-the-batch",
        text=(
            "An L2 penalty is divided by $N$, as it should be. You go from "
            "batches of 100 to batches of 50, all else stays. How much more "
            "does a weight that the data do not move lose in an epoch?"
        ),
        options=(
            Option(
                "Twice as much, about",
                2.0,
                "A step takes the share $\\eta\\lambda/N$ whatever its batch, "
                "and an epoch now has twice as many steps.",
            ),
            Option(
                "As much: dividing by $N$ makes it independent of the batch",
                1.0,
                "What becomes independent is the *cost*, and one step. There "
                "are twice as many steps, of the data's slopes as well.",
                comes_from=lambda: (
                    shrink_by_set(0.5, 6.0, 50, 60_000)
                    / shrink_by_set(0.5, 6.0, 100, 60_000)
                ),
            ),
            Option(
                "Four times as much, about",
                4.0,
                "That is the document's form, which divides by the batch: "
                "twice as many steps, each taking twice as large a share.",
                mistake="decay-by-batch-size",
                comes_from=lambda: round(
                    np.log(kept(shrink_by_batch, 50)).item()
                    / np.log(kept(shrink_by_batch, 100)).item()
                ),
            ),
        ),
        key=lambda: round(ratio_of_lost(shrink_by_set), 1),
    ),
    Question(
        name="one-batch",
        text=(
            "You have 300 rows and want them all in one batch, so you ask the "
            "document's program for batches of 300. How many rows does an "
            "epoch train on?"
        ),
        options=(
            Option(
                "300",
                300,
                "With a loop that goes on until no row is left, yes. The "
                "document's stops one batch before the end.",
                mistake="dropped-last-batch",
                comes_from=lambda: seen(minibatches),
            ),
            Option(
                "299",
                299,
                "You thought of a range that stops one *row* early. This one "
                "counts in batches, so it stops a batch early.",
                comes_from=lambda: len(range(300 - 1)),
            ),
            Option(
                "None",
                0,
                "The last batch is left out, always, and here it is the only "
                "one. Nothing is said, and the cost stays where it was.",
            ),
        ),
        key=lambda: seen(batches_but_the_last),
    ),
    Question(
        name="more-units-or-more-training",
        text=(
            "The donut lies in three dimensions now: a shell, and a ball in "
            "it. How many sigmoid hidden units does a network with one hidden "
            "layer need at least, if it is to enclose the ball?"
        ),
        options=(
            Option(
                "3",
                3,
                "Three were enough in the plane. In space three half-spaces "
                "of directions always share one: three equations, three "
                "unknowns.",
                mistake="row-matrix/way-out: multiplied",
                comes_from=lambda: fewest_without_way_out(2),
            ),
            Option(
                "4",
                4,
                "One more than there are inputs. With 3 units you can find "
                "the way out; a fourth can stand in it, as the fourth face "
                "of a tetrahedron does.",
            ),
            Option(
                "6, two for each dimension",
                6,
                "Six would do, like the faces of a box. But in the plane a "
                "triangle did, and no box was needed.",
                comes_from=lambda: 2 * 3,
            ),
        ),
        key=lambda: fewest_without_way_out(3),
    ),
]
