"""The tests that an answer goes through, and the hint that it gets.

An answer is only ever called (see `running`), never read, so it may be a
function, a class, or something that passes the call on to another place.
The one test that looks inside, for names of the page, is left out where
there is nothing to look into.
"""

from __future__ import annotations

import builtins
import dis
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from nnlib.exercises.exercise import Exercise, Wrong, cast
from nnlib.exercises.hints import STANDARD
from nnlib.exercises.report import Report, Row
from nnlib.exercises.running import (
    Outcome,
    call,
    code_of,
    describe,
)
from nnlib.gradcheck import complex_step
from nnlib.types import Array

SECONDS = 5.0  # that one check may take
Test = Callable[["Trial"], str]  # returns what is wrong, "" if nothing


class UnlikeError(ValueError):
    """Two results are built differently."""


@dataclass
class Trial:
    """One answer under test, and what it gave so far."""

    exercise: Exercise
    answer: Any
    ends: float
    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    changed: str = ""

    def outcome(self, dtype: str, arguments: tuple[Any, ...]) -> Outcome:
        """Call the answer once; note whether it changed an argument."""
        before = cast(arguments, dtype)
        outcome = call(
            lambda: self.exercise.run(self.answer, arguments),
            max(self.ends - time.monotonic(), 0.05),
        )
        if not same_values(arguments, before):
            self.changed = "an array that it was handed is changed"
        return outcome

    def run(self, dtype: str) -> list[Outcome]:
        """Call the answer with every case, until it runs out of time."""
        if dtype not in self.outcomes:
            found = self.outcomes[dtype] = []
            for _, *arguments in self.exercise.trials(dtype):
                found.append(self.outcome(dtype, tuple(arguments)))
                if found[-1].failure == "OutOfTimeError":
                    break
        return self.outcomes[dtype]

    def pairs(self, dtype: str = "float64") -> Iterator[tuple[str, Any, Any]]:
        """Yield (label, what came, what was expected)."""
        expected = self.exercise.expected[dtype]
        yield from zip(self.exercise.labels, self.run(dtype), expected)


def judge(
    exercise: Exercise,
    answer: Any,
    seconds: float = SECONDS,
    explain: bool = True,
) -> Report:
    """Put ``answer`` through the tests of ``exercise``.

    Parameters
    ----------
    exercise : one of `EXERCISES`.
    answer : a function, a class or a value.
    seconds : how long all of it may take.
    explain : whether to look for the misconception.
    """
    report = partial(Report, exercise.name, exercise.title)
    if mistake := _not_begun(exercise, answer):
        rows = [] if mistake == "unsolved" else [Row("kind", False)]
        return report(rows, STANDARD[mistake], mistake)
    trial = Trial(exercise, answer, time.monotonic() + seconds)
    outcomes = trial.run("float64")
    if all(o.failure == "NotImplementedError" for o in outcomes):
        return report([], STANDARD["unsolved"], "unsolved")
    rows = list(_rows(trial))
    printed = next((o.printed for o in outcomes if o.printed), "")
    mistake = hint = ""
    if explain and not all(row.passed for row in rows):
        mistake, hint = _explain(trial, rows)
    return report(rows, hint, mistake, printed)


def _not_begun(exercise: Exercise, answer: Any) -> str:
    """Return the name of the mistake if there is nothing to be called."""
    if answer is None or answer is Ellipsis:
        return "unsolved"
    if exercise.is_function:
        return "" if callable(answer) else "not a function"
    if isinstance(answer, tuple | list) and any(
        part is None or part is Ellipsis for part in answer
    ):
        return "unsolved"
    return "not a value" if callable(answer) else ""


def _rows(trial: Trial) -> Iterator[Row]:
    """Yield a row for each test; after a failing stage, nothing is tried."""
    going = True
    for stage in _stages(trial):
        failed = False
        for title, test in stage:
            found = test(trial) if going else ""
            yield Row(title, not found if going else None, found)
            failed = failed or bool(found)
        going = going and not failed


def _stages(trial: Trial) -> list[list[tuple[str, Test]]]:
    exercise = trial.exercise
    stages: list[list[tuple[str, Test]]] = [
        [("runs", _runs)],
        [("type", _type)],
        [("shape", _shape)],
        [("finite", _finite)],
        [
            (f"values: {label}", partial(_values, place=place))
            for place, label in enumerate(exercise.labels)
        ],
    ]
    if exercise.gradient is not None:
        stages.append([("slopes, as measured", _slopes)])
    stages.append([("values in float32", _float32)])
    if exercise.is_function:
        if not exercise.may_change:
            stages.append([("arguments unchanged", _unchanged)])
        stages.append([("the same when called again", _again)])
    if code_of(trial.answer) is not None:
        stages.append([("own arguments only", _globals)])
    return stages


def _runs(trial: Trial) -> str:
    for label, outcome, _ in trial.pairs():
        if outcome.failure == "OutOfTimeError":
            at = f", in {outcome.line}" if outcome.line else ""
            return f"with {label}: ended, since it took too long{at}"
        if outcome.failure:
            return f"with {label}: {outcome.story}"
    return ""


def _type(trial: Trial) -> str:
    for _, outcome, wanted in trial.pairs():
        if outcome.unusable:
            return f"expected {describe(wanted)}, got {outcome.unusable}"
        try:
            list(leaves(outcome.value, wanted))
        except UnlikeError as error:
            return str(error)
    return ""


def _shape(trial: Trial) -> str:
    for label, outcome, wanted in trial.pairs():
        for where, ours, theirs in leaves(outcome.value, wanted):
            if ours.shape != theirs.shape:
                return (
                    f"with {label}{where}: expected {describe(theirs)}, "
                    f"got {describe(ours)}"
                )
    return ""


def _finite(trial: Trial) -> str:
    for label, outcome, wanted in trial.pairs():
        for where, ours, theirs in leaves(outcome.value, wanted):
            if np.isfinite(theirs).all() and not np.isfinite(ours).all():
                bad = ours[~np.isfinite(ours)].ravel()[0]
                return f"with {label}{where}: got {bad}"
    return ""


def _values(trial: Trial, place: int, dtype: str = "float64") -> str:
    _, outcome, wanted = list(trial.pairs(dtype))[place]
    tolerance = trial.exercise.tolerance[dtype]
    for where, ours, theirs in leaves(outcome.value, wanted):
        apart = distances(ours, theirs)
        if not apart.max(initial=0) <= tolerance:
            at = np.unravel_index(np.argmax(apart), apart.shape)
            spot = f" at {[int(i) for i in at]}" if at else ""
            return (
                f"expected {theirs[at]:.6g}{spot}{where}, got {ours[at]:.6g}"
            )
    return ""


def _slopes(trial: Trial) -> str:
    """Compare with the cost's slopes along one direction per array."""
    gradient = trial.exercise.gradient
    rng = np.random.default_rng(0)
    cases = trial.exercise.trials()
    for (label, *rest), outcome in zip(cases, trial.run("float64")):
        claimed = [a for _, a, _ in leaves(outcome.value, outcome.value)]
        for number, place in enumerate(_places(gradient.wrt, rest)):
            point = _at(rest, place)
            v = rng.standard_normal(point.shape)

            def cost(theta: Array, rest=rest, place=place) -> Any:
                return gradient.cost(*_moved(rest, place, theta))

            slope = complex_step(cost, point, v)
            if not abs(np.sum(claimed[number] * v) - slope) <= 1e-8 * (
                1 + abs(slope)
            ):
                return f"with {label}, array {number + 1}: not the cost's"
    return ""


def _places(wrt: tuple[int, ...], rest: Any) -> Iterator[list[Any]]:
    """Yield the path of every array of floats in the arguments ``wrt``."""
    for i in wrt:
        yield from _paths(rest[i], [i])


def _paths(value: Any, path: list[Any]) -> Iterator[list[Any]]:
    if isinstance(value, list | tuple):
        for i, part in enumerate(value):
            yield from _paths(part, [*path, i])
    else:
        yield path


def _at(value: Any, path: list[Any]) -> Array:
    for step in path:
        value = value[step]
    return np.asarray(value)


def _moved(value: Any, path: list[Any], new: Array) -> Any:
    """Return the nested arguments with ``new`` at ``path``."""
    if not path:
        return new
    parts = list(value)
    parts[path[0]] = _moved(parts[path[0]], path[1:], new)
    return tuple(parts) if isinstance(value, tuple) else parts


def _float32(trial: Trial) -> str:
    for place, (label, outcome, _) in enumerate(trial.pairs("float32")):
        if outcome.failure or outcome.unusable:
            return f"with {label}: {outcome.story or outcome.unusable}"
        try:
            found = _values(trial, place, "float32")
        except (UnlikeError, ValueError):
            found = f"got {describe(outcome.value)}"
        if found:
            return f"with {label}: {found}"
    return ""


def _unchanged(trial: Trial) -> str:
    return trial.changed


def _again(trial: Trial) -> str:
    for dtype, outcomes in trial.outcomes.items():
        cases = list(trial.exercise.trials(dtype))
        (label, *rest), first = cases[-1], outcomes[-1]
        second = trial.outcome(dtype, tuple(rest))
        if not alike(first, second, 1e-12):
            return f"with {label}, for a second time: another result"
    return ""


def _globals(trial: Trial) -> str:
    names = sorted(set(borrowed(trial.answer)))
    return f"it reads {', '.join(f'`{n}`' for n in names)}" if names else ""


def borrowed(function: Any, seen: tuple[Any, ...] = ()) -> Iterator[str]:
    """Yield the page's names for data that a function reads.

    Modules, classes and functions may be used; a function of the page is
    looked into as well.
    """
    for name in _global_names(function.__code__):
        if name not in function.__globals__:
            continue
        value = function.__globals__[name]
        if isinstance(value, FunctionType):
            if value not in (function, *seen) and (
                value.__globals__ is function.__globals__
            ):
                yield from borrowed(value, (function, *seen))
        elif not isinstance(value, ModuleType) and not callable(value):
            yield name


def _global_names(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        loads = instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME")
        if loads and not hasattr(builtins, instruction.argval):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)


# Comparing results.


def leaves(
    ours: Any, theirs: Any, where: str = ""
) -> Iterator[tuple[str, Array, Array]]:
    """Yield pairs of arrays that stand in the same place.

    Raises
    ------
    UnlikeError : the two are not built alike.
    """
    if isinstance(theirs, np.ndarray):
        if isinstance(ours, list):  # a list of numbers will do for an array
            with suppress(TypeError, ValueError):
                ours = np.array(ours, dtype=float)
        if isinstance(ours, np.ndarray):
            yield where, ours, theirs
            return
    elif type(ours) is type(theirs) and len(ours) == len(theirs):
        keys = theirs if isinstance(theirs, dict) else range(len(theirs))
        if not isinstance(theirs, dict) or set(ours) == set(theirs):
            for key in keys:
                yield from leaves(
                    ours[key], theirs[key], f"{where} in part {key}"
                )
            return
    raise UnlikeError(f"expected {describe(theirs)}, got {describe(ours)}")


def distances(ours: Array, theirs: Array) -> Array:
    """Return |ours - theirs|, in units of the largest of ``theirs``."""
    ours, theirs = ours.astype(float), theirs.astype(float)
    finite = np.abs(theirs[np.isfinite(theirs)])
    scale = finite.max(initial=0) or 1.0
    equal = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(all="ignore"):
        apart = np.where(equal, 0, np.abs(ours - theirs) / scale)
    return np.where(np.isnan(apart), np.inf, apart)


def same_values(ours: Any, theirs: Any) -> bool:
    """Tell whether two nests hold the same arrays, to the last bit."""
    if isinstance(theirs, np.ndarray):
        return np.array_equal(ours, theirs, equal_nan=theirs.dtype.kind == "f")
    if isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(
            same_values(ours[key], theirs[key]) for key in theirs
        )
    if isinstance(theirs, list | tuple):
        return len(ours) == len(theirs) and all(
            same_values(a, b) for a, b in zip(ours, theirs)
        )
    return True


def alike(ours: Outcome, theirs: Outcome, tolerance: float) -> bool:
    """Tell whether two calls came to the same, be it the same failure."""
    if ours.failure or theirs.failure or ours.unusable or theirs.unusable:
        return (ours.failure, ours.unusable) == (
            theirs.failure,
            theirs.unusable,
        )
    try:
        return all(
            a.shape == b.shape and distances(a, b).max(initial=0) <= tolerance
            for _, a, b in leaves(ours.value, theirs.value)
        )
    except UnlikeError:
        return False


# Which mistake it is.


def _explain(trial: Trial, rows: list[Row]) -> tuple[str, str]:
    """Return the misconception's name, if it is a known one, and a hint."""
    exercise = trial.exercise
    own = {wrong.name: wrong.hint for wrong in exercise.wrongs if wrong.hint}
    mistake = _by_behavior(trial) or _by_test(trial, rows)
    if mistake:
        hint = own.get(mistake) or STANDARD[mistake]
        if mistake == "global":
            hint = f"{hint} Look for {_globals(trial)[9:]}."
        return mistake, hint
    return "", (
        "This is none of the usual mistakes. Begin with the first test that "
        f"failed. {exercise.hints[0]}"
    )


def _by_behavior(trial: Trial) -> str:
    """Name the wrong answer that gives the same in every case."""
    exercise, ours = trial.exercise, trial.run("float64")
    tolerance = exercise.tolerance["float64"]
    right = [Outcome(value) for value in exercise.expected["float64"]]
    for wrong in exercise.wrongs:
        theirs = _misled(exercise, wrong)
        if len(ours) == len(theirs) and all(
            alike(a, b, tolerance) for a, b in zip(ours, theirs)
        ):
            told = (
                not b.failure and not b.unusable and not alike(b, c, tolerance)
                for b, c in zip(theirs, right)
            )
            if any(told):
                return wrong.name
    return ""


def _misled(exercise: Exercise, wrong: Wrong) -> list[Outcome]:
    """Return what the wrong answer gives in each case."""
    answer = exercise.build(exercise.source(wrong.body))
    return [
        call(lambda rest=rest: exercise.run(answer, tuple(rest)), 1.0)
        for _, *rest in exercise.trials()
    ]


def _by_test(trial: Trial, rows: list[Row]) -> str:
    """Name the standard mistake that a failing test stands for."""
    outcomes = trial.run("float64")
    if outcomes[-1].failure == "OutOfTimeError":
        return "endless"
    if all(o.unusable == "None" for o in outcomes):
        printed = any(o.printed for o in outcomes)
        return "prints" if printed else "returns nothing"
    if code_of(trial.answer) is not None and _globals(trial):
        return "global"
    failed = next(row.test for row in rows if row.passed is False)
    if failed.startswith("values") and _all_zero(outcomes):
        return "zeros"
    return {
        "arguments unchanged": "in place",
        "the same when called again": "remembers",
    }.get(failed, "")


def _all_zero(outcomes: list[Outcome]) -> bool:
    return not any(
        np.any(ours)
        for o in outcomes
        for _, ours, _ in leaves(o.value, o.value)
    )
