"""Print the built book: all of it as one PDF, and a handout per chapter.

usage: print_book.py [--site FOLDER] [--out FOLDER] [NAME ...]

NAME is a page as in `_toc.yml`, such as book/costs; without a name, all are
printed. The book shows its solutions where they stand, and its contents has
page numbers; a handout has the exercises without the solutions. What a reader
of a page would open is open: every tab stands below the one before it.
"""

import argparse
import re
import shutil
import sys
from contextlib import contextmanager
from html import escape
from pathlib import Path

import pypdf
import yaml
from bs4 import BeautifulSoup
from execute_notebooks import ROOT, toc_files

TITLE = "One network, five designs"
CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]
PAPER = {
    "format": "A4",
    "margin": dict.fromkeys(["left", "right", "top"], "17mm")
    | {"bottom": "19mm"},
    "display_header_footer": True,
    "header_template": "<span></span>",
    "outline": True,
    "print_background": True,
    "tagged": True,
}
WIDTH = 665  # CSS pixels between the margins: 176 mm
FOOTER = (
    '<div style="font: 8px sans-serif; padding: 0 17mm; width: 100%">'
    '<span>{}</span><span class="pageNumber" style="float: right"></span>'
    "</div>"
)
# Left out on paper: what needs a click, and the way to other pages.
SCREEN_ONLY = ["headerlink", "live-note", "prev-next-area"]
# Make what is wider than the text as small as it has to be.
FIT = """() => {
  const wide = "table, pre, mjx-container[display=true], svg, img";
  for (const e of document.querySelectorAll(`.bd-article :is(${wide})`)) {
    const room = e.parentElement.clientWidth; // 0 in a line of text
    const needed = Math.max(e.scrollWidth, e.getBoundingClientRect().width);
    if (room && needed > room + 1) e.style.zoom = room / needed;
  }
}"""
READY = "() => window.MathJax?.startup?.promise.then(() => true)"


def key(name, anchor=""):
    """Return the id in the one file of a place on a page."""
    place = f"{name}--{anchor}" if anchor else name
    return re.sub(r"[^\w-]", "-", place)


def link_within(article, name, printed):
    """Let links lead to places in the file; a link out of it is its text."""
    for e in article.find_all(id=True):
        e["id"] = key(name, e["id"])
    for e in article.find_all("a", href=True):
        address, _, anchor = e["href"].partition("#")
        if re.match(r"[a-z]+:", address):
            continue
        page = name
        if address:
            parts = f"{name.rpartition('/')[0]}/{address}".split("/")
            while ".." in parts[1:]:
                i = parts.index("..", 1)
                del parts[i - 1 : i + 1]
            page = "/".join(parts).removesuffix(".html")
        if page in printed:
            e["href"] = f"#{key(page, anchor)}"
        else:
            e.name, e.attrs = "span", {}


def open_tabs(soup, article):
    """Put the tabs of a box below each other, each under its name."""
    for box in article.find_all("div", class_="sd-tab-set"):
        for e in box.select(":scope > input"):
            e.decompose()
        for label in box.select(":scope > label"):
            label.name, label.attrs = "p", {"class": "paper-tab"}
        for content in box.select(":scope > .sd-tab-content"):
            content["class"] = "paper-tab-content"
        box["class"] = "paper-tabs"


def article_of(site, name, printed, solutions):
    """Return a built page's text, ready for paper."""
    page = (site / f"{name}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(page, "lxml")
    article = soup.select_one("article.bd-article")
    unwanted = SCREEN_ONLY if solutions else [*SCREEN_ONLY, "solution"]
    for e in article.find_all(class_=unwanted) + article.find_all("script"):
        e.decompose()
    for e in article.find_all("details"):
        e["open"] = ""
    open_tabs(soup, article)
    link_within(article, name, printed)
    for e in article.find_all(src=True):
        if not e["src"].startswith("data:"):
            folder = (site / name).parent
            e["src"] = (folder / e["src"]).resolve().as_uri()
    article["id"] = key(name)
    article["class"] = "bd-article paper-page"
    return article


def head_of(site, name, title):
    """Return the head: a page's own styles and its mathematics."""
    page = (site / f"{name}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(page, "lxml")
    kept = [
        e
        for e in soup.head.select("link[rel=stylesheet], script, style")
        if e.name != "script" or "MathJax" in str(e) or "mathjax" in str(e)
    ]
    for e in kept:
        for attribute in {"href", "src"} & set(e.attrs):
            address = e[attribute].partition("?")[0]
            path = ((site / name).parent / address).resolve()
            e[attribute] = path.as_uri()
    return (
        '<!doctype html><html lang="en" data-theme="light"><head>'
        f'<meta charset="utf-8"><title>{escape(title)}</title>'
        f"{''.join(map(str, kept))}</head>"
    )


def contents(articles, parts):
    """Return the page with the parts, their chapters, and room for numbers."""
    rows = []
    for caption, names in parts:
        rows += [f"<h2>{escape(caption)}</h2>"] if caption else []
        for name in names:
            heading = articles[name].h1.get_text(" ", strip=True)
            rows.append(
                f'<p><a href="#{key(name)}">{escape(heading)}</a>'
                f'<span class="paper-number" data-page="{key(name)}"></span>'
            )
    return (
        f'<article class="bd-article paper-contents"><h1>{TITLE}</h1>'
        f"{''.join(rows)}</article>"
    )


def toc_parts(names):
    """Return (caption, names) for each part that has some of the names."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = [(None, [toc["root"]])]
    parts += [(p.get("caption"), toc_files(p)) for p in toc["parts"]]
    kept = [(c, [n for n in ns if n in names]) for c, ns in parts]
    return [(caption, chosen) for caption, chosen in kept if chosen]


def as_one_file(site, names, title, whole):
    """Return the HTML of a PDF: the whole book's, or a handout's."""
    articles = {n: article_of(site, n, set(names), whole) for n in names}
    first = contents(articles, toc_parts(names)) if whole else ""
    return (
        f'{head_of(site, names[0], title)}<body class="paper">'
        f'<div class="bd-content bd-article-container">{first}'
        f"{''.join(map(str, articles.values()))}</div></body></html>"
    )


def page_numbers(pdf, ids):
    """Return the page on which each place is, from 1."""
    reader = pypdf.PdfReader(pdf)
    places = reader.named_destinations  # by "/" and the id
    return {
        i: reader.get_destination_page_number(places[f"/{i}"]) + 1 for i in ids
    }


def print_file(page, html, pdf, title):
    """Print a file; if it has a contents, twice: the second has numbers."""
    source = pdf.with_suffix(".html")
    source.write_text(html, encoding="utf-8")
    options = {**PAPER, "footer_template": FOOTER.format(escape(title))}
    try:
        page.goto(source.as_uri(), timeout=0)
        page.evaluate(READY)
        page.evaluate(FIT)
        page.pdf(path=pdf, **options)
        ids = page.eval_on_selector_all(
            "[data-page]", "all => all.map(e => e.dataset.page)"
        )
        if ids:
            page.eval_on_selector_all(
                "[data-page]",
                "(all, numbers) => all.forEach("
                "e => { e.textContent = numbers[e.dataset.page]; })",
                page_numbers(pdf, ids),
            )
            page.pdf(path=pdf, **options)
    finally:
        source.unlink()


@contextmanager
def paper():
    """Start Chromium; give a page that is as wide as the text on paper."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        sys.exit(
            "To print the book, install Chromium (on Debian or Ubuntu: sudo "
            "apt install chromium), then type the same command again."
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as starter:
        browser = starter.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": WIDTH, "height": 1000}, color_scheme="light"
        )
        page.set_default_timeout(0)  # the whole book takes a while
        page.emulate_media(media="print", color_scheme="light")
        yield page
        browser.close()


def print_all(site, out, names):
    """Print the book, if all of it is asked for, and each page's handout."""
    known = toc_files()
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"No page {unknown[0]!r}: the pages are {', '.join(known)}")
    if not (site / f"{known[0]}.html").exists():
        sys.exit(f"No built book in {site}: run make book first.")
    (out / "handouts").mkdir(parents=True, exist_ok=True)
    with paper() as page:
        if not names:
            pdf = out / "one-network-five-designs.pdf"
            html = as_one_file(site, known, TITLE, whole=True)
            print_file(page, html, pdf, TITLE)
            print(f"The book: {pdf}")
        for name in names or known:
            pdf = out / f"handouts/{name.rpartition('/')[2]}.pdf"
            html = as_one_file(site, [name], TITLE, whole=False)
            print_file(page, html, pdf, TITLE)
    print(f"A handout per chapter: {out / 'handouts'}")


def main():
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    build = ROOT / "_build"
    parser.add_argument("--site", type=Path, default=build / "html")
    parser.add_argument("--out", type=Path, default=build / "pdf")
    arguments = parser.parse_args()
    print_all(
        arguments.site.resolve(), arguments.out.resolve(), arguments.names
    )


if __name__ == "__main__":
    main()
