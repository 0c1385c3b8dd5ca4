"""Every page of the built book, in a real browser.

A page is opened twice: from the book's server in a wide window, then from a
file in a narrow one. In both windows it is looked at light and dark, with
every dropdown and tab open. What was seen is kept; each test asks for a part.
"""

from functools import cache
from pathlib import Path
from urllib.parse import quote

import axe_playwright_python
import pytest
import yaml
from execute_notebooks import ROOT, toc_files

HTML = ROOT / "_build" / "html"
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
IN_PAGE = Path(__file__).with_name("in_page.js")
PAGES = [*toc_files(), "genindex", "search"]
WIDE = {"width": 1366, "height": 900}
NARROW = {"width": 390, "height": 844}
PATIENCE = 120_000  # ms, on a machine that does other things too
READY = "() => window.MathJax?.startup?.promise.then(() => true)"
PAINT = (  # the theme, and a moment in which the page takes it on
    "theme => { document.documentElement.dataset.theme = theme;"
    " return new Promise(done => requestAnimationFrame("
    "() => setTimeout(done, 50))); }"
)
SEARCH_AGAIN = """subject => {
  document.querySelector("#search-results").replaceChildren();
  Search.performSearch(subject);
}"""


def watched(context, home):
    """Open a page that notes its complaints and what it asks from outside."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.outside, page.complaints = [], []
    page.on(
        "request",
        lambda r: (
            r.url.startswith((home, "data:", "blob:"))
            or page.outside.append(r.url)
        ),
    )
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    page.on(
        "console",
        lambda m: m.type == "error" and page.complaints.append(m.text),
    )
    return page


def arrive(page, address):
    """Go to an address and wait for its mathematics."""
    page.goto(address)
    page.evaluate(READY)
    page.evaluate(IN_PAGE.read_text(encoding="utf-8"))
    return {
        "outside": page.outside,
        "complaints": page.complaints,
        "formulas": page.evaluate("inPage.badFormulas()"),
    }


def look(page, theme, colors_only, passed):
    """Return what axe finds in a window as it is now.

    ``passed`` are the kinds of text about which it found nothing; it grows.
    """
    page.evaluate(PAINT, theme)
    seen = page.evaluate(
        "([only, passed]) => inPage.axeFinds(only, passed)",
        [colors_only, sorted(passed)],
    )
    if not seen["found"]:
        passed.update(seen["kinds"])
    return seen["found"]


@pytest.fixture(scope="module")
def contexts(browser):
    """Give a wide and a narrow window of a reader who wants no motion."""
    still = {"reduced_motion": "reduce", "color_scheme": "light"}
    wide = browser.new_context(viewport=WIDE, **still)
    narrow = browser.new_context(viewport=NARROW, **still)
    yield wide, narrow
    wide.close()
    narrow.close()


@pytest.fixture(scope="module")
def seen(contexts, site):
    """Return a function from a page's name to what was seen on it."""
    wide, narrow = contexts
    axe, passed = AXE.read_text(encoding="utf-8"), set()

    @cache
    def visit(name):
        page = watched(wide, site)
        facts = {"http": arrive(page, f"{site}{name}.html")}
        page.keyboard.press("Tab")  # from now on the focus is shown
        facts["headings"] = page.evaluate("inPage.badHeadings()")
        facts["moving"] = page.evaluate("inPage.moving()")
        page.evaluate("inPage.openAll()")
        facts["unreachable"] = page.evaluate("inPage.unreachable()")
        page.evaluate(axe)
        page.evaluate("inPage.thinOut()")
        facts["axe"] = {
            (WIDE["width"], "light"): look(page, "light", False, passed),
            (WIDE["width"], "dark"): look(page, "dark", True, passed),
        }
        page.close()
        page = watched(narrow, HTML.as_uri())
        facts["file"] = arrive(page, (HTML / f"{name}.html").as_uri())
        page.evaluate("inPage.openAll()")
        facts["wide"] = page.evaluate("inPage.tooWide()")
        page.evaluate(axe)
        page.evaluate("inPage.thinOut()")
        facts["axe"] |= {
            (NARROW["width"], "light"): look(page, "light", True, passed),
            (NARROW["width"], "dark"): look(page, "dark", False, passed),
        }
        page.close()
        return facts

    return visit


# What a reader may look for, and the page that is about it.
SUBJECTS = {
    "book/problems-and-data": "donut",
    "book/neuron-to-network": "nonlinearity",
    "book/costs": "cross-entropy",
    "book/backpropagation": "chain rule",
    "book/referee": "finite differences",
    "book/learning": "epoch",
    "book/column-vectors": "column vectors",
    "book/bias-row": "XOR",
    "book/row-matrix": "operators",
    "book/layer-dict": "dictionary",
    "book/bias-row-softmax": "momentum",
    "book/one-network": "permutation",
    "book/six-steps": "six steps",
    "book/speed-and-memory": "memory",
    "book/how-they-learn": "learning curves",
    "book/design-review": "skip connection",
    "book/bug-museum": "mistake",
    "book/reproduction-study": "reproduction",
    "book/initialization": "saturation",
    "book/regularization": "dropout",
    "book/optimizers": "Adam",
    "book/sixth-design": "workspace",
    "book/estimator": "scikit-learn",
}
MOST_RESULTS = 8  # a subject's page is among so many

each_page = pytest.mark.parametrize("name", PAGES)


@each_page
def test_nothing_is_asked_from_outside(seen, name):
    """Neither from a server nor from a file does a page leave its folder."""
    facts = seen(name)
    assert facts["http"]["outside"] == facts["file"]["outside"] == []


@each_page
def test_the_console_has_no_error(seen, name):
    """Neither from a server, with its strict policy, nor from a file."""
    facts = seen(name)
    assert facts["http"]["complaints"] == facts["file"]["complaints"] == []


@each_page
def test_the_mathematics_is_set(seen, name):
    """Every formula, in both windows."""
    facts = seen(name)
    assert facts["http"]["formulas"] == facts["file"]["formulas"] == []


@each_page
def test_headings_skip_no_level(seen, name):
    """One title; below it, one level at a time."""
    assert seen(name)["headings"] == []


@each_page
def test_nothing_moves_for_those_who_ask(seen, name):
    """No transition, no animation, no gliding scroll."""
    assert seen(name)["moving"] == []


@each_page
def test_the_keyboard_reaches_what_is_shown(seen, name):
    """Every control takes the focus, and shows that it has it."""
    assert seen(name)["unreachable"] == []


@each_page
def test_on_a_phone_only_boxes_scroll_sideways(seen, name):
    """Nothing reaches beyond a window of 390 px, opened or closed."""
    assert seen(name)["wide"] == []


def test_on_a_phone_what_is_cut_off_looks_cut_off(contexts, site):
    """A box that goes on to the right fades there, until its end is seen."""
    page = watched(contexts[1], site)
    arrive(page, f"{site}book/referee.html")
    cut = page.locator(".cell_output > .output:has(table).book-more").first
    wide = cut.evaluate("e => e.scrollWidth - e.clientWidth")
    assert wide > 50
    cut = cut.element_handle()
    for left, fades in [(wide, False), (0, True)]:
        cut.evaluate("(e, x) => { e.scrollLeft = x; }", left)
        page.wait_for_function(
            "([e, fades]) =>"
            " (getComputedStyle(e).maskImage != 'none') == fades",
            arg=[cut, fades],
        )
    unmarked = page.eval_on_selector_all(
        "pre:not(.book-more)",
        "all => all.filter(e => e.checkVisibility({visibilityProperty: true})"
        " && e.scrollWidth > e.clientWidth + 4).map(e => e.textContent)",
    )
    assert unmarked == []
    page.close()


def test_on_a_phone_a_wide_figure_can_be_had_larger(contexts, site):
    """In its own box, and small again; where there is room, no button."""
    page = watched(contexts[1], site)
    arrive(page, f"{site}book/how-they-learn.html")
    figure = page.locator("figure:has(.book-larger)").first
    button = figure.get_by_role("button", name="Figure")
    widths = "e => [e.querySelector('img').clientWidth, e.clientWidth]"
    small, room = figure.evaluate(widths)
    assert small <= room
    button.press("Enter")
    large, same = figure.evaluate(widths)
    assert large > 1.5 * small
    assert same == room
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    button.press("Enter")
    assert figure.evaluate(widths) == [small, room]
    page.close()
    page = watched(contexts[0], site)
    arrive(page, f"{site}book/how-they-learn.html")
    assert not page.locator(".book-larger:visible").count()
    page.close()


@each_page
def test_axe_finds_nothing(seen, name):
    """Light and dark, wide and narrow, all that opens opened."""
    assert {k: v for k, v in seen(name)["axe"].items() if v} == {}


def test_axe_is_asked_about_every_new_kind_of_text(contexts):
    """A faint text is found; what has passed before is not asked again."""
    page, passed = contexts[0].new_page(), set()
    dark = '<p style="color: #000; background: #fff">dark</p>'
    faint = '<p style="color: #bbb; background: #fff">faint</p>'
    gray = '<p style="color: #000; background: #555">on gray</p>'
    for text, finds in [
        (dark, 0),
        (dark, 0),
        (faint, 1),
        (faint, 1),
        (gray, 1),
    ]:
        page.set_content(f"<html lang=en><title>t</title><main>{text}</main>")
        for script in IN_PAGE, AXE:
            page.evaluate(script.read_text(encoding="utf-8"))
        before = len(passed)
        found = look(page, "light", True, passed)
        assert [line.partition(":")[0] for line in found] == (
            ["color-contrast"] * finds
        )
        assert len(passed) == 1 if not finds else len(passed) == before
    link = (
        '<p style="color: #000">words <a href="#" style="color: {}">go</a></p>'
    )
    style = "<style>a { text-decoration: none }</style>"
    passed = set()
    for color, finds in [("#d00", []), ("#222", ["link-in-text-block"])]:
        page.set_content(
            f"<html lang=en><title>t</title>{style}"
            f"<main>{link.format(color)}</main>"
        )
        for script in IN_PAGE, AXE:
            page.evaluate(script.read_text(encoding="utf-8"))
        found = look(page, "light", True, passed)
        assert [line.partition(":")[0] for line in found] == finds
    page.close()


@pytest.mark.parametrize("served", [True, False], ids=["http", "file"])
def test_search_finds_each_chapter_by_its_subject(contexts, site, served):
    """With no network, from a server and from a file; the title comes too."""
    page = watched(contexts[0], site if served else HTML.as_uri())
    home = site if served else f"{HTML.as_uri()}/"
    chapters = [(n, s) for n, s in SUBJECTS.items() if n in PAGES]
    missed = []
    for i, (name, subject) in enumerate(chapters):
        if i == 0:
            page.goto(f"{home}search.html?q={quote(subject)}")
        else:  # on the same page, which has its index now
            page.evaluate(SEARCH_AGAIN, subject)
        page.locator("#search-results .search-summary").wait_for()
        links = page.eval_on_selector_all(
            "#search-results ul.search > li > a",
            "all => all.map(e => e.getAttribute('href'))",
        )
        found = [link.partition("?")[0].partition("#")[0] for link in links]
        if f"{name}.html" not in list(dict.fromkeys(found))[:MOST_RESULTS]:
            missed.append((subject, name, found[:MOST_RESULTS]))
    assert missed == []
    assert page.outside == page.complaints == []
    page.close()


def test_every_chapter_has_a_subject_to_search_for():
    """A new chapter needs its line above."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [
        name
        for part in toc["parts"]
        if part.get("numbered")
        for name in toc_files(part)
    ]
    assert set(chapters) <= set(SUBJECTS)


@pytest.mark.parametrize("name", ["book/index", "book/six-steps"])
def test_the_tab_key_walks_through_a_page(contexts, site, name):
    """Every control that is shown has its turn, in order and in sight."""
    page = watched(contexts[0], site)
    arrive(page, f"{site}{name}.html")
    n_controls = page.evaluate("inPage.numberControls()")
    stops = []
    for _ in range(2 * n_controls):  # some more show when they have it
        page.keyboard.press("Tab")
        stop = page.evaluate("inPage.stop()")
        if stop is None:
            break
        stops.append(stop)
    numbers = [stop["number"] for stop in stops if stop["number"] >= 0]
    assert set(numbers) == set(range(n_controls))
    assert numbers == sorted(numbers)
    assert [stop["name"] for stop in stops if not stop["inSight"]] == []
    page.close()
