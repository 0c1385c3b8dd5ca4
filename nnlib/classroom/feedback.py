"""What the teacher and the students get: a table, and a page each."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from itertools import groupby

from nnlib.classroom.submission import Result

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto;
       max-width: 50rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; display: block; overflow-x: auto; }}
th, td {{ border-bottom: 1px solid #8888; padding: .2rem .7rem .2rem 0;
         text-align: left; vertical-align: top; }}
code {{ overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
UNSEEN = {
    True: "It also holds on numbers that you have not seen.",
    False: "It fails on numbers that you have not seen: what is right there "
    "does not come from the method asked for.",
}


def table(results: Sequence[Result]) -> str:
    """Return the grades as CSV: a row per notebook, a column per exercise.

    An exercise that a notebook was not asked for is left empty.
    """
    names = list(dict.fromkeys(n for r in results for n in r.reports))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    head = ["student", "notebook", "points", "of", "seconds", "note"]
    writer.writerow([*head, *names])
    for r in results:
        about = [r.student, r.notebook, r.total, len(r.reports), r.seconds]
        points = [r.points(n) if n in r.reports else "" for n in names]
        writer.writerow([*map(_harmless, [*about, r.note]), *points])
    return file.getvalue()


def _harmless(value: object) -> object:
    """Return text that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")):
        return f"'{value}"
    return value


def page(student: str, results: Sequence[Result]) -> str:
    """Return a student's page: each check and its hint, no hidden number."""
    body = "\n".join(_notebook(result) for result in results)
    title = html.escape(f"Feedback for {student}")
    return PAGE.format(title=title, body=body)


def _notebook(result: Result) -> str:
    score = f"{result.total} of {len(result.reports)} points"
    parts = [f"<h2>{html.escape(result.notebook)}: {score}</h2>"]
    if result.note:
        parts.append(f"<p>{html.escape(result.note)}</p>")
    for name, report in result.reports.items():
        parts.append(f"<h3>{html.escape(report.title)}</h3>")
        parts.append(report._repr_html_())
        if result.unseen.get(name) is not None:
            parts.append(f"<p>{UNSEEN[result.unseen[name]]}</p>")
    return "\n".join(parts)


def pages(results: Sequence[Result]) -> dict[str, str]:
    """Return each student's page, by student."""
    ordered = sorted(results, key=lambda r: (r.student, r.notebook))
    return {
        student: page(student, list(theirs))
        for student, theirs in groupby(ordered, key=lambda r: r.student)
    }
