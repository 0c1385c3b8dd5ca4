"""The quizzes: keys are computed, wrong options are known mistakes."""

import re

import pytest
from execute_notebooks import ROOT

from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question, agree
from nnlib.exercises.quizzes import QUIZZES
from nnlib.flaws import FLAWS

QUESTIONS = [
    pytest.param(question, id=f"{stem}/{question.name}")
    for stem, questions in QUIZZES.items()
    for question in questions
]
MISCONCEPTIONS = {
    f"{name}: {wrong.name}"
    for name, exercise in EXERCISES.items()
    for wrong in exercise.wrongs
} | set(FLAWS)


@pytest.mark.parametrize("stem", QUIZZES)
def test_a_chapter_has_three_to_five_questions(stem):
    """Each of another name."""
    assert (ROOT / "book" / f"{stem}.ipynb").exists()
    assert 3 <= len(QUIZZES[stem]) <= 5
    assert len({q.name for q in QUIZZES[stem]}) == len(QUIZZES[stem])


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_key_finds_one_option(question):
    """`right` refuses a key that none or several of them give."""
    assert question.right in question.options
    assert 3 <= len(question.options) <= 5
    assert len({o.text for o in question.options}) == len(question.options)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_wrong_option_is_a_known_mistake(question):
    """It is named in the book, or it can be carried out, or both."""
    for option in question.options:
        if option is question.right:
            assert not option.mistake
            assert option.comes_from is None
            continue
        assert option.mistake or option.comes_from, option.text
        if option.mistake:
            assert option.mistake in MISCONCEPTIONS, option.mistake
        if option.comes_from:
            assert agree(option.value, option.comes_from()), option.text


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_option_has_an_answer_of_its_own(question):
    """Two sentences do not do for two mistakes."""
    whys = [option.why for option in question.options]
    assert len(set(whys)) == len(whys)
    assert all(len(why) > 20 and why[-1] in ".?!`*$" for why in whys)
    assert not any("\n" in option.text for option in question.options)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_option_has_words(question):
    """A formula alone is no name that a screen reader could say."""
    for option in question.options:
        assert re.search(r"\w", re.sub(r"\$[^$]*\$", "", option.text))


@pytest.mark.parametrize("stem", QUIZZES)
def test_the_page_shows_its_quiz_once(stem):
    """In the chapter's notebook, and in the chapter's alone."""
    shown = [
        path.stem
        for path in (ROOT / "book").glob("*.ipynb")
        for _ in re.findall(
            rf"```{{quiz}} {stem}\b(?!-)", path.read_text("utf-8")
        )
    ]
    assert shown == [stem]


def test_a_wrong_key_is_refused():
    """A key that none of the options gives, and one that two give."""
    options = tuple(Option(str(i), i, "It is so.") for i in (1, 2))
    with pytest.raises(ValueError, match="gives 3, which 0 options say"):
        Question("none", "?", options, lambda: 3).right  # noqa: B018
    both = (*options, Option("one", 1, "It is so."))
    with pytest.raises(ValueError, match="which 2 options say"):
        Question("two", "?", both, lambda: 1).right  # noqa: B018


@pytest.mark.parametrize(
    ("value", "found", "same"),
    [
        (0.5, 0.5 + 1e-9, True),
        (0.5, 0.6, False),
        (10, 10.0, True),
        ("a", "a", True),
        ("a", "b", False),
        (True, 1, False),
    ],
)
def test_values_agree_to_six_digits(value, found, same):
    """Words and truth values agree when they are equal, in kind as well."""
    assert agree(value, found) is same
