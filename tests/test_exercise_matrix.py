"""The matrix of the checks: what it says is so, and nothing is left out."""

import re

import exercise_matrix as page
import exercise_trials
import numpy as np
import pytest
from bs4 import BeautifulSoup
from execute_notebooks import ROOT

from nnlib.exercises import EXERCISES, check, proof
from nnlib.exercises.checking import judge
from nnlib.exercises.hints import STANDARD
from nnlib.exercises.mutants import mutants

BUILT = ROOT / "_build/html/book/checked-exercises.html"
AGAIN = "run book/results/exercise_trials.py"
# Two that do the same: found by the other's name.
ALIKE = {
    ("bias-row/bends", "zeros"): ["zeros", "no sigmoid"],
    ("costs/cross-entropy-from-z", "clipped"): ["clipped", "textbook form"],
    ("row-matrix/goes-with", "zeros"): ["always no", "always no"],
}
every_exercise = pytest.mark.parametrize("name", EXERCISES)


@pytest.fixture(scope="module")
def built():
    """Return the built page."""
    if not BUILT.exists():
        pytest.fail(f"no {BUILT}: run `make book` first")
    return BeautifulSoup(BUILT.read_text(encoding="utf-8"), "lxml")


def plain(text):
    """Return a text without what Markdown and typography make of it."""
    return " ".join(re.sub("[`*'’‘\"“”.…]", "", text).split())


# What is stored.


def test_every_exercise_was_tried_and_no_other():
    """In the order of the banks."""
    assert list(page.trials()) == list(EXERCISES), AGAIN


@every_exercise
def test_what_is_stored_is_found_again(name):
    """Every planted answer, in both dtypes, and every right one."""
    stored = {k: v for k, v in page.trials()[name].items() if k != "mutants"}
    assert exercise_trials.tried(EXERCISES[name]) == stored, AGAIN


@every_exercise
def test_the_stored_mutants_are_those_there_are(name):
    """As many as are made, and all that pass are listed with a reason.

    Which of them pass is found again in `test_exercises`.
    """
    exercise, stored = EXERCISES[name], page.trials()[name]["mutants"]
    if not exercise.is_function:
        assert stored == []
        return
    bodies = [exercise.solution, *exercise.rights]
    counts = [len(list(mutants(exercise, body))) for body in bodies]
    assert [m["made"] for m in stored] == counts, AGAIN
    left = {line for m in stored for line in m["left"]}
    assert left == set(exercise.equivalent), AGAIN


# What it says.


@every_exercise
def test_every_mistake_is_caught_with_its_own_hint(name):
    """In both dtypes, but for those that do what another one does."""
    trial = page.trials()[name]
    for mistake, found in (trial["wrongs"] | trial["common"]).items():
        expected = ALIKE.get((name, mistake), [mistake, mistake])
        assert found == expected, mistake
    assert all(r == ["accepted", "accepted"] for r in trial["rights"])


@every_exercise
def test_what_is_planted_everywhere(name):
    """Nothing is left out but for a reason."""
    exercise = EXERCISES[name]
    expected = set(proof.COMMON)
    if not exercise.is_function:
        expected = {"unsolved"}
    elif exercise.call is not None:  # the result is not what is judged
        expected -= {"zeros", "in place", "remembers"}
    elif exercise.may_change or "array(" not in repr([*exercise.trials()]):
        expected -= {"in place"}
    planted = set(page.trials()[name]["common"])
    own = {w.name for w in exercise.wrongs} & set(proof.COMMON)
    assert planted == expected | own


# How the trials are made.


def test_in_float32_nothing_else_comes_in():
    """An answer that looks at its arguments sees one dtype."""
    exercise = EXERCISES["costs/softmax"]
    seen = set()

    def watches(Z):
        seen.add(str(Z.dtype))
        return exercise.answer(Z)

    assert judge(proof.in_dtype(exercise, "float32"), watches).passed
    assert seen == {"float32"}


def test_a_mistake_that_only_float32_shows_is_caught_there_alone():
    """By its values there, and in the whole check only after float64."""
    exercise = EXERCISES["costs/softmax"]

    def coarse(Z):
        A = exercise.answer(Z)
        return A if Z.dtype == "float64" else A + 0.01

    def failed(report):
        return [row.test for row in report.rows if row.passed is False]

    single = proof.in_dtype(exercise, "float32")
    assert "values: 7 samples" in failed(judge(single, coarse))
    assert failed(check(exercise.name, coarse)) == ["values in float32"]


def test_there_are_two_dtypes():
    """Another one is refused."""
    with pytest.raises(ValueError, match="got 'float16'"):
        proof.in_dtype(EXERCISES["costs/softmax"], "float16")


def test_what_is_spoiled_and_what_tires_is_right_at_first():
    """The result of the first call is the solution's."""
    exercise = EXERCISES["backpropagation/layer-gradients"]
    _, *args = next(exercise.trials())
    kept = [a.copy() for a in args]
    right = exercise.answer(*args)
    for make in (proof.tiring, proof.spoiling):
        for ours, theirs in zip(make(exercise)(*args), right):
            assert np.array_equal(ours, theirs)
    assert not any(np.array_equal(a, b) for a, b in zip(args, kept))


# The signs, and the page.


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (["sign", "sign"], "✓"),
        (["sign", "uphill"], "✓ / ≈ uphill"),
        (["uphill", "uphill"], "≈ uphill"),
        (["sign", "accepted"], "✓ / ✗"),
        (["", ""], "✗"),
    ],
)
def test_a_sign_says_what_was_found(found, shown):
    """Its own hint, another's, none, or accepted."""
    assert page.signs("sign", found) == shown


def test_a_row_counts_what_came_out_as_it_should(monkeypatch):
    """One wrong answer without its hint, one right one refused, a mutant."""
    exercise = EXERCISES["costs/softmax"]
    good = page.row(exercise)
    trial = page.trials()[exercise.name]
    first = page.own(exercise)[0].name
    bad = {
        "common": {"unsolved": ["accepted", "unsolved"]},
        "wrongs": trial["wrongs"] | {first: [first, ""]},
        "rights": [["accepted", "sign"], *trial["rights"][1:]],
        "mutants": [{"made": 3, "left": ["x"]}],
    }
    monkeypatch.setattr(page, "trials", lambda: {exercise.name: bad})
    n, m = len(page.own(exercise)), len(trial["rights"])
    assert good[1:4] == ["7 of 7", f"{n} of {n}", f"{m} of {m}"]
    assert page.row(exercise) == [
        exercise.title,
        *("0 of 1", f"{n - 1} of {n}", f"{m - 1} of {m}", "2 of 3"),
    ]
    assert page.everywhere(exercise).startswith("unsolved ✗ / ✓, returns n")
    assert page.everywhere(exercise).endswith("remembers –")


def test_the_totals_are_those_of_the_tables():
    """Signs, right answers and mutants, added up another way."""
    text = " ".join(page.totals()).replace(",", "")
    trials = page.trials().values()
    planted = sum(len(t["wrongs"] | t["common"]) for t in trials)
    others = sum(
        one != mistake
        for (_, mistake), found in ALIKE.items()
        for one in found
    )
    made = sum(m["made"] for t in trials for m in t["mutants"])
    assert f"{planted} wrong answers" in text
    assert f"{2 * planted - others} of them ended with the mistake's" in text
    assert f"{others} with the hint of another mistake" in text
    assert "and 0 without being caught" in text
    assert f"Of {made} damaged right answers" in text


def test_the_page_shows_every_exercise_in_a_row(built):
    """With a sign or a count in each cell, and a header on each column."""
    rows = {}
    for table in built.select("article table"):
        header = [th.get_text().strip() for th in table.select("thead th")]
        assert all(header)
        if header == page.HEADER:
            for tr in table.select("tbody tr"):
                cells = [plain(td.get_text()) for td in tr.select("td")]
                rows[cells[0]] = cells
    expected = {
        plain(exercise.title): [*map(plain, page.row(exercise))]
        for exercise in EXERCISES.values()
    }
    assert rows == expected
    text = plain(built.get_text())
    for exercise in EXERCISES.values():
        line = f"{exercise.title}: {page.everywhere(exercise)}"
        assert plain(line) in text


def test_the_page_shows_every_wrong_answer_with_its_signs(built):
    """One line for each, in the table of its exercise."""
    shown = [
        [plain(td.get_text()) for td in tr.select("td")][:3]
        for table in built.select("article table")
        if "its hint" in table.select("thead")[0].get_text()
        for tr in table.select("tbody tr")
    ]
    expected = [
        [
            plain(w.name),
            *(page.sign(w.name, f) for f in trial["wrongs"][w.name]),
        ]
        for name, trial in page.trials().items()
        for w in page.own(EXERCISES[name])
    ]
    assert sorted(shown) == sorted(expected)


def test_every_sign_is_explained(built):
    """Each that stands in a table; and every common mistake has its hint."""
    terms = "".join(dt.get_text() for dt in built.select("article dt"))
    signs = {
        sign
        for place in built.select("article details :is(td, p)")
        for sign in re.findall("(?:^| )([✓≈✗–])(?= |,|$)", place.get_text())
    }
    assert {"✓", "≈", "–"} <= signs
    assert all(sign in terms for sign in signs)
    text = plain(built.get_text())
    assert all(plain(STANDARD[name]) in text for name in proof.COMMON)
