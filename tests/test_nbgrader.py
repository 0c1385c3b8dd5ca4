"""nbgrader itself takes the teacher's edition: it is asked, if it is there."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from nnlib.classroom import editions
from nnlib.classroom.child import Child
from nnlib.classroom.submission import chapter_exercises, grade

pytest.importorskip(
    "nbgrader",
    reason="nbgrader is not installed; `make test-classroom` does that",
)

CHAPTER = "backpropagation"


def nbgrader(*words, cwd):
    """Run one of nbgrader's commands; return what it said."""
    beside = os.path.dirname(sys.executable)  # it calls alembic by name
    own = {
        "HOME": str(cwd),
        "JUPYTER_NO_CONFIG": "1",
        "PATH": os.pathsep.join([beside, os.environ["PATH"]]),
    }
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | own,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Lay out a course whose source is the teacher's edition of a chapter."""
    folder = tmp_path_factory.mktemp("course")
    source = folder / "source" / "ps1"
    source.mkdir(parents=True)
    page = editions.notebook(CHAPTER, "teacher")
    (source / f"{CHAPTER}.ipynb").write_text(json.dumps(page))
    return folder


def test_its_schema_accepts_every_cell():
    """nbgrader's own check of the metadata passes for each chapter."""
    from nbgrader.nbgraderformat import MetadataValidator

    for chapter in editions.chapters():
        for edition in editions.EDITIONS:
            page = nbformat.from_dict(editions.notebook(chapter, edition))
            MetadataValidator().validate_nb(page)


def test_the_teachers_edition_validates(course):
    """`nbgrader validate` runs it and finds that all tests pass."""
    said = nbgrader("validate", f"source/ps1/{CHAPTER}.ipynb", cwd=course)
    assert "Success! Your notebook passes all the tests" in said


def test_what_it_releases_and_grades(course):
    """Released it has no solution; handed in solved it gets all points."""
    nbgrader("generate_assignment", "ps1", "--create", cwd=course)
    released = course / "release" / "ps1" / f"{CHAPTER}.ipynb"
    text = released.read_text()
    assert "BEGIN SOLUTION" not in text
    assert "HIDDEN" not in text
    for student, file in {"lee": released, "kim": None}.items():
        home = course / "submitted" / student / "ps1"
        home.mkdir(parents=True)
        file = file or course / "source" / "ps1" / f"{CHAPTER}.ipynb"
        shutil.copy(file, home / f"{CHAPTER}.ipynb")
    count = len(chapter_exercises(CHAPTER))
    handed = course / "submitted"
    for student, points in {"kim": count, "lee": 0}.items():
        path = handed / student / "ps1" / f"{CHAPTER}.ipynb"
        assert grade(path, Child).total == points
    nbgrader("autograde", "ps1", "--create", cwd=course)
    nbgrader("export", cwd=course)
    lines = (course / "grades.csv").read_text().splitlines()
    head = lines[0].split(",")
    scores = {}
    for line in lines[1:]:
        row = dict(zip(head, line.split(",")))
        scores[row["student_id"]] = float(row["score"])
    assert scores == {"kim": count, "lee": 0.0}
