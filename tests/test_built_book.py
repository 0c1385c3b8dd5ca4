"""The book as it is built: whole, on its own, and legible without pictures.

Each check takes a page and returns its complaints.  Every check is shown a
planted fault, then all the pages of ``_build/html``.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
from bs4 import BeautifulSoup, NavigableString
from execute_notebooks import ROOT, toc_files

HTML = ROOT / "_build" / "html"
ELSEWHERE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
LOADING = {"icon", "modulepreload", "preconnect", "prefetch", "preload"}
LOADING |= {"dns-prefetch", "stylesheet"}
SOURCES = ["audio", "embed", "iframe", "img", "object", "script", "video"]
SOURCES += ["source", "track"]
FROM_ELSEWHERE = re.compile(
    r"""(?:@import\s*|url\()["']?\s*(?:https?:)?//[^)"']*""", re.IGNORECASE
)
MARKUP = re.compile(
    r"""\{[a-z]+(?::[a-z]+)*\}`   # a role: {numref}`fig-cost`
      | ```|:::                   # a fence
      | \$\$                      # display mathematics
      | \]\((?=\S)                # a link
      | np\.float\d+\(            # the repr of a NumPy number
    """,
    re.VERBOSE,
)


def parse(html):
    """Return the parsed page."""
    return BeautifulSoup(html, "lxml")


def loaded(page):
    """Return what the browser loads for ``page`` by itself."""
    links = [
        e["href"]
        for e in page.find_all("link", href=True)
        if LOADING & set(e.get("rel", []))
    ]
    sources = [
        e[key]
        for key in ("src", "data", "poster")
        for e in page.find_all(SOURCES)
        if e.has_attr(key)
    ]
    return links + sources


def outside_assets(page, path=None):
    """Complain about a script, style, font or picture from another host."""
    styles = [e.get_text() for e in page.find_all("style")]
    styles += [e["style"] for e in page.find_all(style=True)]
    return [
        f"loads {address}"
        for address in loaded(page)
        if ELSEWHERE.match(address)
    ] + [found for s in styles for found in FROM_ELSEWHERE.findall(s)]


def missing_assets(page, path):
    """Complain about a script, style or picture that is not in the book."""
    return [
        f"{address}: no such file"
        for address in loaded(page)
        if not ELSEWHERE.match(address) and not address.startswith("data:")
        if not (path.parent / unquote(urlsplit(address).path)).is_file()
    ]


def pictures_without_words(page, path=None):
    """Complain about a picture whose alt text does not say what is seen."""
    complaints = [
        f"{e.get('src')}: no alt" for e in page.select("img:not([alt])")
    ]
    for e in page.select("article img[alt]"):
        alt = e["alt"].strip()
        if not alt or re.fullmatch(r"\S*(?:\.\w{2,4}|[0-9a-f]{16}\S*)", alt):
            complaints.append(f"{e.get('src')}: alt text {alt!r}")
    return complaints


def dead_links(page, path):
    """Complain about a link within the book that leads nowhere."""
    complaints, own = [], {e["id"] for e in page.find_all(id=True)}
    for e in page.select("a[href]"):
        parts = urlsplit(e["href"])
        if parts.scheme or parts.netloc:
            continue
        target = path.parent / unquote(parts.path) if parts.path else path
        if target != path and not target.is_file():
            complaints.append(f"{e['href']}: no such page")
        elif (
            parts.fragment
            and target.suffix == ".html"
            and unquote(parts.fragment)
            not in (own if target == path else places(target.resolve()))
        ):
            complaints.append(f"{e['href']}: no such place")
    return complaints


@cache
def places(target):
    """Return the places of another page."""
    return {*lxml.html.parse(target).xpath("//@id")}


def unnumbered(page, path=None):
    """Complain about a labeled equation or a figure without its number."""
    return [
        f"{e['id']}: no number"
        for e in page.select('div.math[id^="equation-"]')
        if not re.search(r"\(\d+\)", e.get_text())
    ] + [
        f"{e.get('id')}: no caption with a number"
        for e in page.select("article figure")
        if not e.select_one("figcaption .caption-number")
    ]


def leftover_markup(page, path=None):
    """Complain about markup that reached the reader unprocessed."""
    article = page.find("article")
    if article is None:
        return ["no article"]
    return [
        f"...{text[max(0, m.start() - 20) : m.end() + 20]}..."
        for text in prose(article)
        for m in MARKUP.finditer(text)
    ]


def prose(element):
    """Yield the text within an element that is neither code nor formula."""
    for e in element.children:
        if type(e) is NavigableString:  # no comment
            yield e.strip()
        elif e.name in {"pre", "code", "script", "style", None}:
            continue
        elif "math" not in e.get("class", []):
            yield from prose(e)


CHECKS = [
    outside_assets,
    missing_assets,
    pictures_without_words,
    dead_links,
    unnumbered,
    leftover_markup,
]

# -- the planted faults ------------------------------------------------------

CDN = "https://cdn.example.org/x"
FAULTS = [
    (outside_assets, f'<script src="{CDN}.js"></script>'),
    (outside_assets, '<script src="//cdn.example.org/x.js"></script>'),
    (outside_assets, f'<link rel="stylesheet" href="{CDN}.css">'),
    (outside_assets, f'<link rel="preload" as="font" href="{CDN}.woff">'),
    (outside_assets, f'<img alt="a" src="{CDN}.png">'),
    (outside_assets, f"<style>@import '{CDN}.css';</style>"),
    (outside_assets, f'<p style="background: url({CDN}.png)"></p>'),
    (missing_assets, '<link rel="stylesheet" href="no.css">'),
    (missing_assets, '<img alt="a" src="no.png">'),
    (pictures_without_words, '<img src="a.png">'),
    (pictures_without_words, '<img src="a.png" alt="">'),
    (pictures_without_words, '<img src="a.png" alt="../_images/a.png">'),
    (pictures_without_words, f'<img src="a.png" alt="{"0123abcd" * 8}">'),
    (dead_links, '<a href="no.html">x</a>'),
    (dead_links, '<a href="#no">x</a>'),
    (dead_links, '<a href="page.html#no">x</a>'),
    (unnumbered, '<div class="math" id="equation-a">a = b</div>'),
    (unnumbered, "<figure><img><figcaption>x</figcaption></figure>"),
    (leftover_markup, "<p>as {numref}`fig-cost` shows</p>"),
    (leftover_markup, "<p>{glue:text}`accuracy:.3f`</p>"),
    (leftover_markup, "<p>:::{note}</p>"),
    (leftover_markup, "<p>[text](page.md)</p>"),
    (leftover_markup, "<p>is <b>np.float64(0.95)</b></p>"),
]
GOOD = """
<article>
<p id="here">In <a href="#here">words</a>, <a href="page.html#there">on</a>,
<a href="https://example.org">elsewhere</a>: <code>{glue}`x`</code>.</p>
<img src="page.html" alt="The cost falls from 0.9 to 0.1.">
<div class="math" id="equation-a"><span>(1)</span>a</div>
<figure><figcaption><span class="caption-number">Figure 1</span></figcaption>
</figure></article>
"""


@pytest.fixture
def folder(tmp_path):
    """Return a folder with one page in it."""
    (tmp_path / "page.html").write_text("<p id='there'>x</p>")
    return tmp_path


@pytest.mark.parametrize(("check", "html"), FAULTS)
def test_a_planted_fault_is_found(folder, check, html):
    """Each check complains about the fault that it is there for."""
    page = parse(f"<article>{html}</article>")
    (complaint,) = check(page, folder / "fault.html")
    if "#no" in html:
        assert complaint.endswith("no such place")


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_page_passes(folder, check):
    """No check complains about a page that is as it should be."""
    assert check(parse(GOOD), folder / "good.html") == []


# -- the real pages -----------------------------------------------------------


@pytest.fixture
def built():
    """Return the folder of the built book."""
    if not (HTML / "index.html").is_file():
        pytest.fail("There is no built book to check: run `make book` first.")
    return HTML


@lru_cache(maxsize=1)
def read(path):
    """Return a parsed page, which all checks look at and none changes."""
    return parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", toc_files())
def test_page(built, name, check):
    """Every page of the book passes every check above."""
    path = built / f"{name}.html"
    assert check(read(path), path) == []


def test_the_pages_are_those_of_the_contents(built):
    """Every entry of the table of contents is built, and nothing else."""
    made_by_sphinx = {"404", "genindex", "index", "prf-prf", "search"}
    pages = {
        path.relative_to(built).with_suffix("").as_posix()
        for path in built.rglob("*.html")
        if "_static" not in path.parts
    }
    assert pages - made_by_sphinx == set(toc_files())


def test_no_style_loads_from_another_host(built):
    """The styles that come with the book fetch nothing from outside it."""
    complaints = [
        f"{path.relative_to(built)}: {found}"
        for path in built.rglob("*.css")
        for found in FROM_ELSEWHERE.findall(path.read_text(encoding="utf-8"))
    ]
    assert complaints == []


def test_the_mathematics_comes_with_the_book(built):
    """Pages with mathematics load MathJax from the book's own folder."""
    page = built / "book" / "column-vectors.html"
    scripts = parse(page.read_text(encoding="utf-8")).select("script[src]")
    (mathjax,) = [e["src"] for e in scripts if "mathjax" in e["src"].lower()]
    path = (page.parent / Path(urlsplit(mathjax).path)).resolve()
    assert path.is_relative_to(built)


@pytest.mark.parametrize("name", toc_files())
def test_a_page_weighs_little(built, name):
    """With its own pictures, without what all pages share: under 1 MB."""
    path = built / f"{name}.html"
    own = {
        (path.parent / unquote(source)).resolve()
        for source in lxml.html.parse(path).xpath("//article//img/@src")
        if not source.startswith("data:")
    }
    assert sum(p.stat().st_size for p in {path, *own}) < 1e6
