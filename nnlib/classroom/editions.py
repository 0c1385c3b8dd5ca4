"""Notebooks to hand out: two editions, both made from the exercises.

The teacher's edition is what nbgrader calls the source: solutions between
``### BEGIN SOLUTION`` and ``### END SOLUTION``, hidden tests between their
own marks, and what to expect of each exercise. The student's edition is the
same without all three.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

from nnlib.classroom.submission import chapter_exercises, grade_id
from nnlib.exercises import EXERCISES, Exercise
from nnlib.exercises.exercise import clean
from nnlib.exercises.hints import STANDARD

Notebook = dict[str, Any]
EDITIONS = ("student", "teacher")
SEED = 20260101  # of the hidden tests' numbers
DATE = (1980, 1, 1, 0, 0, 0)  # of every file in a zip: same bytes each time
SETUP = """
import numpy as np

from nnlib.exercises import check
"""
HOW = """
Replace the last line of each answer by your own, and run the cell below it.
The check tells you what it found, and where your answer behaves like a known
mistake, which one it is. Leave the names of the functions as they are. An
answer uses its own arguments and NumPy, as `np`.
"""
TEST = """
verdict = check("{name}", {answer})
assert verdict.passed, verdict
verdict
"""
HIDDEN = """
### BEGIN HIDDEN TESTS
from nnlib.classroom import unseen
assert unseen("{name}", {answer}, seed={seed}), "it fails on other numbers"
### END HIDDEN TESTS
"""


def chapters() -> list[str]:
    """Return the chapters that have exercises."""
    return list(dict.fromkeys(e.chapter for e in EXERCISES.values()))


def notebook(chapter: str, edition: str, seed: int = SEED) -> Notebook:
    """Return the notebook of a chapter's exercises.

    Parameters
    ----------
    chapter : one of `chapters()`.
    edition : "student" or "teacher".
    seed : of the numbers in the hidden tests.

    Raises
    ------
    ValueError : there is no such chapter or edition.
    """
    if chapter not in chapters():
        raise ValueError(
            f"no exercises in {chapter!r}; there are {', '.join(chapters())}"
        )
    if edition not in EDITIONS:
        raise ValueError(f"edition must be one of {EDITIONS}, not {edition!r}")
    title = chapter.replace("-", " ").capitalize()
    cells = [
        _text("title", f"# Exercises: {title}\n\n{dedent(HOW).strip()}"),
        _code("setup", SETUP, locked=True),
    ]
    for name in chapter_exercises(chapter):
        cells += _exercise_cells(EXERCISES[name], edition, seed)
    language = {"name": "python", "file_extension": ".py"}
    kernel = {"name": "python3", "display_name": "Python 3"}
    kernel["language"] = "python"
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": language},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _exercise_cells(
    exercise: Exercise, edition: str, seed: int
) -> Iterator[dict[str, Any]]:
    name, key = exercise.name, grade_id(exercise.name)
    teacher = edition == "teacher"
    body = f"## {exercise.title}\n\n{_statement(exercise)}"
    yield _text(f"{key}--text", body)
    source = _solved(exercise) if teacher else exercise.stub
    yield _code(key, source, solution=True)
    fields = {"name": name, "answer": exercise.answer_name, "seed": seed}
    test = TEST + (HIDDEN if teacher else "")
    yield _code(f"{key}--check", test.format(**fields), locked=True, points=1)
    if teacher:
        yield _text(f"{key}--expect", _to_expect(exercise))


def _statement(exercise: Exercise) -> str:
    """Return what is asked, without the book's links."""
    text = clean(exercise.statement)
    text = re.sub(r"(\w*quation) \{eq\}`eq-[^`]*`", r"the chapter's \1", text)
    text = re.sub(r"\{\w+\}`([^`<]*)(<[^>]*>)?`", r"*\1*", text)
    return re.sub(r"(?<=[.?!] )the c|\Athe c", "The c", text)


def _solved(exercise: Exercise) -> str:
    """Return the answer's source, the solution between nbgrader's marks."""
    body = clean(exercise.solution)
    marked = f"### BEGIN SOLUTION\n{body}\n### END SOLUTION"
    return exercise.source(marked)


def _to_expect(exercise: Exercise) -> str:
    """Return the misconceptions and the hints, for the teacher to read."""
    lines = [
        f"* *{wrong.name}*: {wrong.hint or STANDARD[wrong.name]}"
        for wrong in exercise.wrongs
    ]
    hints = [f"{i}. {hint}" for i, hint in enumerate(exercise.hints, 1)]
    return "\n".join(
        ["**To expect**", "", *lines, "", "**Hints to give**", "", *hints]
    )


def _text(key: str, source: str) -> dict[str, Any]:
    """Return a cell of text, which the student cannot alter."""
    metadata = _nbgrader(key, locked=True)
    return _cell("markdown", key, source, metadata)


def _code(
    key: str,
    source: str,
    locked: bool = False,
    solution: bool = False,
    points: int | None = None,
) -> dict[str, Any]:
    metadata = _nbgrader(key, locked, solution, points)
    cell = _cell("code", key, source, metadata)
    return cell | {"execution_count": None, "outputs": []}


def _cell(
    kind: str, key: str, source: str, metadata: dict[str, Any]
) -> dict[str, Any]:
    lines = source.strip("\n").splitlines(keepends=True)
    return {
        "cell_type": kind,
        "id": key[-64:].strip("-"),
        "metadata": {
            "deletable": False,
            "editable": not metadata["locked"],
            "nbgrader": metadata,
        },
        "source": lines,
    }


def _nbgrader(
    key: str,
    locked: bool = False,
    solution: bool = False,
    points: int | None = None,
) -> dict[str, Any]:
    """Return a cell's metadata in nbgrader's words, version 3."""
    graded = {} if points is None else {"points": points}
    return {
        "grade": points is not None,
        "grade_id": key,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    } | graded


def answered(chapter: str, answers: dict[str, str]) -> Notebook:
    """Return a student's notebook in which some exercises are answered.

    Parameters
    ----------
    chapter : one of `chapters()`.
    answers : for names of exercises, the source of the answer's cell.
    """
    page = notebook(chapter, "student")
    sources = {grade_id(name): source for name, source in answers.items()}
    for cell in page["cells"]:
        key = cell["metadata"]["nbgrader"]["grade_id"]
        cell["source"] = sources.get(key, cell["source"])
    return page


def write(folder: Path, seed: int = SEED) -> list[Path]:
    """Write all notebooks, and a zip of each edition; return the files."""
    written = []
    for edition in EDITIONS:
        files = {}
        for number, chapter in enumerate(chapters(), 1):
            page = notebook(chapter, edition, seed)
            text = json.dumps(page, ensure_ascii=False, indent=1) + "\n"
            files[f"{number:02}-{chapter}/{chapter}.ipynb"] = text
        written += [
            _written(folder / edition / name, text)
            for name, text in files.items()
        ]
        written.append(_zipped(folder / f"{edition}.zip", edition, files))
    return written


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _zipped(path: Path, edition: str, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{edition}/{name}", DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return path
