"""Write a chapter's checked exercises into its notebook, from the bank.

usage: exercise_cells.py [--check] [STEM ...]

Without stems: every chapter that has a bank. The section "Checked by the
page" goes to the end of the chapter's exercises; what stood there of it is
replaced. Outputs are written as well, the other cells are left alone, and
the notebook is not run.
"""

import argparse
import re
import sys

import nbformat
from execute_notebooks import ROOT, as_text
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from nnlib.exercises import EXERCISES, check
from nnlib.exercises.exercise import clean

PREFIX = "coded-"  # of the ids of all cells written here
STEMS = list(dict.fromkeys(e.chapter for e in EXERCISES.values()))

INTRO = """\
### Checked by the page

These are answered in code. Replace the last line above `check` by your own,
and run the cell, here or in the notebook. Your answer is tried on cases that
you do not see, with one sample and with many, in 64 bits and in 32. If it goes
wrong in a way that is known, the report says which. Nothing is sent anywhere.\
"""


def cells(stem):
    """Return the cells of a chapter's section, outputs included."""
    exercises = [e for e in EXERCISES.values() if e.chapter == stem]
    made = [
        new_markdown_cell(INTRO, id=f"{PREFIX}intro"),
        _code("import", "from nnlib.exercises import check", ["live"]),
    ]
    return made + [cell for e in exercises for cell in _exercise(e)]


def _exercise(exercise):
    """Return the four cells of an exercise."""
    slug = exercise.name.partition("/")[2]
    asked = f"#### {exercise.title}\n\n{clean(exercise.statement)}"
    opened = {"show": "Show a solution", "hide": "Hide the solution"}
    prompts = {f"code_prompt_{key}": text for key, text in opened.items()}
    solved = exercise.source(exercise.solution)
    return [
        new_markdown_cell(asked, id=f"{PREFIX}{slug}"),
        _code(f"{slug}-try", _checked(exercise, exercise.stub), ["live"]),
        new_markdown_cell(_hints(exercise), id=f"{PREFIX}{slug}-hints"),
        _code(
            f"{slug}-solution",
            _checked(exercise, solved),
            ["hide-cell"],
            mystnb=prompts,
        ),
    ]


def _checked(exercise, source):
    """Return a source and the line that checks what it makes."""
    gap = "\n\n" if exercise.is_function else ""
    name = exercise.answer_name
    return f'{source}{gap}check("{exercise.name}", {name})'


def _hints(exercise):
    """Return the graded hints, each behind a line that opens it."""
    names = ["A hint", "A second hint", "A third hint"]
    return "\n\n".join(
        f"```{{dropdown}} {name}\n{hint}\n```"
        for name, hint in zip(names, exercise.hints)
    )


def _code(slug, source, tags, **metadata):
    """Return a code cell with what it shows."""
    cell = new_code_cell(source, id=PREFIX + slug)
    cell.metadata.update(tags=tags, **metadata)
    if "check(" in source:
        name = re.search(r'check\("(.+)", ', source)[1]
        body, _, _ = source.rpartition("check(")
        exercise = EXERCISES[name]
        report = check(name, exercise.build(body))
        shown = {"text/html": report._repr_html_(), "text/plain": repr(report)}
        cell.outputs = [new_output("execute_result", shown)]
    return cell


def written(nb, stem):
    """Put the section into the notebook ``nb``; return it."""
    nb.cells = [c for c in nb.cells if not c.id.startswith(PREFIX)]
    at = _place(nb)
    nb.cells[at:at] = cells(stem)
    ran = [c for c in nb.cells if c.cell_type == "code" and c.source.strip()]
    for count, cell in enumerate(ran, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return nb


def _place(nb):
    """Return the index of the cell after the exercises, which may be cut.

    It begins with the first heading after "## Exercises".
    """
    seen = False
    for at, cell in enumerate(nb.cells):
        if cell.cell_type != "markdown":
            continue
        for heading in re.finditer(r"^## (.*)$", cell.source, re.MULTILINE):
            if seen:
                return _cut(nb, at, heading.start())
            seen = heading[1] == "Exercises"
    raise ValueError("there is no heading after '## Exercises'")


def _cut(nb, at, start):
    """Cut a Markdown cell before ``start``; return the second part's index."""
    if start == 0:
        return at
    cell = nb.cells[at]
    before = cell.source[:start].rstrip("\n")
    cell.source = cell.source[start:]
    nb.cells.insert(at, new_markdown_cell(before, id=f"{cell.id}-before"))
    return at + 1


def main():
    """Write the sections; return 1 with --check if one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("stems", nargs="*", metavar="STEM")
    args = parser.parse_args()
    stale = False
    for stem in args.stems or STEMS:
        path = ROOT / f"book/{stem}.ipynb"
        old = path.read_text(encoding="utf-8")
        new = as_text(written(nbformat.reads(old, as_version=4), stem))
        stale |= new != old
        if not args.check:
            path.write_text(new, encoding="utf-8")
        state = "unchanged" if new == old else "out of date"
        print(f"{path.name}: {state if args.check else 'written'}")
    return int(args.check and stale)


if __name__ == "__main__":
    sys.exit(main())
