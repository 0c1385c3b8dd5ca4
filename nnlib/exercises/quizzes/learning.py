"""The quiz of the chapter "Learning"."""

from __future__ import annotations

from itertools import product

import numpy as np

from nnlib.designs import DESIGNS
from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question, mistaken
from nnlib.training import patience
from nnlib.types import Array, History, flatten

HELD_OUT = np.array([9.0, 7, 5, 6, 7, 8, 4])


def factor(eta_kappa: float) -> float:
    """Return what one step makes of a distance of 1 to the bottom."""
    walk = EXERCISES["learning/walk"].answer
    points = walk(lambda theta: theta, np.array([1.0]), eta_kappa, 1)
    return points[-1, 0].item()


def rows_lost(mistake: str, n: int, size: int) -> int:
    """Return how many of n rows such batches leave out."""
    batches = mistaken(f"learning/batches: {mistake}", np.arange(n), size)
    return n - sum(len(batch) for batch in batches)


def per_row() -> Array:
    """Return the gradients of five rows, (5, n_parameters)."""
    rng = np.random.default_rng(0)
    net = DESIGNS["layer_dict"].initialize([3, 2, 2], rng=rng)
    X, Y = rng.random((5, 3)), rng.random((5, 2))
    return np.array(
        [flatten(net.gradients(X[[i]], Y[[i]])) for i in range(len(X))]
    )


def typical_miss(size: int, n_used: int | None = None) -> float:
    """Return how far batches' gradients are from the full one.

    Over all batches of that size; of each, the first rows are used.
    """
    rows = per_row()
    batches = [list(batch) for batch in product(range(len(rows)), repeat=size)]
    misses = [
        rows[batch[:n_used]].mean(axis=0) - rows.mean(axis=0)
        for batch in batches
    ]
    return np.sqrt(np.mean(np.sum(np.square(misses), axis=1))).item()


def last_epoch(n_records: int) -> int:
    """Return the epoch after which such a patience ends the run."""
    history, stop = History(), patience(n_records)
    for epoch, cost in enumerate(HELD_OUT, start=1):
        history.record(epoch, [(0.0, 1.0), (cost, 1.0)])
        if stop(history):
            break
    return history.epoch[-1]


QUESTIONS = [
    Question(
        name="above-the-limit",
        text=(
            "In a valley of curvature $κ$ somebody walks with $ηκ = 2.1$. "
            "What does one step make of a distance of 1 to the bottom?"
        ),
        options=(
            Option(
                "−2.1: far out on the other side",
                -2.1,
                "That is the step. It begins at a distance of 1, so it ends "
                "1 less far out.",
                comes_from=lambda: factor(2.1) - 1,
            ),
            Option(
                "−1.1: on the other side, a tenth farther out",
                -1.1,
                "The factor is $1 - ηκ$. Such a run swings and gets worse "
                "slowly; from the curve it looks like one that is stuck.",
            ),
            Option(
                "1.1: a tenth farther out",
                1.1,
                "The distance is right, the side is not. A step that is too "
                "long crosses the valley; only a walk uphill stays.",
                comes_from=lambda: abs(factor(2.1)),
            ),
        ),
        key=lambda: factor(2.1),
    ),
    Question(
        name="rows-left-out",
        text=(
            "100 rows, batches of 10, and the batches start at "
            "`range(0, 100 - 10, 10)`. How many rows does an epoch leave out?"
        ),
        options=(
            Option(
                "None: 100 is a multiple of 10",
                0,
                "It is, and if only the odd rows were dropped none would be "
                "lost. But `range` ends before its end, and the end here is "
                "where the last batch starts.",
                mistake="learning/batches: the odd rows left out",
                comes_from=lambda: rows_lost("the odd rows left out", 100, 10),
            ),
            Option(
                "All of them",
                100,
                "That happens when one batch holds all rows: then `range` is "
                "empty, no step is made, and no error is raised.",
                comes_from=lambda: rows_lost(
                    "stops one batch early", 100, 100
                ),
            ),
            Option(
                "10",
                10,
                "The starts are 0 to 80, and the batch that starts at 90 is "
                "missing, although it is full.",
            ),
        ),
        key=lambda: rows_lost("stops one batch early", 100, 10),
    ),
    Question(
        name="four-times-the-work",
        text=(
            "You take batches of four rows in place of one. By what factor "
            "does a batch's gradient come nearer to the full one, typically?"
        ),
        options=(
            Option(
                "2",
                2.0,
                "The errors partly cancel and partly add, and a mean of $n$ "
                "is off by $1 / \\sqrt n$. Four times the work, half the "
                "noise.",
            ),
            Option(
                "4: four times the information",
                4.0,
                "So it would be if the rows' errors canceled in the best "
                "possible way. They are independent; some of them add up.",
                comes_from=lambda: 4 / 1,
            ),
            Option(
                "1: every row is a random row",
                1.0,
                "Each row alone is as far off as any other. But their mean "
                "is not: what is above and what is below partly cancel.",
                comes_from=lambda: typical_miss(1) / typical_miss(4, n_used=1),
            ),
        ),
        key=lambda: typical_miss(1) / typical_miss(4),
    ),
    Question(
        name="patience",
        text=(
            "The held-out cost after each epoch is 9, 7, 5, 6, 7, 8, 4. After "
            "which epoch does a patience of 3 end the run?"
        ),
        options=(
            Option(
                "The 3rd",
                3,
                "The 3rd is the lowest of the first six, but nobody knows "
                "that yet. The run goes on until three epochs were no "
                "better.",
                mistake="learning/when-to-stop: the best epoch",
                comes_from=lambda: mistaken(
                    "learning/when-to-stop: the best epoch", HELD_OUT, 3
                ),
            ),
            Option(
                "The 4th",
                4,
                "The 4th is the first that is worse. A single bad epoch may "
                "be noise; a patience of 3 waits for three.",
                mistake="learning/when-to-stop: the first rise",
                comes_from=lambda: mistaken(
                    "learning/when-to-stop: the first rise", HELD_OUT, 3
                ),
            ),
            Option(
                "The 6th",
                6,
                "Three epochs after the lowest. The 4 that would have come "
                "next is never seen: that is the price of stopping.",
            ),
            Option(
                "The 7th: its cost is the lowest",
                7,
                "At the time of stopping nobody knows what comes later. The "
                "run has ended one epoch before.",
                mistake="learning/when-to-stop: looks ahead",
                comes_from=lambda: mistaken(
                    "learning/when-to-stop: looks ahead", HELD_OUT, 3
                ),
            ),
        ),
        key=lambda: last_epoch(3),
    ),
]
