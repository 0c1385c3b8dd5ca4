"""Every page says how long it takes to read, from its own words."""

import re

import lxml.html
import pytest
from docutils import nodes
from docutils.utils import new_document
from execute_notebooks import ROOT, toc_files
from reading_time import minutes


def page(words=0, lines=0, formula=0, table=0):
    """Return a document of so many words, lines of code, and words apart."""
    document = new_document("page")
    document += nodes.paragraph("", "word " * words)
    code = "\n".join(["x = 1"] * lines)
    document += nodes.literal_block(code, code)
    document += nodes.math_block("", "x " * formula)
    document += nodes.table("", nodes.paragraph("", "x " * table))
    return document


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (page(words=400), 2),
        (page(words=401), 3),
        (page(lines=40), 2),
        (page(words=200, lines=20), 2),
        (page(words=200, formula=1000), 1),
        (page(words=200, table=1000), 1),
    ],
)
def test_time_follows_words_and_lines(document, expected):
    """200 words or 20 lines of code take a minute; it is rounded up."""
    assert minutes(document) == expected


@pytest.mark.parametrize("name", toc_files())
def test_the_page_says_how_long_it_takes(name):
    """The time stands under the title."""
    page = lxml.html.parse(ROOT / "_build" / "html" / f"{name}.html")
    note = "//h1/following-sibling::*[1][self::p][@class='reading-time']"
    (found,) = page.xpath(note)
    said = found.text_content().partition(" · ")[0]
    assert re.fullmatch(r"\d+ minutes? to read", said)
