"""The instructor's guide, from the chapters, the exercises and the clock.

A local Sphinx extension. {minutes-of}`costs, referee` is how long these
chapters take to read. The directives: {session-plan} makes a table of
sessions, one for each of its lines, "costs, referee: what to do there";
{chapters-to-teach} lists what each chapter teaches and which misconceptions
its exercises know; {classroom-counts} counts them; {grading-times} says how
long grading took.
"""

import json
import re
from pathlib import Path

import nbformat
from docutils import nodes
from docutils.statemachine import StringList
from reading_time import minutes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from nnlib.exercises import EXERCISES
from nnlib.exercises.hints import STANDARD

ROOT = Path(__file__).resolve().parents[2]
TIMES = ROOT / "book/results/running_times.json"
GRADING = ROOT / "book/results/grading.json"


class MinutesOf(nodes.inline):
    """Stands for a number until all pages are read."""


class MinutesOfRole(SphinxRole):
    """The minutes that chapters take to read."""

    def run(self):
        """Return what is replaced when all pages are read."""
        return [MinutesOf("", "", stems=stems(self.text))], []


def fill_in(app, doctree, docname):
    """Put the minutes where they belong."""
    for node in list(doctree.findall(MinutesOf)):
        total = sum(
            minutes(app.env.get_doctree(f"book/{stem}"))
            for stem in node["stems"]
        )
        node.replace_self(nodes.Text(str(total)))


def stems(text):
    """Return the names of chapters in a list with commas."""
    return [stem.strip() for stem in text.split(",") if stem.strip()]


def seconds(stem):
    """Return how long a chapter's notebook keeps a processor busy."""
    return json.loads(TIMES.read_text())["seconds"][stem]["processor"]


def duration(total):
    """Return seconds in words."""
    return f"{total:.0f} s" if total < 100 else f"{total / 60:.0f} min"


def exercises_of(stem):
    """Return a chapter's checked exercises."""
    return [e for e in EXERCISES.values() if e.chapter == stem]


def goals(nb):
    """Return what a chapter says its reader will be able to do, as a list."""
    text = "\n".join(c.source for c in nb.cells if c.cell_type == "markdown")
    box = re.search(r"able to\n(?::[^\n]*\n)*\n?(.*?)\n```", text, re.DOTALL)
    if not box:
        return ""
    return re.sub(r"\{glue:text\}`[^`]*`", "all", box[1])


def title(nb):
    """Return a page's title."""
    return re.search(r"^# (.*)", nb.cells[0].source, re.MULTILINE)[1]


class Parsed(SphinxDirective):
    """A directive that writes Markdown."""

    has_content = True

    def run(self):
        """Return what the Markdown comes to."""
        node = nodes.container()
        lines = "\n".join(self.markdown()).split("\n")
        source = self.get_source_info()[0]
        self.state.nested_parse(StringList(lines, source), 0, node)
        return node.children


class SessionPlan(Parsed):
    """A table of sessions."""

    def markdown(self):
        """Yield its lines."""
        yield "| | read before | minutes | run in class | checked | then |"
        yield "|---|---|---:|---:|---:|---|"
        for number, line in enumerate(filter(None, self.content), 1):
            names, _, rest = line.partition(":")
            names = stems(names)
            links = ", ".join(f"[]({name}.ipynb)" for name in names)
            read = f"{{minutes-of}}`{', '.join(names)}`"
            ran = duration(sum(map(seconds, names)))
            count = sum(len(exercises_of(name)) for name in names)
            yield (
                f"| {number} | {links} | {read} | {ran} | {count} |"
                f" {rest.strip()} |"
            )
        yield ""


class ChaptersToTeach(Parsed):
    """What each chapter teaches, and what to expect of its exercises."""

    def markdown(self):
        """Yield a box for each chapter."""
        for name in self.env.external_site_map:  # in the order of the book
            path = Path(self.env.doc2path(name))
            if path.suffix != ".ipynb":
                continue
            nb = nbformat.read(path, as_version=4)
            if taught := goals(nb):
                yield from self.chapter(path.stem, nb, taught)

    def chapter(self, stem, nb, taught):
        """Yield one chapter's box."""
        checked = exercises_of(stem)
        yield f"::::{{dropdown}} {title(nb)}"
        yield ""
        yield (
            f"[Read it]({stem}.ipynb): {{minutes-of}}`{stem}` minutes. "
            f"Its cells keep a processor busy for {duration(seconds(stem))}."
        )
        yield f"\n**It teaches to**\n\n{taught}\n"
        if checked:
            yield "| exercise | misconceptions that it recognizes |"
            yield "|---|---|"
            for exercise in checked:
                yield f"| {exercise.title} | {'; '.join(known(exercise))} |"
            yield ""
        yield "::::"
        yield ""


def known(exercise):
    """Return the names of an exercise's misconceptions."""
    return [wrong.name for wrong in exercise.wrongs]


class ClassroomCounts(Parsed):
    """How many exercises, misconceptions and right answers there are."""

    def markdown(self):
        """Yield a sentence."""
        wrongs = sum(len(e.wrongs) for e in EXERCISES.values())
        rights = sum(1 + len(e.rights) for e in EXERCISES.values())
        chapters = len({e.chapter for e in EXERCISES.values()})
        yield (
            f"There are {len(EXERCISES)} checked exercises in {chapters} "
            f"chapters. They know {wrongs} wrong answers, each with its own "
            f"hint, and accept {rights} right ones that are written "
            f"differently; {len(STANDARD)} mistakes are known for all."
        )


class GradingTimes(Parsed):
    """How long a class took to grade, where that was measured."""

    def markdown(self):
        """Yield some sentences."""
        run = json.loads(GRADING.read_text())
        count, mix = run["notebooks"], run["mix"]
        yield (
            f"Measured by `book/results/grading.py`, with {run['jobs']} jobs: "
            f"{count} notebooks of five chapters took "
            f"{duration(run['clock'])}, {run['clock'] / count:.1f} s each. "
            f"{mix['right']} of them were right, {mix['mixed']} partly wrong, "
            f"{mix['unsolved']} as they were handed out, and "
            f"{mix['hostile']} hostile, each in another way; those took "
            f"{run['hostile_seconds']:.1f} s each, since some of them have "
            "to be waited for."
        )


def setup(app):
    """Register the role and the directives."""
    app.add_node(MinutesOf)
    app.add_role("minutes-of", MinutesOfRole())
    app.add_directive("session-plan", SessionPlan)
    app.add_directive("chapters-to-teach", ChaptersToTeach)
    app.add_directive("classroom-counts", ClassroomCounts)
    app.add_directive("grading-times", GradingTimes)
    app.connect("doctree-resolved", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
