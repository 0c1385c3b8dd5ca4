"""The quiz of the chapter "The bug museum"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.exercises.quiz import Option, Question
from nnlib.museum import (
    DETECTORS,
    EXHIBITS,
    LAWS,
    PASSES,
    RAISES,
    SEEN,
    Program,
)
from nnlib.types import Array, Layer

TIMES = 2.0


def out_of_reach(*parts: str) -> str:
    """Return which of the parts the gradient check does not call."""
    called = DETECTORS["gradient check"].parts
    return ", ".join(part for part in parts if part not in called)


def gaps_of(mean: float, spread: float) -> Array:
    """Return ten gaps with this mean and standard deviation."""
    gaps = np.tile([1.0, -1.0], 5)
    return mean + spread * gaps / gaps.std(ddof=1)


def reporting(scores: Array) -> Program:
    """Return a program that does not train and reports these scores."""
    right, left = good(), iter(scores)
    task = replace(right.task, epochs=0)
    return replace(right, task=task, score=lambda *_: next(left))


def verdict_on(mean: float, spread: float) -> str:
    """Return what `accuracy` says of programs whose scores differ so."""
    flawed = reporting(gaps_of(mean, spread))
    return DETECTORS["accuracy"].verdict(flawed, reporting(np.zeros(10)))


def spread_alone(mean: float, spread: float) -> str:
    """Return the verdict of a rule that takes the spread of single runs."""
    return RAISES if mean > 3 * spread else PASSES


def good() -> Program:
    """Return the repaired program of the exhibit "doubled-error"."""
    (exhibit,) = (e for e in EXHIBITS if e.flaw == "doubled-error")
    return exhibit.program("fixed")


def times(factor: float) -> dict[str, Any]:
    """Return cost and gradients of the good program, times ``factor``."""
    right = good()

    def cost(*arguments: Any) -> Any:
        return factor * right.cost(*arguments)

    def gradients(*arguments: Any) -> list[Layer]:
        nablas = right.gradients(*arguments)
        return [Layer(factor * n.W, factor * n.b) for n in nablas]

    return {"cost": cost, "gradients": gradients}


def seen_by(**parts: Any) -> str:
    """Return which of two detectors see the good program with these parts."""
    program = replace(good(), **parts)
    names = ("gradient check", "equality")
    found = [n for n in names if DETECTORS[n].verdict(program, good()) == SEEN]
    return ", ".join(found) or "neither"


def summed(net: Any, X: Array, *rest: Any) -> list[Layer]:
    """Return gradients that are summed over the batch."""
    nablas = good().gradients(net, X, *rest)
    return [Layer(len(X) * n.W, len(X) * n.b) for n in nablas]


def of_every_other(net: Any, X: Array, Y: Array, *rest: Any) -> list[Layer]:
    """Return gradients of every other row: places count."""
    return good().gradients(net, X[::2], Y[::2], *rest)


def broken(gradients: Any) -> str:
    """Return which of three laws a program with these gradients breaks."""
    program = replace(good(), gradients=gradients)
    names = ("order is nothing", "every example once", "twice is once")
    return ", ".join(name for name in names if not LAWS[name][1](program))


QUESTIONS = [
    Question(
        name="silence",
        text=(
            "The gradient check passes. About a mistake in which of these "
            "parts does that say nothing at all?"
        ),
        options=(
            Option(
                "The reported cost",
                "cost",
                "It is what the slopes are measured on. A cost that does not "
                "go with the gradients makes the check fail.",
                mistake="doubled-error",
            ),
            Option(
                "The learning rates",
                "rates",
                "The check asks for a gradient and never takes a step, so no "
                "rate is ever asked for.",
            ),
            Option(
                "The masks of dropout",
                "masks",
                "The check draws masks and holds them still. A way back that "
                "forgets them does not fit the cost, and is seen.",
                mistake="mask-missing-backward",
            ),
        ),
        key=lambda: out_of_reach("cost", "rates", "masks"),
    ),
    Question(
        name="better-by-six-points",
        text=(
            "A flawed program and its repair train from ten seeds. The gaps "
            "between their scores, flawed minus repaired, have a mean of "
            "0.06 and a standard deviation of 0.05. What does the accuracy "
            "detector say?"
        ),
        options=(
            Option(
                "*raises*",
                RAISES,
                "The standard error is $0.05/\\sqrt{10}$, about 0.016, and "
                "three of them are 0.047. The gap is larger, and in favor of "
                "the mistake.",
            ),
            Option(
                "*passes*: the gaps spread by almost as much as their mean",
                PASSES,
                "That is the spread of single gaps. The mean of ten is known "
                "better than any of them, by a factor of $\\sqrt{10}$.",
                comes_from=lambda: spread_alone(0.06, 0.05),
            ),
            Option(
                "*seen*: a gap that counts gives the mistake away",
                SEEN,
                "It counts, but the flawed program is the better one. In "
                "life there is no repaired one beside it, and nobody "
                "suspects a good score.",
                mistake="scored-on-its-own-rows",
                comes_from=lambda: verdict_on(-0.06, 0.05),
            ),
        ),
        key=lambda: verdict_on(0.06, 0.05),
    ),
    Question(
        name="both-doubled",
        text=(
            "Exhibit 11 reports twice the cost that its steps go down. "
            "Somebody mends that by doubling the gradients as well. Which of "
            "the two now sees something, the gradient check or equality?"
        ),
        options=(
            Option(
                "The gradient check",
                "gradient check",
                "It saw the report while that did not fit the gradients. Now "
                "they fit: twice a cost has twice the slope.",
                mistake="doubled-error",
                comes_from=lambda: seen_by(cost=times(TIMES)["cost"]),
            ),
            Option(
                "Both",
                "gradient check, equality",
                "They would if only the gradients were doubled. Cost and "
                "gradients together are consistent, and the check asks for "
                "no more.",
                comes_from=lambda: seen_by(
                    gradients=times(TIMES)["gradients"]
                ),
            ),
            Option(
                "Equality",
                "equality",
                "Cost and gradients fit, so the gradient check is content. "
                "But the steps are twice as long as another design's.",
            ),
            Option(
                "Neither: now it is right",
                "neither",
                "It is consistent, and it is the right gradient of another "
                "cost. At the same learning rate it takes other steps.",
                comes_from=lambda: seen_by(**times(1.0)),
            ),
        ),
        key=lambda: seen_by(**times(TIMES)),
    ),
    Question(
        name="a-law-for-a-sum",
        text=(
            "Gradients are summed over the batch, and nobody divides by its "
            "size. There is no second program to compare with. Which law is "
            "broken?"
        ),
        options=(
            Option(
                "Order is nothing: a batch in another order has the same "
                "gradient",
                "order is nothing",
                "A sum has no order either. This law sees a program that "
                "treats a row differently because of its place.",
                comes_from=lambda: broken(of_every_other),
            ),
            Option(
                "Every example once: each is used once an epoch",
                "every example once",
                "Every example is used once, with a step that is too long. "
                "The law asks about the batches and never calls the "
                "gradients.",
                mistake="dropped-last-batch",
            ),
            Option(
                "Twice is once: a batch with every row twice has the same "
                "gradient",
                "twice is once",
                "A mean stays and a sum doubles. The law needs no right "
                "gradient to compare with, only the program's own.",
            ),
        ),
        key=lambda: broken(summed),
    ),
]
