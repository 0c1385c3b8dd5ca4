"""The instructor's guide names what there is, and all of it."""

import json
import re

import nbformat
import pytest
import teaching
from bs4 import BeautifulSoup
from execute_notebooks import ROOT, toc_notebooks

from nnlib.exercises import EXERCISES

PAGE = ROOT / "book" / "instructors-guide.md"
STEMS = [path.stem for path in toc_notebooks()]
PLANS = [
    [line.partition(":")[0] for line in plan.strip().splitlines()]
    for plan in re.findall(
        r"```\{session-plan\}\n(.*?)```", PAGE.read_text(), re.DOTALL
    )
]


@pytest.fixture(scope="module")
def built():
    """Return the built page."""
    path = ROOT / "_build/html/book/instructors-guide.html"
    if not path.exists():
        pytest.fail(f"no {path}: run `make book` first")
    return BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")


def test_the_plans_have_as_many_sessions_as_they_say():
    """Two, six and twelve; each chapter once, and each is a chapter."""
    assert [len(plan) for plan in PLANS] == [2, 6, 12]
    for plan in PLANS:
        names = [stem for line in plan for stem in teaching.stems(line)]
        assert len(set(names)) == len(names)
        assert set(names) <= set(STEMS)


def test_the_longest_plan_has_every_chapter_with_exercises():
    """In twelve sessions no checked exercise is left out."""
    names = {stem for line in PLANS[-1] for stem in teaching.stems(line)}
    named = names | set(re.findall(r"\[\]\((.*?)\.ipynb\)", PAGE.read_text()))
    assert {e.chapter for e in EXERCISES.values()} <= named


def test_the_running_times_are_of_these_notebooks():
    """Every chapter that teaches something was measured, above 0."""
    results = json.loads(teaching.TIMES.read_text())
    assert {"python", "numpy", "machine"} <= results["environment"].keys()
    for path in toc_notebooks():
        if teaching.goals(nbformat.read(path, as_version=4)):
            assert results["seconds"][path.stem]["processor"] > 0


def test_a_class_of_200_was_graded():
    """All of them; the right ones have all points, the hostile few."""
    run = json.loads(teaching.GRADING.read_text())
    assert run["notebooks"] == sum(run["mix"].values()) == 200
    assert run["mix"]["hostile"] >= 12
    assert run["points"]["unsolved"] == 0
    assert run["points"]["right"] > run["points"]["mixed"] > 0


@pytest.mark.parametrize(
    ("total", "text"), [(0.8, "1 s"), (99, "99 s"), (150, "2 min")]
)
def test_durations_are_told_in_words(total, text):
    """Seconds below a hundred, then minutes."""
    assert teaching.duration(total) == text


def test_goals_are_those_of_the_chapter():
    """The list in the box, and nothing behind it."""
    cell = nbformat.v4.new_markdown_cell(
        "# X\n```{admonition} You will be able to\n:class: note\n\n"
        "- count {glue:text}`n:d` slopes,\n- stop.\n```\n- not this"
    )
    nb = nbformat.v4.new_notebook(cells=[cell])
    assert teaching.goals(nb) == "- count all slopes,\n- stop."
    assert teaching.title(nb) == "X"


def test_the_page_has_numbers_for_every_session(built):
    """Each row of each plan: minutes, seconds, exercises; none is empty."""
    tables = [t for t in built.find_all("table") if "read before" in t.text]
    assert len(tables) == 3
    for table, plan in zip(tables, PLANS):
        rows = table.find("tbody").find_all("tr")
        assert len(rows) == len(plan)
        for row in rows:
            cells = [cell.get_text().strip() for cell in row.find_all("td")]
            assert int(cells[2]) > 0
            assert re.fullmatch(r"\d+ (s|min)", cells[3])
            assert int(cells[4]) >= 0


def test_the_page_names_every_misconception(built):
    """Every wrong answer that an exercise knows is listed by its name."""
    text = " ".join(built.get_text().split()).replace("’", "'")
    for exercise in EXERCISES.values():
        for wrong in exercise.wrongs:
            assert wrong.name in text
