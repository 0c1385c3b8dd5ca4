"""What the checks of the exercises caught, from the stored trials.

A local Sphinx extension. The directives: {exercise-matrix} makes a box for
each chapter, with a table of its exercises and one of each exercise's wrong
answers; {matrix-totals} adds all of it up; {common-mistakes} lists those
that are planted in every exercise, with what the check says of them. Every
sign is computed from ``book/results/exercise_trials.json``.
"""

import json
from functools import cache
from pathlib import Path

import nbformat
from teaching import Parsed, exercises_of, title

from nnlib.exercises import EXERCISES
from nnlib.exercises.hints import STANDARD
from nnlib.exercises.proof import COMMON

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "book/results/exercise_trials.json"
CAUGHT, OTHER, MISSED, NO_PLACE = "✓", "≈", "✗", "–"


@cache
def trials():
    """Return what was found in every trial, by exercise."""
    return json.loads(STORED.read_text(encoding="utf-8"))


def sign(name, found):
    """Return the sign for what a check found in a planted mistake."""
    if found == name:
        return CAUGHT
    if found in ("", "accepted"):
        return MISSED
    return f"{OTHER} {found}"


def signs(name, found):
    """Return one sign if it is the same in both dtypes, or else two."""
    both = [sign(name, one) for one in found]
    return both[0] if len(set(both)) == 1 else " / ".join(both)


def own(exercise):
    """Return an exercise's wrong answers, less those that all have."""
    return [w for w in exercise.wrongs if w.name not in COMMON]


def escaped(text):
    """Return Markdown that may stand in a table."""
    return text.replace("|", r"\|")


def of(part, whole):
    """Return "3 of 4"."""
    return f"{part} of {whole}"


def caught(found):
    """Return how many mistakes got their own hint in both dtypes."""
    return of(
        sum(signs(*pair) == CAUGHT for pair in found.items()), len(found)
    )


def everywhere(exercise):
    """Return "unsolved ✓, returns nothing ✓, ...", a sign for each."""
    found = trials()[exercise.name]["common"]
    return ", ".join(
        f"{name} {signs(name, found[name]) if name in found else NO_PLACE}"
        for name in COMMON
    )


def row(exercise):
    """Return an exercise's line in its chapter's table, as cells."""
    trial = trials()[exercise.name]
    wrongs = {
        wrong.name: trial["wrongs"][wrong.name] for wrong in own(exercise)
    }
    accepted = sum(set(r) == {"accepted"} for r in trial["rights"])
    made = sum(m["made"] for m in trial["mutants"])
    killed = made - sum(len(m["left"]) for m in trial["mutants"])
    return [
        exercise.title,
        caught(trial["common"]),
        caught(wrongs),
        of(accepted, len(trial["rights"])),
        of(killed, made) if trial["mutants"] else NO_PLACE,
    ]


def table(header, rows):
    """Yield a table's lines."""
    yield f"| {' | '.join(header)} |"
    yield "|---" * len(header) + "|"
    for cells in rows:
        yield f"| {' | '.join(map(escaped, cells))} |"
    yield ""


HEADER = ["exercise", "common", "its own", "right ones", "mutants"]


def details(exercise):
    """Yield an exercise's wrong answers with their hints, and mutants."""
    trial = trials()[exercise.name]
    yield f"**{exercise.title}**: {everywhere(exercise)}\n"
    rows = (
        [w.name, *(sign(w.name, f) for f in trial["wrongs"][w.name]), w.hint]
        for w in own(exercise)
    )
    yield from table(["wrong answer", "64 bits", "32 bits", "its hint"], rows)
    left = sorted({line for m in trial["mutants"] for line in m["left"]})
    if left:
        yield "Mutants that pass, and why they may:\n"
        for line in left:
            yield f"- `{line}`: {exercise.equivalent[line]}."
        yield ""


class ExerciseMatrix(Parsed):
    """A box for each chapter."""

    def markdown(self):
        """Yield its lines."""
        self.env.note_dependency(str(STORED))
        for name in self.env.external_site_map:  # in the order of the book
            path = Path(self.env.doc2path(name))
            exercises = exercises_of(path.stem)
            if path.suffix == ".ipynb" and exercises:
                nb = nbformat.read(path, as_version=4)
                yield f"::::{{dropdown}} {title(nb)}\n"
                yield from table(HEADER, map(row, exercises))
                for exercise in exercises:
                    yield from details(exercise)
                yield "::::\n"


class CommonMistakes(Parsed):
    """The mistakes that are planted everywhere."""

    def markdown(self):
        """Yield a table."""
        rows = ([name, STANDARD[name]] for name in COMMON)
        yield from table(["mistake", "what the check says"], rows)


class MatrixTotals(Parsed):
    """All signs, counted."""

    def markdown(self):
        """Yield some sentences."""
        self.env.note_dependency(str(STORED))
        yield " ".join(totals())


def totals():
    """Yield sentences with the numbers of all exercises."""
    found = [
        sign(name, one)[0]
        for trial in trials().values()
        for name, both in (trial["wrongs"] | trial["common"]).items()
        for one in both
    ]
    rights = [r for trial in trials().values() for r in trial["rights"]]
    mutants = [m for trial in trials().values() for m in trial["mutants"]]
    left = sum(len(m["left"]) for m in mutants)
    made = sum(m["made"] for m in mutants)
    yield (
        f"{len(EXERCISES)} exercises were given {len(found) // 2:,} wrong "
        f"answers, each in 64 bits and in 32, which makes {len(found):,} "
        f"trials. {found.count(CAUGHT):,} of them ended with the mistake's "
        f"own hint, {found.count(OTHER)} with the hint of another mistake "
        f"that does the same, and {found.count(MISSED)} without being caught."
    )
    accepted = sum(set(r) == {"accepted"} for r in rights)
    yield (
        f"Of {len(rights)} right answers {accepted} were accepted in both. "
        f"Of {made:,} damaged right answers {made - left:,} were rejected; "
        f"{left} passed, and are still right, for reasons given below."
    )


def setup(app):
    """Register the directives."""
    app.add_directive("exercise-matrix", ExerciseMatrix)
    app.add_directive("common-mistakes", CommonMistakes)
    app.add_directive("matrix-totals", MatrixTotals)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
