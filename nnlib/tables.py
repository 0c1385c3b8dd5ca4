"""A table of results: text in a terminal, HTML on a page."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows of cells under a header; the cells are shown by ``str``.

    The class ``dataframe`` is what the pages' style knows tables by.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def __repr__(self) -> str:
        lines = [list(map(str, row)) for row in [self.header, *self.rows]]
        widths = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join(
            "  ".join(
                cell.ljust(width) for cell, width in zip(line, widths)
            ).rstrip()
            for line in lines
        )

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(str(c))}</th>" for c in self.header)
        body = "".join(
            "<tr>" + "".join(_cell(str(c)) for c in row) + "</tr>"
            for row in self.rows
        )
        return (
            f'<table class="dataframe"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )


def _cell(text: str) -> str:
    """Return a cell as HTML; a short text, such as "< 1e-13", stays whole."""
    style = ' style="white-space: nowrap"' if len(text) <= 12 else ""
    return f"<td{style}>{html.escape(text)}</td>"
