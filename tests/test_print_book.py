"""The book on paper: whole, in order, nothing cut, nothing left closed."""

import re
import unicodedata
from functools import cache

import lxml.html
import print_book
import pypdf
import pytest
from bs4 import BeautifulSoup
from execute_notebooks import ROOT, toc_files
from print_book import TITLE, as_one_file, key, print_all, print_file

SITE = ROOT / "_build" / "html"
SHORT = ["book/index", "book/how-to-use", "book/six-steps"]
TABBED = "book/six-steps"
PAGE = """<html><head>
<link rel="stylesheet" href="../_static/book.css?v=1">
<script src="../_static/theme.js"></script></head>
<article class="bd-article"><h1 id="top">1. {name}</h1>
<a href="#top">here</a> <a href="b.html#top">there</a>
<a href="../genindex.html">index</a> <a href="https://example.org">out</a>
<div class="sd-tab-set"><input type="radio"><label>first</label>
<div class="sd-tab-content">one</div><input type="radio">
<label>second</label><div class="sd-tab-content">two</div></div>
<details><summary>more</summary>inside</details>
<div class="solution dropdown">42</div>
<img src="../_images/a.png" alt="a"></article></html>"""


@pytest.fixture
def small(tmp_path):
    """Return a site of two pages."""
    (tmp_path / "book").mkdir()
    for name in ("a", "b"):
        page = tmp_path / f"book/{name}.html"
        page.write_text(PAGE.format(name=name))
    return tmp_path


def made(site, names, whole=True):
    """Return the parsed file of some pages."""
    return BeautifulSoup(as_one_file(site, names, TITLE, whole), "lxml")


@cache
def whole():
    """Return the parsed file of the whole book: long, so by lxml alone."""
    if not (SITE / "index.html").is_file():
        pytest.fail("There is no built book to print: run `make book` first.")
    return lxml.html.fromstring(as_one_file(SITE, toc_files(), TITLE, True))


def classed(name):
    """Return the XPath of the elements of a class."""
    return f"//*[contains(concat(' ', @class, ' '), ' {name} ')]"


def test_what_a_click_opens_is_open(small):
    """Tabs stand one below the other with their names; details are open."""
    page = made(small, ["book/a"])
    assert [e.text for e in page.select(".paper-tab")] == ["first", "second"]
    tabs = page.select(".paper-tabs > .paper-tab-content")
    assert [e.text for e in tabs] == ["one", "two"]
    assert page.details.has_attr("open")


def test_links_lead_to_places_on_paper(small):
    """To a printed page's places; a link to another page is its text."""
    page = made(small, ["book/a", "book/b"])
    links = [e["href"] for e in page.select("#book-a a")]
    assert links == ["#book-a--top", "#book-b--top", "https://example.org"]
    page = made(small, ["book/a"])
    links = [e["href"] for e in page.select("#book-a a")]
    assert links == ["#book-a--top", "https://example.org"]


def test_a_handout_has_no_solutions(small):
    """The book shows them in their places."""
    assert made(small, ["book/a"]).select_one(".solution")
    assert not made(small, ["book/a"], whole=False).select_one(".solution")


def test_no_page_is_missing_from_the_contents():
    """Every entry of `_toc.yml`, in order, with a place for its number."""
    page = whole()
    numbers = page.xpath("//@data-page")
    assert numbers == [key(name) for name in toc_files()]
    assert page.xpath(f"{classed('paper-page')}/@id") == numbers


def test_every_link_within_the_book_leads_somewhere():
    """No link of the one file points to a place that it does not have."""
    page = whole()
    ids, links = set(page.xpath("//@id")), page.xpath("//a/@href")
    inside = [href for href in links if href.startswith("#")]
    assert len(inside) > 100
    assert [href for href in inside if href[1:] not in ids] == []
    assert [
        href
        for href in links
        if ".html" in href and not href.startswith("http")
    ] == []


def test_every_tab_of_the_book_is_there():
    """As many as on the pages, with their names."""
    page = whole()
    for closed in "sd-tab-set", "sd-tab-content":
        assert not page.xpath(classed(closed))
    n_tabs = sum(
        (SITE / f"{name}.html").read_text("utf-8").count('class="sd-tab-label')
        for name in toc_files()
    )
    assert len(page.xpath(classed("paper-tab"))) == n_tabs > 0


@pytest.fixture(scope="module")
def printed(browser, tmp_path_factory):
    """Print a few pages as a book; give the file and what was too wide."""
    pdf = tmp_path_factory.mktemp("paper") / "book.pdf"
    page = browser.new_page(
        viewport={"width": print_book.WIDTH, "height": 1000}
    )
    page.emulate_media(media="print", color_scheme="light")
    html = as_one_file(SITE, SHORT, TITLE, whole=True)
    print_file(page, html, pdf, TITLE)
    too_wide = page.evaluate(
        "width => [...document.querySelectorAll("
        "'.bd-article :is(p, pre, table, img, svg, mjx-container)')]"
        ".filter(e => e.getBoundingClientRect().right > width + 1)"
        ".map(e => e.outerHTML.slice(0, 120))",
        print_book.WIDTH,
    )
    page.close()
    return pypdf.PdfReader(pdf), too_wide


@pytest.fixture(scope="module")
def texts(printed):
    """Return the text of each page, letter by letter: no ligatures."""
    return [
        unicodedata.normalize("NFKC", page.extract_text()).strip()
        for page in printed[0].pages
    ]


def test_the_contents_names_the_right_pages(texts):
    """The number behind a title is the page on which that title stands."""
    html = made(SITE, SHORT)
    for name in SHORT:
        title = html.select_one(f"#{key(name)} h1").get_text(" ", strip=True)
        number = int(re.search(re.escape(title) + r"\s*(\d+)", texts[0])[1])
        assert title in texts[number - 1]
        assert texts[number - 1].endswith(f"\n{number}{TITLE}")  # its foot


def test_nothing_is_cut_on_paper(printed):
    """No code, table, picture or formula is wider than the text."""
    assert printed[1] == []


def test_every_tabs_text_is_printed(texts):
    """All five designs' names and code, in the PDF itself."""
    text = squeezed("".join(texts))
    tabs = made(SITE, [TABBED]).select(".paper-tab-content")
    assert len(tabs) > 20
    for tab in tabs:
        line = tab.pre.get_text().strip().splitlines()[0]
        assert squeezed(line) in text


def squeezed(text):
    """Return the text without spaces and line ends."""
    return re.sub(r"\s+", "", text)


def test_links_in_the_pdf_stay_in_it(printed):
    """No link leads to a file on the machine that printed."""
    reader, _ = printed
    addresses = [
        str(note.get_object().get("/A", {}).get("/URI", ""))
        for page in reader.pages
        for note in page.get("/Annots", [])
    ]
    assert addresses
    assert [a for a in addresses if a.startswith("file:")] == []


def test_without_chromium_a_sentence_says_what_to_do(monkeypatch, tmp_path):
    """It names the package; nothing is half printed."""
    monkeypatch.setattr(print_book, "CHROMIUM", [])
    with pytest.raises(SystemExit, match="install Chromium"):
        print_all(SITE, tmp_path, ["book/index"])


def test_an_unknown_page_is_answered_with_the_known_ones(tmp_path):
    """So is a site that is not built."""
    with pytest.raises(SystemExit, match="the pages are book/index"):
        print_all(SITE, tmp_path, ["book/no"])
    with pytest.raises(SystemExit, match="run make book first"):
        print_all(tmp_path, tmp_path, [])
