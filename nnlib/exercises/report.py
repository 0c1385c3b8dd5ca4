"""What a check found: text in a terminal, a table on a page."""

from __future__ import annotations

import html
import re
import textwrap
from dataclasses import dataclass, field

from nnlib.tables import Table

MARKS = {True: "✓ passed", False: "✗ FAILED", None: "– not tried"}


@dataclass(frozen=True)
class Row:
    """One test: whether it passed (None: not tried), and what was found."""

    test: str
    passed: bool | None
    found: str = ""


@dataclass(frozen=True)
class Report:
    """The verdict on one answer.

    Attributes
    ----------
    name, title : the exercise's.
    rows : the tests, in order; none for an answer not begun.
    hint : what to look at, empty if all passed.
    mistake : the name of the misconception, if it is a known one.
    printed : what the answer printed.
    """

    name: str
    title: str
    rows: list[Row] = field(default_factory=list)
    hint: str = ""
    mistake: str = ""
    printed: str = ""

    @property
    def passed(self) -> bool:
        """Whether every test passed."""
        return bool(self.rows) and all(row.passed for row in self.rows)

    @property
    def verdict(self) -> str:
        """The first line."""
        if self.passed:
            return "✓ Passed"
        return "✗ Not yet" if self.rows else "○ To be solved"

    def _notes(self) -> list[tuple[str, str]]:
        notes = [("It printed", self.printed), ("Hint", self.hint)]
        return [(name, text) for name, text in notes if text]

    def _shown(self) -> list[Row]:
        """The rows, with those that were not tried made into one."""
        left = [row.test for row in self.rows if row.passed is None]
        rest = [Row(f"{len(left)} more", None, ", ".join(left))]
        tried = [row for row in self.rows if row.passed is not None]
        return tried + (rest if left else [])

    def _table(self) -> Table:
        rows = [(r.test, MARKS[r.passed], r.found) for r in self._shown()]
        return Table(("test", "verdict", "what was found"), rows)

    def __repr__(self) -> str:
        if not self.rows:
            return "\n".join(textwrap.wrap(f"{self.verdict}. {self.hint}", 79))
        lines = [f"{self.verdict}: {self.title} ({self.name})"]
        for row in self._shown():
            lines.append(f"  {MARKS[row.passed]:<12} {row.test}")
            lines += textwrap.wrap(
                row.found,
                79,
                initial_indent=" " * 15,
                subsequent_indent=" " * 15,
            )
        for name, text in self._notes():
            lines += textwrap.wrap(f"{name}: {text}", 79)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        if self.rows:
            inside = f"<p>{_strong(self.verdict)}: {html.escape(self.title)}"
            inside += f"</p>{self._table()._repr_html_()}"
            for name, text in self._notes():
                inside += f"<p>{_strong(name)}: {_marked_up(text)}</p>"
        else:
            inside = f"<p>{_strong(self.verdict)}. {_marked_up(self.hint)}</p>"
        return (
            f'<div class="exercise-report" data-exercise="{self.name}" '
            f'data-passed="{str(self.passed).lower()}">{inside}</div>'
        )


def _strong(text: str) -> str:
    return f"<strong>{text}</strong>"


def _marked_up(text: str) -> str:
    """Return text as HTML, what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
