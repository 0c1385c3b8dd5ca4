"""What a quiz is made of: questions whose key is computed.

A question's ``key`` is a function that finds the right value; every option
states a value. So a test can tell that the one right option is right, and
that each wrong one is wrong, and comes from where it says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib.exercises import EXERCISES


@dataclass(frozen=True)
class Option:
    """An answer that the reader may choose.

    Attributes
    ----------
    text : what the reader sees, in Markdown, on one line.
    value : what the option claims, comparable with the question's key.
    why : what the reader is told who chooses it, in Markdown.
    mistake : of a wrong option: the misconception behind it, a name in
        `nnlib.flaws.FLAWS`, or "name of an exercise: name of a wrong answer".
    comes_from : of a wrong option: a function whose result is ``value``,
        the mistake carried out.
    """

    text: str
    value: Any
    why: str
    mistake: str = ""
    comes_from: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Question:
    """A question with three to five options, one of them right.

    Attributes
    ----------
    name : a few words, joined by hyphens; unique within the chapter.
    text : the question, in Markdown.
    options : in the order in which they are shown.
    key : finds the right value, by ``nnlib`` or NumPy.
    """

    name: str
    text: str
    options: tuple[Option, ...]
    key: Callable[[], Any]

    @property
    def right(self) -> Option:
        """The option whose value the key gives.

        Raises
        ------
        ValueError : none of them is right, or several are.
        """
        found = self.key()
        right = [o for o in self.options if agree(o.value, found)]
        if len(right) != 1:
            raise ValueError(
                f"question {self.name!r}: the key gives {found!r}, which "
                f"{len(right)} options say; it has to be one"
            )
        return right[0]


def agree(value: Any, found: Any) -> bool:
    """Say whether two values are the same, numbers to six digits."""
    if isinstance(value, str | bool) or isinstance(found, str | bool):
        return type(value) is type(found) and value == found
    value, found = np.asarray(value), np.asarray(found)
    return value.shape == found.shape and np.allclose(
        value, found, rtol=1e-6, atol=1e-12
    )


def mistaken(mistake: str, *arguments: Any) -> Any:
    """Return what a wrong answer of the banks gives for these arguments.

    ``mistake`` is "name of an exercise: name of a wrong answer".
    """
    name, _, which = mistake.partition(": ")
    exercise = EXERCISES[name]
    (wrong,) = [w for w in exercise.wrongs if w.name == which]
    answer = exercise.build(exercise.source(wrong.body))
    return exercise.run(answer, arguments)
