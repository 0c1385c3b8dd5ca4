"""The exercises' checkers, proven: every right answer, every wrong one.

All of it runs over `EXERCISES`, so an exercise is tested by being there.
"""

import ast
import copy

import pytest

from nnlib.exercises import EXERCISES, check
from nnlib.exercises.checking import judge
from nnlib.exercises.exercise import cast
from nnlib.exercises.hints import STANDARD
from nnlib.exercises.mutants import mutants

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
    tree = ast.parse(exercise.source(exercise.solution))
    last = tree.body[-1].body[-1]
    tree.body[-1].body[-1] = ast.Expr(last.value)
    report = check(name, exercise.build(ast.unparse(tree)))
    assert report.mistake == "returns nothing"
    said = ast.Call(ast.Name("print", ast.Load()), [last.value], [])
    tree.body[-1].body[-1] = ast.Expr(said)
    source = ast.unparse(ast.fix_missing_locations(tree))
    report = check(name, exercise.build(source))
    assert report.mistake == "prints"
    assert report.printed


@every_function
def test_reading_an_array_of_the_page_is_noticed(name):
    """An argument that is not used, since a global has the same name."""
    exercise = EXERCISES[name]
    tree = ast.parse(exercise.source(exercise.solution))
    _, *arguments = next(exercise.trials())
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    argument, value = next(
        (argument, value)
        for argument, value in zip(tree.body[-1].args.args, arguments)
        if argument.arg in read and not callable(value)
    )
    leaked, argument.arg = argument.arg, "something_else"
    leaky = exercise.build(ast.unparse(tree), **{leaked: value})
    report = check(name, leaky)
    assert not report.passed
    assert report.mistake == "global"
    assert f"`{leaked}`" in report.hint


@every_exercise
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_solution_is_right_in_every_dtype(name, dtype):
    """Its own values lie well within the tolerance."""
    exercise = EXERCISES[name]
    for case in exercise.trials(dtype):
        exercise.run(exercise.answer, cast(case[1:], dtype))


# Mutants.


@pytest.mark.parametrize(("name", "number"), RIGHTS)
def test_mutants_are_rejected_save_the_listed_ones(name, number):
    """One operator, index, axis or constant is changed at a time."""
    exercise = EXERCISES[name]
    body = right(exercise, number)
    left = {
        line
        for line, source in mutants(exercise, body)
        if _passes(exercise, source)
    }
    assert left <= set(exercise.equivalent), left - set(exercise.equivalent)


def _passes(exercise, source):
    """Tell whether a mutant gets through; one that cannot run does not."""
    try:
        answer = exercise.build(source)
    except Exception:
        return False
    return judge(exercise, answer, seconds=0.3, explain=False).passed
