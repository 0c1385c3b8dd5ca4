"""The glossary's words, linked where each first stands in a chapter.

A local Sphinx extension. Running text only: no headings, titles of boxes,
links, code or captions. It also puts the index into the table of contents.
"""

import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

GLOSSARY = Path(__file__).resolve().parents[1] / "glossary.md"
NOT_LINKED = ("book/api/", "book/glossary", "book/bibliography", "genindex")
NOT_IN = (
    nodes.Admonition,
    nodes.caption,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.reference,
    nodes.strong,
    nodes.table,
    nodes.title,
    addnodes.pending_xref,
)
# A word that is a verb, too, is a term only behind one of these.
VERBS = {"cost"}
BEFORE_A_NOUN = re.compile(
    r"\b(?:an?|the|its|their|this|each|same|mean|right|new|three)\s+$",
    re.IGNORECASE,
)


@cache
def terms():
    """Return the glossary's terms, as they stand in its source."""
    source = GLOSSARY.read_text(encoding="utf-8")
    block = re.search(r"```\{glossary\}\n(.*?)```", source, re.DOTALL)[1]
    return [line for line in block.splitlines() if re.match(r"\S", line)]


def _pattern(known):
    """Return a pattern for any of the terms, in the plural too."""
    longest_first = sorted(known, key=len, reverse=True)
    words = "|".join(
        f"(?P<t{known.index(term)}>{_forms(term)})" for term in longest_first
    )
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


def _forms(term):
    last = {"y": "(?:y|ies)", "s": "s(?:es)?"}.get(term[-1])
    stem = re.escape(term[:-1] if last else term)
    return stem.replace(r"\ ", r"\s+") + (last or "(?:s|es)?")


def first_uses(texts, known):
    """Yield text number, start, end and term of each term's first use."""
    pattern, seen = _pattern(known), set()
    for number, text in enumerate(texts):
        for match in pattern.finditer(text):
            term = known[int(match.lastgroup[1:])]
            before = text[: match.start()]
            if term in VERBS and not BEFORE_A_NOUN.search(before):
                continue
            if term not in seen:
                seen.add(term)
                yield number, match.start(), match.end(), term


def _is_running_text(text):
    node, paragraph = text.parent, False
    while node is not None:
        if isinstance(node, NOT_IN):
            return False
        paragraph |= isinstance(node, nodes.paragraph)
        if "reading-time" in node.get("classes", []):
            return False
        node = node.parent
    return paragraph


def link_terms(app, doctree):
    """Link each term where it first stands in the page's text."""
    docname = app.env.docname
    if docname.startswith(NOT_LINKED):
        return
    texts = [t for t in doctree.findall(nodes.Text) if _is_running_text(t)]
    pieces = {}
    for number, start, end, term in first_uses(texts, terms()):
        pieces.setdefault(number, []).append((start, end, term))
    for number, found in pieces.items():
        text, parts, at = texts[number], [], 0
        for start, end, term in found:
            parts.append(nodes.Text(text[at:start]))
            parts.append(_xref(term, docname, text[start:end]))
            at = end
        text.parent.replace(text, [*parts, nodes.Text(text[at:])])


def _xref(term, docname, shown):
    return addnodes.pending_xref(
        "",
        nodes.inline(text=shown, classes=["term"]),
        refdomain="std",
        reftype="term",
        reftarget=term,
        refdoc=docname,
        refexplicit=True,
        refwarn=True,
    )


def add_index(app, doctree):
    """Put the index, which Sphinx makes, last into the contents."""
    if app.env.docname == app.config.master_doc:
        last = list(doctree.findall(addnodes.toctree))[-1]
        last["entries"].append(("Index", "genindex"))


def setup(app):
    """Register both; the names of nnlib are linked after the words."""
    app.connect("doctree-read", link_terms, priority=550)
    app.connect("doctree-read", add_index, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
