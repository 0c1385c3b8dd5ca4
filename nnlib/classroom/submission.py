"""One submission: what is in it, and what each of its answers is worth."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import stat
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from nnlib.classroom.sandbox import (
    BrokenSandboxError,
    Far,
    Sandbox,
)
from nnlib.exercises import EXERCISES
from nnlib.exercises.checking import judge
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.hints import STANDARD
from nnlib.exercises.report import Report, Row
from nnlib.exercises.running import OutOfTimeError

FILE_LIMIT = 5_000_000  # bytes of a notebook
CELL_LIMIT = 1000  # cells in it
Opener = Callable[[float], Sandbox]  # seconds -> a sandbox


class UnreadableError(ValueError):
    """A file that is no notebook, or none of ours."""


@dataclass(frozen=True)
class Cell:
    """A code cell of a submission."""

    number: int
    source: str
    exercise: str = ""


@dataclass
class Result:
    """What one notebook came to.

    Attributes
    ----------
    student, notebook : whose it is, and the file's name.
    reports : of each exercise that counts, in order.
    unseen : of each exercise, whether the answer holds on other numbers
        than those of the visible check; None if that was not tried.
    note : what is to be said of the notebook as a whole.
    seconds : how long it took.
    """

    student: str
    notebook: str
    reports: dict[str, Report] = field(default_factory=dict)
    unseen: dict[str, bool | None] = field(default_factory=dict)
    note: str = ""
    seconds: float = 0.0

    def points(self, name: str) -> int:
        """Return 1 if the answer passed all there is, else 0."""
        return int(self.unseen.get(name) is True)

    @property
    def total(self) -> int:
        """The points of all exercises."""
        return sum(map(self.points, self.reports))

    def as_json(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Return what `as_json` wrote down."""
        data = json.loads(text)
        for name, report in data["reports"].items():
            rows = [Row(**row) for row in report.pop("rows")]
            data["reports"][name] = Report(rows=rows, **report)
        return cls(**data)


def grade_id(name: str) -> str:
    """Return an exercise's name as nbgrader takes names: no slash."""
    return name.replace("/", "--")


def chapter_exercises(chapter: str) -> list[str]:
    """Return the names of a chapter's exercises, in order."""
    return [name for name in EXERCISES if name.startswith(f"{chapter}/")]


def read(path: Path) -> list[Cell]:
    """Return the student's code cells.

    Cells that were handed out locked are left out: they are ours.

    Raises
    ------
    UnreadableError : the file is no notebook, or too large for one.
    """
    about = os.lstat(path)
    if not stat.S_ISREG(about.st_mode):
        raise UnreadableError("it is no ordinary file")
    if about.st_size > FILE_LIMIT:
        raise UnreadableError(f"it is larger than {FILE_LIMIT:,} bytes")
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        if len(cells) > CELL_LIMIT:
            raise UnreadableError(f"it has more than {CELL_LIMIT} cells")
        return [
            found
            for number, cell in enumerate(cells, 1)
            if (found := _cell(number, cell))
        ]
    except UnreadableError:
        raise
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise UnreadableError("it is no notebook") from None


def _cell(number: int, cell: dict[str, Any]) -> Cell | None:
    if cell["cell_type"] != "code":
        return None
    ours = cell.get("metadata", {}).get("nbgrader", {})
    if ours.get("locked"):
        return None
    known = {grade_id(name): name for name in EXERCISES}
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    plain = re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", text)  # no magic inside
    name = known.get(ours.get("grade_id"), "") if ours.get("solution") else ""
    return Cell(number, plain, name)


def expected(cells: Sequence[Cell], assignment: Path | None) -> list[str]:
    """Return the exercises that count.

    Those of the notebook handed out, if it is given; else all of the
    chapters that the submission has an exercise of.

    Raises
    ------
    UnreadableError : the submission has none of our cells.
    """
    if assignment is not None:
        handed = [cell.exercise for cell in read(assignment) if cell.exercise]
        return list(dict.fromkeys(handed))
    chapters = {cell.exercise.partition("/")[0] for cell in cells} - {""}
    if not chapters:
        raise UnreadableError("it has none of the cells that were handed out")
    return [name for name in EXERCISES if name.partition("/")[0] in chapters]


@cache
def reseeded(name: str, seed: int) -> Exercise:
    """Return the exercise with other numbers in its cases.

    Numbers may be unlucky: a slope that float32 takes for 0, say. So those
    are taken with which every right answer of the exercise passes.

    Raises
    ------
    RuntimeError : there are none.
    """
    exercise = EXERCISES[name]
    bodies = (exercise.solution, *exercise.rights)
    rights = [exercise.build(exercise.source(body)) for body in bodies]
    for number in range(100):
        key = [seed, number, zlib.crc32(name.encode())]
        other = replace(exercise, cases=partial(_redrawn, exercise, key))
        if all(judge(other, right, explain=False).passed for right in rights):
            return other
    raise RuntimeError(f"{name}: no numbers suit all its right answers")


def _redrawn(exercise: Exercise, key: list[int], rng: Any) -> Any:
    return exercise.cases(np.random.default_rng(key))


def unseen(name: str, answer: Any, seed: int) -> bool:
    """Tell whether an answer holds on other numbers than `check` has.

    This is what the hidden tests of the teacher's edition call.
    """
    return judge(reseeded(name, seed), answer, explain=False).passed


class Attempt:
    """A submission under way: its sandbox, renewed whenever it is killed."""

    def __init__(self, opener: Opener, seconds: float) -> None:
        self.opener, self.ends = opener, time.monotonic() + seconds
        self.good: list[Cell] = []
        self.box: Sandbox | None = None

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.ends - time.monotonic()

    def living(self) -> Sandbox:
        """Return a sandbox in which the good cells have run."""
        if self.box is None or self.box.dead:
            if self.left <= 0:
                raise OutOfTimeError("no time is left")
            self.box = self.opener(self.left)
            for cell in self.good:
                self.box.run(cell.source, f"<cell {cell.number}>")
        return self.box

    def run(self, cell: Cell) -> str:
        """Run a cell; return what went wrong, empty if nothing did."""
        try:
            self.living().run(cell.source, f"<cell {cell.number}>")
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if type(error).__name__ == "MemoryError":  # what it holds, goes
                self.close()
                self.box = None
            return f"{type(error).__name__}: {error}"
        self.good.append(cell)
        return ""

    def close(self) -> None:
        """End it."""
        if self.box is not None and not self.box.dead:
            self.box.close()


def grade(
    path: Path,
    opener: Opener,
    student: str = "",
    seconds: float = 120.0,
    seed: int = 0,
    assignment: Path | None = None,
) -> Result:
    """Grade one notebook; nothing that is in it gets out.

    Parameters
    ----------
    path : the notebook.
    opener : opens a sandbox for so many seconds.
    student : whose it is.
    seconds : for all of it.
    seed : of the numbers that the student has not seen.
    assignment : the notebook that was handed out.
    """
    started = time.monotonic()
    result = Result(student or path.stem, path.name)
    attempt = Attempt(opener, seconds)
    try:
        cells = read(path)
        names = expected(cells, assignment)
        result.reports = {name: _missing(name) for name in names}
        with contextlib.redirect_stdout(io.StringIO()):
            _walk(attempt, cells, result, seed)
    except (UnreadableError, OSError) as error:
        result.note = f"Not graded: {error}."
    finally:
        attempt.close()
    result.seconds = round(time.monotonic() - started, 3)
    return result


def _walk(
    attempt: Attempt, cells: Sequence[Cell], result: Result, seed: int
) -> None:
    """Run the cells in order, and judge each answer where it stands."""
    for cell in cells:
        wrong = attempt.run(cell)
        if cell.exercise in result.reports:
            report, holds = (
                (_raised(cell, wrong), None)
                if wrong
                else examine(attempt, EXERCISES[cell.exercise], seed)
            )
            result.reports[cell.exercise] = report
            result.unseen[cell.exercise] = holds
        elif wrong:
            result.note += f"Cell {cell.number}: {wrong} "
        if attempt.left <= 0:
            result.note += "Its time was over before its end was reached."
            return


def _missing(name: str) -> Report:
    hint = "There is no answer to this one in the notebook."
    return Report(name, EXERCISES[name].title, [], hint, "unsolved")


def _raised(cell: Cell, wrong: str) -> Report:
    title = EXERCISES[cell.exercise].title
    row = Row("the cell runs", False, wrong[:300])
    return Report(cell.exercise, title, [row])


def examine(
    attempt: Attempt, exercise: Exercise, seed: int
) -> tuple[Report, bool | None]:
    """Return the report on an answer, and whether it holds elsewhere."""
    try:
        box = attempt.living()
        answer = box.take(exercise.answer_name)
        margin = attempt.left + 5  # the sandbox keeps the time
        report = judge(exercise, answer, margin)
        if isinstance(answer, Far) and not box.dead:
            report = _with_borrowed(report, box.borrowed(answer))
        if not report.passed:
            return report, None
        other = reseeded(exercise.name, seed)
        return report, judge(other, answer, margin, explain=False).passed
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        row = Row("runs", False, f"{type(error).__name__}: {error}"[:300])
        return Report(exercise.name, exercise.title, [row]), None


def _with_borrowed(report: Report, names: list[str]) -> Report:
    """Add the one test that looks inside an answer, done in there."""
    if not names or report.mistake:
        return report
    found = f"it reads {', '.join(f'`{name}`' for name in names)}"
    return replace(
        report,
        rows=[*report.rows, Row("own arguments only", False, found)],
        hint=STANDARD["global"],
        mistake="global",
    )


__all__ = ["BrokenSandboxError", "Result", "grade", "read", "unseen"]
