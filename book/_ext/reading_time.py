"""Say under each title how long the page takes, and where to look words up."""

from math import ceil

from docutils import nodes
from sphinx import addnodes

WORDS_PER_MINUTE = 200
CODE_LINES_PER_MINUTE = 20
SKIPPED = (
    nodes.literal_block,
    nodes.math_block,
    nodes.table,  # is looked up
    nodes.comment,
    nodes.raw,
)


def minutes(doctree):
    """Return the minutes for the words and the lines of code of a page."""
    words = sum(
        len(text.astext().split())
        for text in doctree.findall(nodes.Text)
        if not _inside(text, SKIPPED)
    )
    lines = sum(
        len(block.astext().splitlines())
        for block in doctree.findall(nodes.literal_block)
    )
    return ceil(words / WORDS_PER_MINUTE + lines / CODE_LINES_PER_MINUTE)


def _inside(node, kinds):
    while node is not None:
        if isinstance(node, kinds):
            return True
        node = node.parent
    return False


def add_reading_time(app, doctree):
    """Put the time under the title."""
    title = next(doctree.findall(nodes.title), None)
    if title is None:
        return
    n = minutes(doctree)
    text = f"{n} minute{'s' * (n != 1)} to read"
    note = nodes.paragraph("", text, classes=["reading-time"])
    for name in ("notation", "glossary"):
        if app.env.docname != f"book/{name}":
            note += nodes.Text(" · ")
            note += _link(name, app.env.docname)
    title.parent.insert(title.parent.index(title) + 1, note)


def _link(name, docname):
    return addnodes.pending_xref(
        "",
        nodes.inline(text=name),
        refdomain="std",
        reftype="doc",
        reftarget=f"/book/{name}",
        refdoc=docname,
        refexplicit=True,
        refwarn=True,
    )


def setup(app):
    """Register the note."""
    app.connect("doctree-read", add_reading_time)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
