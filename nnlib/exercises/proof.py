"""What every check is tried with, besides its exercise's own answers.

`planted` makes the mistakes that any answer can have out of the solution,
`survivors` finds the mutants that a check lets pass, and `in_dtype` gives
an exercise whose numbers are all of one dtype.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np

from nnlib.exercises.checking import judge
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.mutants import mutants

COMMON = (
    "unsolved",
    "returns nothing",
    "prints",
    "global",
    "zeros",
    "in place",
    "remembers",
)


class InSingle(Exercise):
    """An exercise that knows float32 alone."""

    def trials(self, dtype: str = "float32") -> Iterator[tuple[Any, ...]]:
        """Yield the cases in float32, whatever is asked for."""
        return super().trials("float32")

    @cached_property
    def expected(self) -> dict[str, list[Any]]:
        """What the solution gives in float64 for the float32 cases."""
        single = Exercise.expected.func(self)["float32"]
        return {"float64": single, "float32": single}


def in_dtype(exercise: Exercise, dtype: str) -> Exercise:
    """Return the exercise as it is, or for "float32" in float32 alone.

    The measured slopes are left out then: in float32 they are too coarse.

    Raises
    ------
    ValueError : it is another dtype.
    """
    if dtype == "float64":
        return exercise
    if dtype != "float32":
        raise ValueError(f"dtype must be float64 or float32, got {dtype!r}")
    single = exercise.tolerance["float32"]
    parts = {
        part.name: getattr(exercise, part.name)
        for part in dataclasses.fields(exercise)
    }
    parts["tolerance"] = {"float64": single, "float32": single}
    return InSingle(**{**parts, "gradient": None})


def planted(exercise: Exercise) -> dict[str, Any]:
    """Return {name in `COMMON`: an answer that makes this mistake}.

    Left out is what the exercise has no place for: an answer that is a
    value cannot print, and one that may change its arguments may. Where
    not the answer's result is judged but what `Exercise.call` makes of it,
    the last three are left to the exercise's own wrong answers.
    """
    made = {"unsolved": exercise.build(exercise.stub)}
    if exercise.is_function:
        made["returns nothing"] = without_return(exercise)
        made["prints"] = without_return(exercise, prints=True)
        made["global"] = leaking(exercise)
    if exercise.is_function and exercise.call is None:
        made["zeros"] = lambda *args: _each(
            lambda part: 0 * part, exercise.answer(*args)
        )
        if not exercise.may_change and _handed_arrays(exercise):
            made["in place"] = spoiling(exercise)
        made["remembers"] = tiring(exercise)
    own = [w for w in exercise.wrongs if w.name in COMMON]
    return made | {
        w.name: exercise.build(exercise.source(w.body)) for w in own
    }


def without_return(exercise: Exercise, prints: bool = False) -> Any:
    """Return the solution less its last ``return``, or printing instead."""
    tree = ast.parse(exercise.source(exercise.solution))
    body = tree.body[-1].body
    value = body[-1].value
    if prints:
        value = ast.Call(ast.Name("print", ast.Load()), [value], [])
    body[-1] = ast.Expr(value)
    return exercise.build(ast.unparse(ast.fix_missing_locations(tree)))


def leaking(exercise: Exercise) -> Any:
    """Return a solution that reads a global in place of an argument."""
    tree = ast.parse(exercise.source(exercise.solution))
    _, *arguments = next(exercise.trials())
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    argument, value = next(
        (argument, value)
        for argument, value in zip(tree.body[-1].args.args, arguments)
        if argument.arg in read and not callable(value)
    )
    leaked, argument.arg = argument.arg, "something_else"
    return exercise.build(ast.unparse(tree), **{leaked: value})


def spoiling(exercise: Exercise) -> Callable[..., Any]:
    """Return an answer that is right, and adds 1 to its arguments' arrays."""

    def spoils(*args: Any) -> Any:
        result = copy.deepcopy(exercise.answer(*args))
        for array in _arrays(args):
            array += 1
        return result

    return spoils


def tiring(exercise: Exercise) -> Callable[..., Any]:
    """Return an answer that is right as long as every case is new."""
    left = 2 * len(exercise.labels)  # each case, in both dtypes

    def tires(*args: Any) -> Any:
        nonlocal left
        left -= 1
        result = exercise.answer(*args)
        return result if left >= 0 else _each(lambda part: 1 + part, result)

    return tires


def survivors(exercise: Exercise, body: str) -> Iterator[str]:
    """Yield the changed line of every mutant of ``body`` that passes."""
    for line, source in mutants(exercise, body):
        if survives(exercise, source):
            yield line


def survives(exercise: Exercise, source: str) -> bool:
    """Tell whether a mutant gets through; one that cannot run does not."""
    try:
        answer = exercise.build(source)
    except Exception:
        return False
    return judge(exercise, answer, seconds=0.3, explain=False).passed


def _handed_arrays(exercise: Exercise) -> list[Any]:
    return [a for case in exercise.trials() for a in _arrays(case)]


def _arrays(value: Any) -> Iterator[Any]:
    """Yield the arrays of numbers in nested arguments."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "if":
        yield value
    elif isinstance(value, dict):
        yield from _arrays(list(value.values()))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _arrays(part)


def _each(change: Callable[[Any], Any], value: Any) -> Any:
    """Return a nested result with every array and number changed."""
    if isinstance(value, dict):
        return {key: _each(change, part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_each(change, part) for part in value]
    return change(np.asarray(value))
