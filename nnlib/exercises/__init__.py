"""Exercises that are checked, and know the usual mistakes.

``check("backpropagation/output-delta", answer)`` takes the reader's function
(or value) and returns a `Report`. What an exercise is made of is in
`exercise.Exercise`; the exercises themselves are in `bank`, one module for
each chapter. Every module of ``bank`` is registered by being there.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from typing import Any

from nnlib.exercises import bank
from nnlib.exercises.checking import judge
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.report import Report

__all__ = ["EXERCISES", "Exercise", "Report", "check"]

EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise
    for module in sorted(m.name for m in pkgutil.iter_modules(bank.__path__))
    for exercise in importlib.import_module(
        f"{bank.__name__}.{module}"
    ).EXERCISES
}


def check(name: str, answer: Any) -> Report:
    """Judge the answer to the exercise called ``name``.

    Parameters
    ----------
    name : the name of an exercise, such as "costs/quadratic-cost".
    answer : what the exercise asks for, a function or a value.

    Raises
    ------
    ValueError : there is no such exercise.
    """
    if not isinstance(name, str) or name not in EXERCISES:
        near = difflib.get_close_matches(str(name), EXERCISES, 3, 0.3)
        raise ValueError(
            f"no exercise is called {name!r}; "
            f"the nearest names are {', '.join(near or EXERCISES)}"
        )
    return judge(EXERCISES[name], answer)
