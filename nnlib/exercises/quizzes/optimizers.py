"""The quiz of the chapter "Optimizers"."""

from __future__ import annotations

import numpy as np

from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question, mistaken
from nnlib.types import Array

STEADY = np.ones((300, 1))
SLOPES = np.array([1000.0, 0.001])


def gain(mistake: str = "") -> float:
    """Return how many plain steps one is worth, at μ = 0.9, in the end."""
    name = "bias-row-softmax/momentum"
    if mistake:
        return mistaken(f"{name}: {mistake}", STEADY, 0.9)[-1, 0].item()
    return EXERCISES[name].answer(STEADY, 0.9)[-1, 0].item()


def limit(mu: float) -> float:
    """Return the η κ from which on momentum does not shrink, by halving."""
    radius = EXERCISES["optimizers/spectral-radius"].answer
    low, high = 0.1, 5.0
    for _ in range(40):
        x = (low + high) / 2
        grows = radius(np.array([x]), mu)[0] >= 1
        low, high = (low, x) if grows else (x, high)
    return low


def mistaken_limit(mistake: str) -> float:
    """Return momentum's η κ by a wrong answer, at μ = 0.9."""
    return mistaken(f"optimizers/limits: {mistake}", np.eye(1), 0.9)[1]


def first_adam_step(mistake: str = "") -> Array:
    """Return how far Adam's first step goes at a rate of 0.1."""
    zeros = np.zeros(2)
    given = zeros, zeros, zeros, SLOPES, 1, 0.1, 0.0
    name = "optimizers/adam-step"
    if mistake:
        return -mistaken(f"{name}: {mistake}", *given)[0]
    return -EXERCISES[name].answer(*given)[0]


def rate(mistake: str = "") -> float:
    """Return the rate of epoch 2, from a rate of 1 and a decay of 0.5."""
    name = "bias-row-softmax/decay"
    if mistake:
        return mistaken(f"{name}: {mistake}", 1.0, 0.5, 3)[2]
    return EXERCISES[name].answer(1.0, 0.5, 3)[2]


def steps(condition: float, plain: bool = False) -> float:
    """Return how many steps divide the distance by e, at the best setting."""
    if plain:
        return -1 / np.log((condition - 1) / (condition + 1))
    setting = EXERCISES["optimizers/best-setting"].answer
    _, mu = setting(np.array([1.0, condition]))
    return -1 / np.log(np.sqrt(mu))


QUESTIONS = [
    Question(
        name="one-step-memory",
        text=(
            "A program adds 0.9 times the *last slope* to the new one, and "
            "calls it momentum. The slope stays the same for a long time. "
            "How many plain steps is each of its steps worth?"
        ),
        options=(
            Option(
                "10",
                10.0,
                "That is momentum, whose memory has a memory: 1 + 0.9 + "
                "0.81 + … This one forgets after a step.",
                mistake="one-step-momentum",
                comes_from=gain,
            ),
            Option(
                "1: a steady slope has a steady mean",
                1.0,
                "A running mean would do that. Here the last slope is added "
                "in full, and nothing is made smaller for it.",
                mistake="bias-row-softmax/momentum: mean of the past",
                comes_from=lambda: gain("mean of the past"),
            ),
            Option(
                "1.9",
                1.9,
                "The new slope and 0.9 of the last one, and no more. One "
                "document's program does this.",
            ),
        ),
        key=lambda: gain("one step remembered"),
    ),
    Question(
        name="limit",
        text=(
            "Plain descent is stable up to $ηκ = 2$. Along a steady slope "
            "momentum with $μ = 0.9$ goes ten times as far. Up to which "
            "$ηκ$ is it stable?"
        ),
        options=(
            Option(
                "3.8",
                3.8,
                "$2 (1 + μ)$. Across the valley the slope changes its sign "
                "at every step, and there the memory works as a brake.",
            ),
            Option(
                "0.2",
                0.2,
                "Ten times as far is what it goes *along* the valley. "
                "Across it the slope's sign changes, and the memory "
                "shortens the steps.",
                mistake="optimizers/limits: shorter by the gain",
                comes_from=lambda: mistaken_limit("shorter by the gain"),
            ),
            Option(
                "2, as before",
                2.0,
                "The memory is part of what happens at the limit. It has "
                "the other sign there and holds back.",
                mistake="optimizers/limits: momentum as plain",
                comes_from=lambda: mistaken_limit("momentum as plain"),
            ),
        ),
        key=lambda: limit(0.9),
    ),
    Question(
        name="first-step",
        text=(
            "The first gradient is (1000, 0.001). How far does Adam's first "
            "step go in the two entries, at a rate of 0.1? (Leave ε out.)"
        ),
        options=(
            Option(
                "100 and 0.0001",
                (100.0, 0.0001),
                "That is plain descent. Adam divides by the usual size of "
                "the slope in each entry.",
                comes_from=lambda: 0.1 * SLOPES,
            ),
            Option(
                "0.1 and 0.1",
                (0.1, 0.1),
                "One slope alone is always its own usual size, so only its "
                "sign is left.",
            ),
            Option(
                "0.32 and 0.32",
                (0.1 / np.sqrt(0.1), 0.1 / np.sqrt(0.1)),
                "So far it would go without the hats: the divisor begins "
                "even smaller than the mean slope.",
                mistake="optimizers/adam-step: no hats",
                comes_from=lambda: first_adam_step("no hats"),
            ),
        ),
        key=first_adam_step,
    ),
    Question(
        name="compounding",
        text=(
            "A loop begins every epoch with `eta /= 1 + 0.5 * epoch`, for "
            "epochs 0, 1, 2. The rate was 1. What is it in epoch 2?"
        ),
        options=(
            Option(
                "½",
                1 / 2,
                "That is what the decay says: the first rate over 2. But "
                "`/=` divides what the last epoch has left.",
                mistake="compounding-decay",
                comes_from=rate,
            ),
            Option(
                "4/9",
                4 / 9,
                "You divided by 1.5 twice. In epoch 2 the divisor is 2.",
                mistake="bias-row-softmax/decay: the same factor each epoch",
                comes_from=lambda: rate("the same factor each epoch"),
            ),
            Option(
                "⅓",
                1 / 3,
                "Divided by 1, by 1.5 and by 2. After a thousand such epochs "
                "next to nothing is left.",
            ),
        ),
        key=lambda: rate("what is left is divided"),
    ),
    Question(
        name="condition-number",
        text=(
            "A valley's condition number goes from 100 to 10,000. About how "
            "many times as many steps does momentum need, at its best "
            "setting?"
        ),
        options=(
            Option(
                "100 times",
                100,
                "So it is for plain descent. Momentum puts the root of the "
                "condition number in its place.",
                mistake="optimizers/best-setting: no roots",
                comes_from=lambda: np.round(
                    steps(10_000, plain=True) / steps(100, plain=True)
                ),
            ),
            Option(
                "10 times",
                10,
                "The root of a hundred. This is where the slope is exact; "
                "with noisy slopes the lead is much smaller.",
            ),
            Option(
                "Twice",
                2,
                "You took the logarithm. Steps go with the logarithm of the "
                "distance, and with the *root* of the condition number.",
                comes_from=lambda: np.log(10_000) / np.log(100),
            ),
        ),
        key=lambda: np.round(steps(10_000) / steps(100)),
    ),
]
