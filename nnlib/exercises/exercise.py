"""What an exercise is made of.

All answers to one exercise, the right ones and the wrong ones, share the
``header``: the ``def`` line and the docstring that the reader is given.
What an exercise keeps of each answer is its ``body`` alone.
"""

from __future__ import annotations

import ast
import copy
import linecache
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from textwrap import dedent, indent
from typing import Any

import numpy as np

from nnlib.exercises.running import plain

Case = tuple[Any, ...]  # a label, then the arguments

# Sizes that most exercises do well with: label, samples, inputs, outputs.
# A transposed array shows where all differ, and acts where they are equal.
SIZES = (
    ("7 samples", 7, 4, 3),
    ("one sample", 1, 4, 3),
    ("as many units as inputs", 5, 3, 3),
    ("all sizes equal", 3, 3, 3),
)


@dataclass(frozen=True)
class Wrong:
    """A wrong answer, named by its misconception.

    ``body`` is the whole body, or {old: new, ...}: what stands in the
    solution, and what stands there instead. A standard mistake, one of
    `hints.STANDARD`, needs no hint.
    """

    name: str
    body: str | dict[str, str]
    hint: str = ""


@dataclass(frozen=True)
class Gradient:
    """What an answer claims to be: slopes of ``cost``.

    ``cost`` takes the arguments of a case and returns one number; it must
    take complex numbers. ``wrt`` are the places of the arguments that the
    slopes are for, in the order in which the answer returns them.
    """

    cost: Callable[..., Any]
    wrt: tuple[int, ...]


@dataclass(frozen=True)
class Exercise:
    """An exercise, its right and wrong answers, and how to tell them apart.

    Attributes
    ----------
    name : "stem-of-the-chapter/what-it-is".
    title : a few words.
    statement : what is asked, in Markdown.
    header : the ``def`` line and docstring that the reader gets. Where a
        value is asked for: one line of comment.
    solution, rights : bodies of right answers; two or more ``rights``.
        Where a value is asked for: ``answer = ...``.
    wrongs : the misconceptions.
    hints : two or three for the reader to open, the first a nudge, the last
        almost the answer.
    cases : ``cases(rng)`` yields (label, argument, argument, ...); some
        with one sample, some with equal sizes, most with unequal ones.
    call : ``call(answer, *arguments)``, what is compared with the same of
        the solution; ``answer(*arguments)`` if left out.
    gradient : where the answer is a gradient, of what.
    tolerance : largest relative difference, in each dtype.
    may_change : whether the answer may change its arguments.
    equivalent : mutants (see `mutants`) that are right, and why.
    """

    name: str
    title: str
    statement: str
    header: str
    solution: str
    rights: tuple[str, ...]
    wrongs: tuple[Wrong, ...]
    hints: tuple[str, ...]
    cases: Callable[[np.random.Generator], Iterable[Case]]
    call: Callable[..., Any] | None = None
    gradient: Gradient | None = None
    tolerance: dict[str, float] = field(
        default_factory=lambda: {"float64": 1e-9, "float32": 1e-3}
    )
    may_change: bool = False
    equivalent: dict[str, str] = field(default_factory=dict)

    @property
    def chapter(self) -> str:
        """The stem of the chapter's file."""
        return self.name.partition("/")[0]

    @property
    def is_function(self) -> bool:
        """Whether a function or a class is asked for, not a value."""
        return clean(self.header).startswith(("def ", "class "))

    @property
    def answer_name(self) -> str:
        """The name of what is asked for, in the sources."""
        if not self.is_function:
            return "answer"
        return clean(self.header).split()[1].partition("(")[0].rstrip(":")

    @property
    def stub(self) -> str:
        """The source that the reader begins with."""
        empty = "raise NotImplementedError" if self.is_function else ""
        return self.source(empty or "answer = None")

    def source(self, body: str | dict[str, str]) -> str:
        """Return the whole source of the answer that has this body."""
        if isinstance(body, dict):
            edits, body = body, clean(self.solution)
            for old, new in edits.items():
                if body.count(old) != 1:
                    raise ValueError(f"{self.name}: {old!r} is not there once")
                body = body.replace(old, new)
        by = "    " if self.is_function else ""
        return f"{clean(self.header)}\n{indent(clean(body), by)}\n"

    def build(self, source: str, **names: Any) -> Any:
        """Run a source, beside ``names``, and return the answer in it."""
        return build(source, self.answer_name, **names)

    @cached_property
    def answer(self) -> Any:
        """The solution, ready to be called."""
        return self.build(self.source(self.solution))

    def run(self, answer: Any, arguments: Case) -> Any:
        """Return what ``answer`` gives for these arguments."""
        if self.call is not None:
            return self.call(answer, *arguments)
        return answer(*arguments)

    @property
    def labels(self) -> list[str]:
        """The names of the cases."""
        return [label for label, *_ in self._trials["float64"]]

    def trials(self, dtype: str = "float64") -> Iterator[Case]:
        """Yield the seeded cases, their arrays in ``dtype``, as copies."""
        yield from (cast(case, dtype) for case in self._trials[dtype])

    @cached_property
    def _trials(self) -> dict[str, list[Case]]:
        rng = np.random.default_rng(zlib.crc32(self.name.encode()))
        cases = list(self.cases(rng))
        return {
            dtype: [(label, *cast(rest, dtype)) for label, *rest in cases]
            for dtype in ("float64", "float32")
        }

    @cached_property
    def expected(self) -> dict[str, list[Any]]:
        """What the solution gives in each case, in float64, by dtype."""
        return {
            dtype: [
                plain(self.run(self.answer, cast(case[1:], "float64")))
                for case in self._trials[dtype]
            ]
            for dtype in ("float64", "float32")
        }


def clean(source: str) -> str:
    """Return a source without its common indent and its outer blank lines."""
    return dedent(source).strip("\n").rstrip()


def build(source: str, name: str, **names: Any) -> Any:
    """Run a source that knows NumPy as np; return what it calls ``name``.

    The source's lines are kept, so that an error can show them.
    """
    filename = f"<answer {zlib.crc32(source.encode()):08x}>"
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)
    namespace = {"__name__": "__main__", "np": np, **names}
    exec(compile(ast.parse(source), filename, "exec"), namespace)
    return namespace[name]


def cast(value: Any, dtype: str) -> Any:
    """Return ``value`` with every array of floats in ``dtype``, copied."""
    if isinstance(value, np.ndarray):
        kind = value.dtype.kind
        return value.astype(dtype) if kind == "f" else value.copy()
    if isinstance(value, dict):
        return {key: cast(part, dtype) for key, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):  # a Layer
        return type(value)(*(cast(part, dtype) for part in value))
    if isinstance(value, list | tuple):
        return type(value)(cast(part, dtype) for part in value)
    if isinstance(value, str | float | int) or callable(value):
        return value
    return copy.deepcopy(value)  # such as a generator
