"""Siblings: the designs' code side by side, and where it differs.

The designs have the same parts in the same order. `STEPS` says which method
of each is which step, and `diff` compares two of them line by line.
"""

from __future__ import annotations

import ast
import html
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from nnlib.designs import FIVE

Code = type | ModuleType | Callable[..., Any]

# The six steps of training, and what each design calls them.
STEPS = {
    "initialize": dict.fromkeys(FIVE, "_hold"),
    "forward": {
        "column_vectors": "_forward",
        "bias_row": "_forward",
        "row_matrix": "_forward",
        "layer_dict": "feed_forward",
        "bias_row_softmax": "forward",
    },
    "cost": dict.fromkeys(FIVE, "_outputs"),
    "backward": {
        "column_vectors": "backprop",
        "bias_row": "back_prop",
        "row_matrix": "backprop",
        "layer_dict": "back_prop",
        "bias_row_softmax": "backprop",
    },
    "update": {
        "column_vectors": "update_mini_batch",
        "bias_row": "update",
        "row_matrix": "update_weights",
        "layer_dict": "update_w_b",
        "bias_row_softmax": "update",
    },
    "epoch": dict.fromkeys(FIVE, "_epoch"),
}


def method(design: str, step: str) -> Callable[..., Any]:
    """Return the method of a design that takes this step."""
    return getattr(FIVE[design], STEPS[step][design])


def code_lines(code: Code) -> list[str]:
    """Return the source line by line: no docstring, no comment, no blank.

    Indentation is kept, but for what all lines share.
    """
    source = textwrap.dedent(inspect.getsource(code))
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = node.body[0]
            if ast.get_docstring(node) is not None:
                for row in range(first.lineno, first.end_lineno + 1):
                    lines[row - 1] = ""
    return [line for line in lines if line.strip()]


@dataclass(frozen=True)
class Diff:
    """Two pieces of code as one list of lines.

    ``lines`` are pairs of a sign and a line: " " for a line of both, "-" for
    one that is left out, "+" for one that comes in.
    """

    lines: list[tuple[str, str]]

    def count(self, sign: str) -> int:
        """Return how many lines have this sign."""
        return sum(sign == s for s, _ in self.lines)

    @property
    def unlike(self) -> int:
        """Lines that are in one of the two and not in the other."""
        return self.count("-") + self.count("+")

    @property
    def shared(self) -> int:
        """Lines that are in both."""
        return self.count(" ")

    def __repr__(self) -> str:
        return "\n".join(f"{sign} {line}" for sign, line in self.lines)

    def _repr_html_(self) -> str:
        tags = {"-": "del", "+": "ins"}
        rows = []
        for sign, line in self.lines:
            text = html.escape(f"{sign} {line}")
            tag = tags.get(sign)
            rows.append(f"<{tag}>{text}</{tag}>" if tag else text)
        return '<pre class="code-diff">' + "\n".join(rows) + "</pre>"


def diff(
    one: Code, other: Code, rename: Mapping[str, str] | None = None
) -> Diff:
    """Compare the code of two functions, classes or modules by lines.

    The shared lines are as many as there can be, in both in the same order.

    Parameters
    ----------
    rename : words of ``one``, and what to read in their place.
    """
    words = rename or {}
    left = [
        re.sub(r"\w+", lambda word: words.get(word[0], word[0]), line)
        for line in code_lines(one)
    ]
    right = code_lines(other)
    return Diff(_merge(left, right, _longest_shared(left, right)))


def _longest_shared(left: list[str], right: list[str]) -> list[list[int]]:
    """How many lines ``left[i:]`` and ``right[j:]`` share at best, in order.

    Row i, column j, worked out from the end: if both begin with the same
    line, take it; if not, leave out one or the other.
    """
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            best[i][j] = (
                best[i + 1][j + 1] + 1
                if left[i] == right[j]
                else max(best[i + 1][j], best[i][j + 1])
            )
    return best


def _merge(
    left: list[str], right: list[str], best: list[list[int]]
) -> list[tuple[str, str]]:
    """Walk both from the start, along the longest shared lines."""
    lines, i, j = [], 0, 0
    while i < len(left) or j < len(right):
        if i < len(left) and j < len(right) and left[i] == right[j]:
            lines.append((" ", left[i]))
            i, j = i + 1, j + 1
        elif j == len(right) or (
            i < len(left) and best[i + 1][j] >= best[i][j + 1]
        ):
            lines.append(("-", left[i]))
            i += 1
        else:
            lines.append(("+", right[j]))
            j += 1
    return lines
