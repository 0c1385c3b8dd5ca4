"""The quiz of the chapter "Problems and data"."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.datasets import digits
from nnlib.exercises.quiz import Option, Question
from nnlib.types import Array


def twins(seen: bool = False) -> float:
    """Return the nearest neighbor's score on nonsense, every row doubled.

    Scored on the rows put away, or on those that it has seen.
    """
    rng = np.random.default_rng(0)
    rows, labels = digits().X[:300], rng.integers(10, size=300)
    order = rng.permutation(np.tile(np.arange(300), 2))
    train, held_out = order[:400], order[400:]
    asked = train if seen else held_out
    X, A = rows[asked], rows[train]
    unlike = np.sum(A**2, axis=1) - 2 * X @ A.T
    found = labels[train[unlike.argmin(axis=1)]]
    return np.mean(found == labels[asked]).round(1).item()


def luck(networks: int, rows: int = 100, truth: float = 0.9) -> int:
    """Return by how many points the best of them seems better than it is."""
    rng = np.random.default_rng(0)
    scores = rng.binomial(rows, truth, (2000, networks)) / rows
    return round(100 * (scores.max(axis=1).mean() - truth))


def spread_of_sums(X: Array) -> float:
    """Return the spread of the first sums, weights between -1 and 1."""
    rng = np.random.default_rng(0)
    W = rng.uniform(-1, 1, (X.shape[1], 200))
    return float(np.std(X @ W))


def turned_white(size: Callable[[Array], float]) -> str:
    """Say what becomes of a size when the digits are turned, 1 - x."""
    X = digits().X[:500]
    before, after = size(X), size(1 - X)
    if np.isclose(before, after, rtol=1e-6, atol=1e-6):
        return "stays"
    return "grows" if after > before else "shrinks"


def answers(X: Array, means: Array) -> Array:
    """Return the place of the nearest mean, for every row."""
    unlike = [np.sum((X - mean) ** 2, axis=1) for mean in means]
    return np.argmin(unlike, axis=0)


def at_fault(axis: int | None = 0, forgotten: bool = False) -> str:
    """Say which half of standardizing changes a nearest mean's answer.

    Parameters
    ----------
    axis : 0 for a mean and a spread per pixel, None for one of each.
    forgotten : whether the images are shifted and the means are not.
    """
    data = digits()
    X, labels = data.X[:600], data.labels[:600]
    means = np.array([X[labels == k].mean(axis=0) for k in range(10)])
    s, c = X.mean(axis=axis), X.std(axis=axis)
    c = np.where(c == 0, 1, c)
    plain = answers(X, means)
    if np.any(answers(X - s, means if forgotten else means - s) != plain):
        return "subtracting"
    divided = np.any(answers(X / c, means / c) != plain)
    return "dividing" if divided else "neither"


QUESTIONS = [
    Question(
        name="twins",
        text=(
            "Somebody has stored every digit twice without noticing, "
            "shuffles all rows, and puts a third of them away. The labels "
            "are nonsense: each digit got one at random, and its copy the "
            "same. What does the nearest neighbor score on the rows put away?"
        ),
        options=(
            Option(
                "About 10%: these rows were not learned from",
                0.1,
                "The rows were not, but for two in three of them the copy "
                "was. Rows put away are only as new as they are different.",
                mistake="scored-on-its-own-rows",
                comes_from=lambda: 1 / 10,
            ),
            Option(
                "About 70%",
                0.7,
                "Two in three have their copy among the training rows, and "
                "of the others a tenth is right by luck. Look for copies "
                "before you cut.",
            ),
            Option(
                "100%: it remembers them",
                1.0,
                "That is its score on the training rows. One row in three "
                "was put away with no copy left behind.",
                comes_from=lambda: twins(seen=True),
            ),
        ),
        key=twins,
    ),
    Question(
        name="best-of-twenty",
        text=(
            "Twenty networks would each read 90% of all new digits. You "
            "try them on the same number of validation digits, 100 fresh "
            "ones for each, and keep the best. By how much is its score "
            "likely to be too high?"
        ),
        options=(
            Option(
                "Not at all: no network has seen these digits",
                0,
                "None has learned from them, but you have chosen by them. "
                "A network on the list is there for its luck as well.",
                mistake="regularization/reported: the validation accuracy",
                comes_from=lambda: 0,
            ),
            Option(
                "About 3 points",
                3,
                "That is the usual luck of *one* network, "
                "$\\sqrt{0.9 · 0.1 / 100}$. The luckiest of twenty has more.",
                comes_from=lambda: round(100 * (0.9 * 0.1 / 100) ** 0.5),
            ),
            Option(
                "About 5 points",
                5,
                "Nothing but luck tells these networks apart, and the best "
                "of twenty draws lies nearly two spreads above the middle.",
            ),
        ),
        key=lambda: luck(20),
    ),
    Question(
        name="white-on-black",
        text=(
            "The digits are turned, from $x$ to $1 - x$: what was paper, 0, "
            "is 1 now. The weights are drawn between −1 and 1. What becomes "
            "of the spread of the first sums?"
        ),
        options=(
            Option(
                "It grows",
                "grows",
                "Most of a picture is paper, so most inputs are near 1 now, "
                "and what counts is the sum of their squares.",
            ),
            Option(
                "It stays: the contrast is the same",
                "stays",
                "The pixels' *standard deviation* stays. The sums go by the "
                "squares of the pixels, not by those of their distances "
                "from a mean.",
                comes_from=lambda: turned_white(lambda X: X.std().item()),
            ),
            Option(
                "It shrinks: for their size, the pixels differ less",
                "shrinks",
                "A weight does not compare pixels. Each is multiplied by "
                "itself alone, and a 1 counts in full, even if all its "
                "neighbors are 1 as well.",
                comes_from=lambda: turned_white(
                    lambda X: (X.std() / X.mean()).item()
                ),
            ),
        ),
        key=lambda: turned_white(spread_of_sums),
    ),
    Question(
        name="pixel-by-pixel",
        text=(
            "A factor of 255 changed none of the nearest mean's answers. Now "
            "somebody standardizes pixel by pixel, images and means alike: "
            "subtracts each pixel's mean, and divides by its standard "
            "deviation, or by 1 where that is 0. Which half of it changes "
            "answers?"
        ),
        options=(
            Option(
                "Neither: to this rule scale does not matter",
                "neither",
                "*One* factor for all pixels does not matter, since all ten "
                "distances get it. A factor for each pixel weighs them anew.",
                comes_from=lambda: at_fault(axis=None),
            ),
            Option(
                "Subtracting: it moves the images",
                "subtracting",
                "It moves the means along, and a distance does not notice. "
                "You would be right if the means were left where they are.",
                comes_from=lambda: at_fault(forgotten=True),
            ),
            Option(
                "Dividing",
                "dividing",
                "A pixel that hardly ever lights up has a small deviation. "
                "Divided by it, the pixel gets a large say in the distance.",
            ),
        ),
        key=at_fault,
    ),
]
