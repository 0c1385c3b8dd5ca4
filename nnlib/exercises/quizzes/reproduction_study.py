"""The quiz of the chapter "The reproduction study"."""

from __future__ import annotations

import numpy as np

from nnlib.designs import DESIGNS
from nnlib.exercises.quiz import Option, Question
from nnlib.regularizers import Penalty


def outside(n: int, draws: int = 100_000) -> float:
    """Return how often one draw lies outside the range of n others."""
    rng = np.random.default_rng(0)
    x = rng.random((draws, n + 1))
    first, others = x[:, 0], x[:, 1:]
    low, high = others.min(axis=1), others.max(axis=1)
    return np.mean((first < low) | (first > high)).round(2).item()


def ours(theirs: float, n_train: int, batch: int) -> float:
    """Return the l2 that shrinks a weight as ``theirs`` over the batch."""
    W = np.ones((1, 1))
    one = Penalty(l2=1.0, n_train=n_train).gradient(W).item()
    return round(theirs / batch / one, 6)


def rate(theirs: float, batch: int) -> float:
    """Return the rate that makes a step of ``theirs`` along a summed slope."""
    rng = np.random.default_rng(0)
    X, Y = rng.random((batch, 3)), rng.random((batch, 2))
    net = DESIGNS["bias_row"].initialize([3, 2], rng=rng)
    mean = net.gradients(X, Y)[0].W
    parts = [net.gradients(X[[i]], Y[[i]])[0].W for i in range(batch)]
    step = theirs * np.linalg.norm(sum(parts))
    return (step / np.linalg.norm(mean)).item()


QUESTIONS = [
    Question(
        name="outside",
        text=(
            "Four runs of yours, and one published number from exactly the "
            "same program. How often is that number outside your range?"
        ),
        options=(
            Option(
                "2 times in 5",
                0.4,
                "Five draws in no special order: the published one is the "
                "smallest in one case of five, and the largest in another.",
            ),
            Option(
                "1 time in 5",
                0.2,
                "That is the chance to be the smallest. To be the largest is "
                "outside as well.",
                comes_from=lambda: 1 / 5,
            ),
            Option(
                "1 time in 8",
                0.125,
                "That is how often the *median* of the distribution escapes "
                "four runs. One number is a draw, and more restless.",
                comes_from=lambda: 2 * 0.5**4,
            ),
        ),
        key=lambda: outside(4),
    ),
    Question(
        name="lambda",
        text=(
            "A program divides $\\lambda = 0.1$ by its batch of 50. The "
            "training set has 10,000 samples. Which `l2` does the same in "
            "`nnlib`?"
        ),
        options=(
            Option(
                "0.1",
                0.1,
                "It would run, with 200 times less decay: here λ is divided "
                "by the size of the training set.",
                mistake="decay-by-batch-size",
                comes_from=lambda: 0.1,
            ),
            Option(
                "5",
                5.0,
                "You multiplied by the batch. That undoes their division, "
                "and leaves out ours.",
                comes_from=lambda: 0.1 * 50,
            ),
            Option(
                "20",
                20.0,
                "0.1 / 50 is 20 / 10,000: the same factor on every weight.",
            ),
        ),
        key=lambda: ours(0.1, 10_000, 50),
    ),
    Question(
        name="rate",
        text=(
            "Another program adds the gradients of a batch of 120 up, with "
            "$\\eta = 0.001$. Which learning rate makes the same steps with a "
            "mean?"
        ),
        options=(
            Option(
                "0.12",
                0.12,
                "The sum is 120 times the mean, so the rate grows by as much.",
            ),
            Option(
                "0.001",
                0.001,
                "Settings are translated, not copied: these steps would be "
                "120 times too short.",
                mistake="backpropagation/layer-gradients: no mean",
                comes_from=lambda: 0.001,
            ),
            Option(
                "0.001 / 120",
                0.001 / 120,
                "The wrong way around. A mean is the smaller of the two, so "
                "its rate is the larger.",
                comes_from=lambda: 0.001 / 120,
            ),
        ),
        key=lambda: rate(0.001, 120),
    ),
]
