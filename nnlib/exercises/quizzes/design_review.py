"""The quiz of the chapter "Design review"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from unittest.mock import patch

import numpy as np

from nnlib.activations import (
    ACTIVATIONS,
    Activation,
    sigmoid,
    sigmoid_derivative,
)
from nnlib.designs import FIVE
from nnlib.exercises.quiz import Option, Question
from nnlib.flaws.bias_row import OwnWeights, SharedWeights, outputs_of
from nnlib.flaws.flaw import outcome
from nnlib.gradcheck import check, complex_step
from nnlib.types import Array, flatten


def swish(z: Array) -> Array:
    """Return the swish of ``z``."""
    return z * sigmoid(z)


def swish_slope(z: Array) -> Array:
    """Return its slope."""
    return sigmoid(z) + z * sigmoid_derivative(z)


def hasty_slope(z: Array) -> Array:
    """Return what is left of it without the factor z."""
    return sigmoid(z) + sigmoid_derivative(z)


def objectors(hasty: Iterable[str], judged: str = "row_matrix") -> str:
    """Return who objects, if these designs take the hasty slope.

    The gradients of all designs are compared, and one design is judged.
    """
    rng, found, passed = np.random.default_rng(0), {}, {}
    X, Y = rng.normal(size=(6, 3)), rng.random((6, 2))
    start = FIVE["row_matrix"].initialize([3, 4, 2], rng=rng).to_layers()
    settings = {"hidden": "swish", "output": "sigmoid", "cost": "quadratic"}
    for name, Net in FIVE.items():
        slope = hasty_slope if name in hasty else swish_slope
        with patch.dict(ACTIVATIONS, {"swish": Activation(swish, slope)}):
            net = Net.from_layers(start, **settings)
            found[name] = flatten(net.gradients(X, Y))
            passed[name] = check(net, X, Y).passed
    differ = np.ptp(list(found.values()), axis=0).max() > 1e-12
    names = {"the designs": differ, "the referee": not passed[judged]}
    return ", ".join(name for name, objects in names.items() if objects)


def slope_through(layer: Callable[[Any], Any]) -> float:
    """Return the slope of a layer of one unit, at an input of 1."""
    x = np.ones(1)
    return complex_step(lambda x: layer(x).item(), x, np.ones(1))


def unit(x: Array) -> Array:
    """Return what a unit of weight 2 makes of ``x``; its z is 0 at 1."""
    return sigmoid(2 * x - 2)


def second_of(kind: Any) -> Any:
    """Return a network of [6, 5, 2] that is made after one of [4, 3, 2]."""
    Net, rng = type("Net", (kind,), {"weights": []}), np.random.default_rng(0)
    Net([4, 3, 2], rng)
    return Net([6, 5, 2], rng)


def used() -> str:
    """Return how the second network ends when six inputs come."""
    X = np.ones((1, 6))
    return outcome(outputs_of, second_of(SharedWeights).weights[:2], X)


def by_maximum(z: Array) -> None:
    """Take the larger of ``z`` and 0."""
    z = np.maximum(z, 0)


def by_product(z: Array) -> None:
    """Multiply by 0 or 1, and give the product the name z."""
    z = z * (z > 0)


def by_itself(z: Array) -> None:
    """Multiply z itself by 0 or 1."""
    z *= z > 0


RELUS = {f.__name__: f for f in (by_maximum, by_product, by_itself)}


def writer() -> str:
    """Return which ReLU changes what the caller has."""
    before = np.array([-1.0, 2.0])
    after = {name: before.copy() for name in RELUS}
    for name, relu in RELUS.items():
        relu(after[name])
    (name,) = (n for n, z in after.items() if not np.array_equal(z, before))
    return name


QUESTIONS = [
    Question(
        name="one-table-for-all",
        text=(
            "Somebody adds the swish to the table and forgets the `z *` in "
            "its slope. Two checks are run: the gradients of the five "
            "designs are compared with each other, and the referee judges "
            "one design. Who objects?"
        ),
        options=(
            Option(
                "Both",
                "the designs, the referee",
                "They would if one design had a slope of its own. But all "
                "five ask the same table, get the same wrong slope, and "
                "agree to the last digits.",
                comes_from=lambda: objectors(["row_matrix"]),
            ),
            Option(
                "The comparison: the mistake works out differently in each",
                "the designs",
                "Layouts differ, but what each of them puts into its delta "
                "is one and the same function, from the table.",
                comes_from=lambda: objectors(["bias_row"]),
            ),
            Option(
                "The referee",
                "the referee",
                "It measures the slope of the cost and never calls the "
                "derivative. A shared table makes changes easy, and makes "
                "its mistakes common to all.",
            ),
        ),
        key=lambda: objectors(FIVE),
    ),
    Question(
        name="two-roads-back",
        text=(
            "A layer has one sigmoid unit with the weight 2, at $z = 0$, and "
            "a skip connection. The slope at its output is 1. What is the "
            "slope at its input?"
        ),
        options=(
            Option(
                "½",
                0.5,
                "That is the road through the weight, ¼ · 2. What is added "
                "on the way forward has a road back as well.",
                comes_from=lambda: slope_through(unit),
            ),
            Option(
                "1½",
                1.5,
                "¼ · 2 through the weight, and 1 past it. A layer that skips "
                "cannot make a slope vanish on its own.",
            ),
            Option(
                "¾",
                0.75,
                "You sent both through the sigmoid's slope, $¼ (2 + 1)$. The "
                "input is added after the sigmoid, so only one road has it.",
                comes_from=lambda: slope_through(
                    lambda x: sigmoid(2 * x - 2 + (x - 1))
                ),
            ),
        ),
        key=lambda: slope_through(lambda x: unit(x) + x),
    ),
    Question(
        name="the-second-network",
        text=(
            "The list of weights belongs to the class, and each network "
            "appends a matrix per layer, (units, inputs + 1). You make a "
            "network [4, 3, 2] and then another, `net`, with [6, 5, 2]. What "
            "is `net.weights[0].shape`?"
        ),
        options=(
            Option(
                "(3, 5)",
                (3, 5),
                "The first network's: the other's own matrices stand third "
                "and fourth in the list, where its passes never look.",
            ),
            Option(
                "(5, 7)",
                (5, 7),
                "That would be its own first matrix, if the constructor made "
                "a new list. It appends to the one that is there.",
                mistake="shared-weights",
                comes_from=lambda: second_of(OwnWeights).weights[0].shape,
            ),
            Option(
                "None: a `ValueError`, the sizes do not go together",
                "ValueError",
                "It comes when six inputs are first multiplied, which may be "
                "far away. Appending to a list checks nothing; and with equal "
                "sizes no error ever comes.",
                comes_from=used,
            ),
        ),
        key=lambda: second_of(SharedWeights).weights[0].shape,
    ),
    Question(
        name="whose-array",
        text=(
            "Three functions of `z` have one of these lines each. Which of "
            "them takes the negative numbers away from the caller?"
        ),
        options=(
            Option(
                "`z = np.maximum(z, 0)`",
                "by_maximum",
                "`maximum` returns a new array. The name `z` goes over to "
                "it, and the caller's array stays as it was.",
                comes_from=lambda: by_maximum.__name__,
            ),
            Option(
                "`z = z * (z > 0)`",
                "by_product",
                "A product is a new array, and `=` only gives it a name. "
                "Inside a function that name is nobody else's.",
                comes_from=lambda: by_product.__name__,
            ),
            Option(
                "`z *= z > 0`",
                "by_itself",
                "It looks like a product written shorter, but `*=` fills "
                "the array that `z` is, and that is the caller's.",
            ),
        ),
        key=writer,
    ),
]
