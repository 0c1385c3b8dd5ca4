"""What the book's pages need and a program does not: numbers for the prose."""

from __future__ import annotations


def remember(**values: float | str) -> None:
    """Keep values for the page's text, where the role ``glue:text`` is.

    Numbers are kept to six significant digits, so that the last bits, which
    differ from one processor to the next, never reach a page.
    """
    from myst_nb import glue

    for name, value in values.items():
        if not isinstance(value, (str, int)):
            value = float(f"{value:.6g}")
        glue(name, value, display=False)
