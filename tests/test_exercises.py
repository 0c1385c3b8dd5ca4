"""The exercises' checkers, proven: every right answer, every wrong one.

All of it runs over `EXERCISES`, so an exercise is tested by being there.
"""

import ast
import contextlib
import copy
import dataclasses
import itertools
import json
import sys
import time

import exercise_cells
import nbformat
import numpy as np
import pytest
from execute_notebooks import ROOT, as_text
from nbformat import v4

from nnlib.exercises import EXERCISES, check, proof
from nnlib.exercises.checking import judge
from nnlib.exercises.exercise import cast
from nnlib.exercises.hints import STANDARD
from nnlib.exercises.mutants import mutants
from nnlib.exercises.running import call

sys.path.insert(0, str(ROOT / "book/_static/live"))
import runner

TRIALS = json.loads((ROOT / "book/results/exercise_trials.json").read_text())
RIGHTS = [
    (name, number)
    for name, exercise in EXERCISES.items()
    for number in range(1 + len(exercise.rights))
]
WRONGS = [
    (name, wrong.name)
    for name, exercise in EXERCISES.items()
    for wrong in exercise.wrongs
]
FUNCTIONS = [n for n, exercise in EXERCISES.items() if exercise.is_function]
every_exercise = pytest.mark.parametrize("name", EXERCISES)
every_function = pytest.mark.parametrize("name", FUNCTIONS)


def right(exercise, number):
    """Return the body of a right answer; number 0 is the solution."""
    return [exercise.solution, *exercise.rights][number]


# The bank.


@every_exercise
def test_an_exercise_is_whole(name):
    """Three right answers, eight wrong ones, hints, and cases of each kind."""
    exercise = EXERCISES[name]
    assert exercise.name == name
    assert len(exercise.rights) >= 2
    assert len(exercise.wrongs) >= 8
    assert 2 <= len(exercise.hints) <= 3
    assert len(set(exercise.labels)) == len(exercise.labels)
    names = [wrong.name for wrong in exercise.wrongs]
    assert len(set(names)) == len(names)
    for wrong in exercise.wrongs:
        assert wrong.hint or wrong.name in STANDARD, wrong.name


@every_exercise
def test_a_stub_fits_a_cell(name):
    """With the line that checks it, at most 20 lines of 79 columns."""
    lines = EXERCISES[name].stub.splitlines()
    assert len(lines) <= 17
    assert max(map(len, lines)) <= 79


@every_exercise
def test_cases_are_the_same_each_time_and_differ_among_themselves(name):
    """Seeded by the exercise's name."""
    exercise = EXERCISES[name]
    again = copy.copy(exercise)
    assert repr([*again.trials()]) == repr([*exercise.trials()])
    values = [repr(case[1:]) for case in exercise.trials()]
    assert len(set(values)) == len(values)


@every_function
def test_the_right_answers_are_written_differently(name):
    """No two of them are the same but for layout."""
    exercise = EXERCISES[name]
    trees = {
        ast.dump(ast.parse(exercise.source(right(exercise, number))))
        for number in range(1 + len(exercise.rights))
    }
    assert len(trees) == 1 + len(exercise.rights)


# Right and wrong answers.


@pytest.mark.parametrize(("name", "number"), RIGHTS)
def test_a_right_answer_is_accepted(name, number):
    """In every dtype, with no hint."""
    exercise = EXERCISES[name]
    answer = exercise.build(exercise.source(right(exercise, number)))
    report = check(name, answer)
    assert report.passed, report
    assert (report.hint, report.mistake) == ("", "")


@pytest.mark.parametrize(("name", "mistake"), WRONGS)
def test_a_wrong_answer_is_rejected_with_its_own_hint(name, mistake):
    """The hint is that of this misconception and of no other."""
    exercise = EXERCISES[name]
    (wrong,) = [w for w in exercise.wrongs if w.name == mistake]
    report = check(name, exercise.build(exercise.source(wrong.body)))
    assert not report.passed, report
    assert report.mistake == mistake, report
    assert report.hint == (wrong.hint or STANDARD[mistake])


@every_exercise
def test_the_stub_is_told_that_it_is_not_solved(name):
    """No test passes on it, and none is said to fail."""
    exercise = EXERCISES[name]
    report = check(name, exercise.build(exercise.stub))
    assert not report.passed
    assert report.mistake == "unsolved"
    assert not report.rows


@every_function
def test_what_is_not_returned_is_missed(name):
    """Without its last `return`, an answer gives None."""
    exercise = EXERCISES[name]
    report = check(name, proof.without_return(exercise))
    assert report.mistake == "returns nothing"
    report = check(name, proof.without_return(exercise, prints=True))
    assert report.mistake == "prints"
    assert report.printed


@every_function
def test_reading_an_array_of_the_page_is_noticed(name):
    """An argument that is not used, since a global has the same name."""
    exercise = EXERCISES[name]
    leaky = proof.leaking(exercise)
    report = check(name, leaky)
    assert not report.passed
    assert report.mistake == "global"
    (leaked,) = (
        set(leaky.__globals__)
        - {"__name__", "__builtins__", "np"}
        - {exercise.answer_name}
    )
    assert f"`{leaked}`" in report.hint


@every_exercise
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_solution_is_right_in_every_dtype(name, dtype):
    """Its own values lie well within the tolerance."""
    exercise = EXERCISES[name]
    for case in exercise.trials(dtype):
        exercise.run(exercise.answer, cast(case[1:], dtype))


# Mutants.


@pytest.mark.parametrize(
    ("name", "number"), [right for right in RIGHTS if right[0] in FUNCTIONS]
)
def test_mutants_are_rejected_save_the_listed_ones(name, number):
    """One operator, index, axis or constant is changed at a time.

    Values are left out: another value that does what is asked is right.
    """
    exercise = EXERCISES[name]
    left = list(proof.survivors(exercise, right(exercise, number)))
    unlisted = set(left) - set(exercise.equivalent)
    assert not unlisted
    again = "run book/results/exercise_trials.py"
    stored = [m["left"] for m in TRIALS.get(name, {}).get("mutants", [])]
    assert stored[number : number + 1] == [left], again


@every_function
def test_listed_mutants_exist_and_are_accepted(name):
    """No entry of `equivalent` is out of date, and each has its reason."""
    exercise = EXERCISES[name]
    bodies = [exercise.solution, *exercise.rights]
    made = dict(pair for body in bodies for pair in mutants(exercise, body))
    for line, reason in exercise.equivalent.items():
        assert len(reason) > 5
        assert proof.survives(exercise, made[line]), line


def test_a_checker_with_a_hole_lets_a_mutant_through():
    """With a single sample, a sum is as good as a mean, and it shows."""
    exercise = EXERCISES["backpropagation/layer-gradients"]
    blind = dataclasses.replace(
        exercise, cases=lambda rng: [("one", np.ones((1, 2)), np.eye(1, 3))]
    )
    made = dict(mutants(blind, blind.solution))
    line = "return (A.T @ delta / len(A), delta.sum(axis=0))"
    assert proof.survives(blind, made[line])
    assert not proof.survives(exercise, made[line])


# Answers that are no answers. Each is given for a function of (A, delta).

NAME = "backpropagation/layer-gradients"


def raises(A, delta):
    """Raise, in a line that the report is to show."""
    return A @ delta[:, :, 0, 0]


def ends_never(A, delta):
    """Loop, and catch what can be caught."""
    while True:
        with contextlib.suppress(Exception):
            A = A + 0


def recurses(A, delta):
    """Call itself without end."""
    return recurses(A, delta)


def leaves(A, delta):
    """Try to end everything."""
    raise SystemExit


class CannotTellError(Exception):
    """An exception that raises when it is shown."""

    def __str__(self):
        raise RuntimeError("no")


def raises_in_secret(A, delta):
    """Raise what cannot be shown."""
    raise CannotTellError


class Liar(np.ndarray):
    """An array that lies about its shape and is equal to nothing."""

    shape = (4, 3)

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    __hash__ = None


class Stranger:
    """No array, and hostile to whoever looks."""

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")

    def __repr__(self):
        raise RuntimeError("no text")

    __hash__ = None


class LongList(list):
    """A list that says it is longer than it is, and never ends."""

    def __len__(self):
        return 10**9

    def __iter__(self):
        return itertools.repeat(0)


BAD = {
    "raises": (raises, "runs", "IndexError in line"),
    "loops": (ends_never, "runs", "too long"),
    "recurses": (recurses, "runs", "RecursionError"),
    "leaves": (leaves, "runs", "SystemExit"),
    "secret": (raises_in_secret, "runs", "cannot be shown"),
    "text": (lambda A, delta: "dW, db", "type", "a value of type str"),
    "one array": (lambda A, delta: A, "type", "got an array of shape"),
    "generator": (lambda A, delta: (x for x in A), "type", "generator"),
    "stranger": (lambda A, delta: (Stranger(), A), "type", "Stranger"),
    "objects": (
        lambda A, delta: (np.array([None]), A),
        "type",
        "dtype object",
    ),
    "complex": (lambda A, delta: (A * 1j, A), "type", "complex"),
    "long list": (lambda A, delta: LongList([A]), "type", "expected a list"),
    "three parts": (lambda A, delta: (A, A, A), "type", "list of 3"),
    "liar": (
        lambda A, delta: (np.ones((2, 2)).view(Liar), delta[0]),
        "shape",
        "(2, 2)",
    ),
    "nan": (
        lambda A, delta: (A.T @ delta * np.nan, delta[0]),
        "finite",
        "got nan",
    ),
    "too many arguments": (lambda A: A, "runs", "TypeError"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_answer_gets_a_report(kind):
    """The failing test, what was found, a hint, and no traceback of ours."""
    answer, test, words = BAD[kind]
    report = judge(EXERCISES[NAME], answer, seconds=0.3)
    (failed,) = [row for row in report.rows if row.passed is False]
    assert failed.test == test
    assert words in failed.found
    assert report.hint
    shown = repr(report) + report._repr_html_()
    assert "Traceback" not in shown
    assert "checking.py" not in shown


def test_the_readers_own_line_is_shown():
    """An error that is raised deep in NumPy names the line of the answer."""
    report = check(NAME, raises)
    assert "`return A @ delta[:, :, 0, 0]`" in report.rows[0].found


def test_a_loop_is_ended_and_the_trace_function_is_put_back():
    """Within the time that is given, with the hint for it."""
    before = sys.gettrace()
    began = time.monotonic()
    report = judge(EXERCISES[NAME], ends_never, seconds=0.2)
    assert time.monotonic() - began < 5
    assert report.mistake == "endless"
    assert sys.gettrace() is before


def test_a_deadline_that_passes_in_a_destructor_is_kept():
    """There Python swallows what is raised, and stops tracing."""

    class Slow:
        def __del__(self):
            for _ in range(10_000):
                pass

    def drops():
        for _ in range(3_000):
            Slow()

    before = sys.unraisablehook
    assert call(drops, seconds=0.2).failure == "OutOfTimeError"
    assert sys.unraisablehook is before


def test_what_is_printed_is_caught_and_reported(capsys):
    """A right answer may print; nothing of it gets out."""
    exercise = EXERCISES[NAME]

    def talks(A, delta):
        print("shape", A.shape)  # noqa: T201
        return exercise.answer(A, delta)

    report = check(NAME, talks)
    assert report.passed
    assert report.printed == "shape (7, 4)"
    assert "It printed: shape (7, 4)" in repr(report)
    assert capsys.readouterr().out == ""


def test_printing_without_end_is_ended():
    """Little of it is kept."""

    def floods(A, delta):
        while True:
            print("x" * 1000)  # noqa: T201

    report = judge(EXERCISES[NAME], floods, seconds=0.2)
    assert report.mistake == "endless"
    assert len(report.printed) <= 300


def test_an_answer_that_remembers_is_noticed():
    """Right at first, and other the second time."""
    exercise = EXERCISES[NAME]
    calls = []

    def tires(A, delta):
        calls.append(1)
        dW, db = exercise.answer(A, delta)
        return (dW, db) if len(calls) <= 8 else (2 * dW, db)

    report = check(NAME, tires)
    assert report.mistake == "remembers"


def test_a_result_instead_of_a_function_is_noticed():
    """And nothing at all is an exercise to be solved."""
    assert check(NAME, np.ones(3)).mistake == "not a function"
    assert check(NAME, None).mistake == "unsolved"
    value = "neuron-to-network/both-or-neither"
    assert check(value, lambda: 1).mistake == "not a value"
    assert check(value, [(None, None), (None, None)]).passed is False
    assert check(value, "text").passed is False


def test_a_stand_in_is_judged_like_a_function():
    """What passes the call on has no code to look into, and passes."""
    exercise = EXERCISES[NAME]

    class Proxy:
        def __call__(self, *args):
            return exercise.answer(*args)

    report = check(NAME, Proxy())
    assert report.passed
    assert "own arguments only" not in [row.test for row in report.rows]


def test_a_helper_of_the_page_may_be_used_and_is_looked_into():
    """A function is no data; an array that it reads is."""
    source = (
        "def mean(delta):\n    return delta.mean(axis=0) + extra\n"
        "def layer_gradients(A, delta):\n"
        "    return A.T @ delta / len(A), mean(delta)\n"
    )
    exercise = EXERCISES[NAME]
    clean = exercise.build(source.replace(" + extra", ""))
    assert check(NAME, clean).passed
    report = check(NAME, exercise.build(source, extra=0.0))
    assert report.mistake == "global"
    assert "`extra`" in report.hint


def test_an_unknown_name_lists_the_nearest():
    """A slip of the pen is met with a suggestion."""
    with pytest.raises(ValueError, match="backpropagation/output-delta"):
        check("backpropagation/output-detla", None)


# The report.


def test_a_report_is_a_table_that_needs_no_color():
    """Marks and words; what an answer printed is text and no markup."""
    exercise = EXERCISES[NAME]

    def talks(A, delta):
        print("<script>alert(1)</script>")  # noqa: T201
        return exercise.answer(A, delta)

    html = check(NAME, talks)._repr_html_()
    assert "<script>" not in html
    assert 'class="dataframe"' in html
    assert "✓ passed" in html
    assert f'data-exercise="{NAME}" data-passed="true"' in html
    assert "style=" not in html.replace("white-space: nowrap", "").replace(
        'style=""', ""
    )


def test_a_page_shows_the_report():
    """Run as a live cell, the answer's report arrives as HTML."""
    said = []
    session = runner.Session(lambda kind, text: said.append((kind, text)))
    assert session.run("import numpy as np\nfrom nnlib.exercises import check")
    body = "    return A.T @ delta, delta.sum(axis=0)\n"
    source = f"def f(A, delta):\n{body}check({NAME!r}, f)"
    assert session.run(source)
    ((kind, html),) = said
    assert kind == "html"
    assert "the cost is a mean" in html
    assert 'data-passed="false"' in html


@pytest.mark.parametrize("stem", exercise_cells.STEMS)
def test_the_page_has_what_the_bank_has(stem):
    """Statements, stubs, hints, solutions and reports, as the tool writes."""
    path = ROOT / f"book/{stem}.ipynb"
    stored = path.read_text(encoding="utf-8")
    nb = exercise_cells.written(nbformat.reads(stored, as_version=4), stem)
    assert as_text(nb) == stored, f"run tools/exercise_cells.py {stem}"


def test_the_section_goes_before_the_next_heading():
    """Even if a cell has to be cut for it; a second time changes nothing."""
    ending = "```{solution-end}\n```\n\n## Summary\n\nAll of it."
    nb = v4.new_notebook(
        cells=[
            v4.new_markdown_cell("## Exercises", id="a"),
            v4.new_markdown_cell(ending, id="summary"),
        ]
    )
    once = exercise_cells.written(nb, "costs")
    assert once.cells[1].source == "```{solution-end}\n```"
    assert once.cells[2].source.startswith("### Checked by the page")
    assert once.cells[-1].source == "## Summary\n\nAll of it."
    again = exercise_cells.written(copy.deepcopy(once), "costs")
    assert as_text(again) == as_text(once)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_answer_needs_two_cells_of_its_page(name):
    """NumPy and `check`: its arguments are its own, whatever the page has."""
    exercise = EXERCISES[name]
    page = ["import numpy as np", "from nnlib.exercises import check"]
    source = exercise.source(exercise.solution)
    taken = [a.arg for a in ast.parse(source).body[-1].args.args]
    page += [f"{name} = 1" for name in taken]
    mine = f"{source}check({name!r}, {exercise.answer_name})"
    assert set(runner.needed([*page, mine], len(page))) <= {0, 1}
