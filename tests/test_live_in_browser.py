"""The live cells in a real browser, with every outside request blocked."""

import re

import nbformat
import pytest
from execute_notebooks import ROOT, toc_notebooks
from test_live_cells import CHAPTERS, PAGES, runner
from test_site_in_browser import AXE, IN_PAGE, PAINT

from conftest import opening

PATHS = {
    path.stem: path.relative_to(ROOT).with_suffix(".html").as_posix()
    for path in toc_notebooks()
}
HERE = "neuron-to-network"  # the page whose cells are poked

# Stored texts that 32 bits give otherwise, and why: {(page, cell id): why}.
DIFFERENT = {
    ("costs", "ex-compare-run"): "training at large rates, which is chaotic",
    ("bias-row", "memory-peak"): "memory: a pointer has half the bytes",
    ("sixth-design", "played"): "bytes and rounding of another processor",
    ("sixth-design", "memory"): "an order's integers have half the bytes",
    ("initialization", "train-run"): "training ten layers, which is chaotic",
}

# A number, to be compared to six digits.
NUMBER = re.compile(r"-?\d+\.\d*(?:e[+-]?\d+)?|-?\d+e[+-]?\d+|-?\d+")


def squeezed(text):
    """Return text without what line breaking and indenting change."""
    return re.sub(r"\s+", "", text)


def stored_text(cell):
    """Return what a cell's stored outputs show as text, and whether HTML."""
    parts, html = [], False
    for output in cell.outputs:
        if output.output_type == "stream":
            parts.append(output.text)
        elif "data" in output:
            html = html or "text/html" in output.data
            parts.append(output.data.get("text/plain", ""))
    return "\n".join(parts), html


def varies(cell):
    """Say whether a cell's output is another one each time: a timing.

    `test_book_sources.TIMINGS` lists these cells, and why.
    """
    return "nbval-ignore-output" in cell.metadata.tags


def wait(page, index, seconds=120):
    """Wait until a live cell has ended; return what its status says.

    The page itself looks whether it has, and is not asked again and again.
    """
    from playwright.sync_api import TimeoutError as TooLongError

    button = page.locator(".live-run").nth(index).element_handle()
    try:
        page.wait_for_function(
            "button => !button.disabled",
            arg=button,
            polling=50,
            timeout=1000 * seconds,
        )
    except TooLongError:
        raise AssertionError(
            f"cell {index} still runs: {status(page, index)}"
        ) from None
    return status(page, index)


def status(page, index):
    """Return what stands beside a live cell's buttons."""
    return page.locator(".live-status").nth(index).text_content()


def output(page, index):
    """Return the text under a live cell."""
    return page.locator(".live-output").nth(index).text_content()


def run_all(page):
    """Run the live cells in their order; return what each says and gives.

    The page presses its own buttons: asked from outside, each of nine hundred
    cells would wait for the next look. A run ends by itself (`TIME_LIMIT` in
    live.js), and one that did not end well is the last.
    """
    return page.evaluate("""async () => {
        const all = (name) => [...document.querySelectorAll(name)];
        const [buttons, status, outputs] = ["run", "status", "output"].map(
            (name) => all(".live-" + name));
        const ended = (button) => new Promise((resolve) => {
            new MutationObserver((_, observer) => {
                if (button.disabled) return;
                observer.disconnect();
                resolve();
            }).observe(button, { attributeFilter: ["disabled"] });
        });
        const given = [];
        for (const [index, button] of buttons.entries()) {
            const end = ended(button);
            button.click();
            await end;
            const said = status[index].textContent;
            given.push([said, outputs[index].textContent]);
            if (!said.startsWith("Done")) break;
        }
        return given;
    }""")


def press(page, index, name):
    """Click one of a live cell's buttons."""
    bar = page.locator(".live-bar").nth(index)
    bar.locator("button", has_text=name).click()


def run(page, index):
    """Run a live cell to its end, be it in a closed box; return its status."""
    page.locator(".live-run").nth(index).evaluate("button => button.click()")
    return wait(page, index)


def type_over(page, index, text):
    """Replace the text of a live cell through its editor, key by key."""
    if page.locator(".live-button", has_text="Edit").nth(index).is_visible():
        press(page, index, "Edit")
    page.locator(".live-editor .cm-content").first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


@pytest.fixture(scope="module")
def started(browser, site):
    """Open a page whose Python has started."""
    with opening(browser, site) as open_it:
        tab = open_it(PATHS[HERE])
        tab.start = start(tab)
        yield tab


def start(tab):
    """Run the first cell; return what was shown and asked for, in order."""
    first, asked = tab.locator(".live-run").first, []
    tab.on("request", lambda r: asked.append(r.url))
    tab.evaluate(
        """() => {
            const status = document.querySelector(".live-status");
            const said = window.said = [status.textContent];
            new MutationObserver(() => said.push(status.textContent))
                .observe(status, { childList: true });
        }"""
    )
    label, before = (
        first.inner_text(),
        tab.evaluate(
            "performance.getEntriesByType('resource').map(e => e.name)"
        ),
    )
    run(tab, 0)
    said, n_asked = tab.evaluate("said"), len(asked)
    run(tab, 1)
    return {
        "label": label,
        "before": before,
        "said": said,
        "after": asked[n_asked:],
    }


@pytest.fixture
def tab(started):
    """Give the page, and take back what the test typed into its cell."""
    yield started
    reset = started.locator(".live-bar").first.get_by_text("Reset")
    if reset.is_visible():
        reset.click()


def same(ours, stored):
    """Say whether two texts agree, their numbers to six digits."""
    ours, stored = squeezed(ours), squeezed(stored)
    if ours == stored:
        return True
    if NUMBER.sub("#", ours) != NUMBER.sub("#", stored):
        return False
    pairs = zip(NUMBER.findall(ours), NUMBER.findall(stored), strict=True)
    return all(
        abs(float(a) - float(b)) <= 1e-6 * max(abs(float(b)), 1e-6)
        for a, b in pairs
    )


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapters_live_cells_give_what_is_stored(page, open_page):
    """All of them, in order, in the page itself."""
    cells = PAGES[page]
    tab = open_page(PATHS[page])
    assert tab.locator(".live-run").count() == len(cells)
    given = run_all(tab)
    for cell, (said, shown) in zip(cells, given, strict=False):
        assert said.startswith("Done"), (cell.id, said, shown)
        text, html = stored_text(cell)
        if html or varies(cell) or (page, cell.id) in DIFFERENT:
            continue
        ours = shown.replace("(no output)", "")
        assert same(ours, text), (cell.id, ours, text)
    assert len(given) == len(cells)
    assert tab.requests_outside == []
    assert tab.complaints == []


def test_loading_is_announced_counted_and_done_once(started):
    """The button says how much; the second cell needs no loading."""
    start = started.start
    assert re.search(r"\d+ MB", start["label"])
    assert not [url for url in start["before"] if "pyodide" in url]
    assert any(re.search(r"[\d.]+ MB of \d", text) for text in start["said"])
    assert started.locator(".live-run").nth(1).inner_text() == "Run"
    assert start["after"] == []


def test_a_cell_runs_what_it_needs_first_and_once(open_page):
    """Those that it needs, and no others; none of them a second time."""
    sources = [cell.source for cell in PAGES[HERE]]
    needs = [runner.needed(sources, k) for k in range(len(sources))]
    last = max(k for k, needed in enumerate(needs) if len(needed) > 1)
    others = set(range(len(sources))) - {last, *needs[last]}
    assert others
    tab = open_page(PATHS[HERE])
    assert run(tab, last).startswith("Done"), output(tab, last)
    for k in needs[last]:
        assert status(tab, k) == "Run, since a cell below needs it."
    assert {status(tab, k) for k in others} == {""}
    tab.evaluate(
        "document.querySelectorAll('.live-status')"
        ".forEach(status => { status.textContent = 'as it was'; })"
    )
    assert run(tab, last).startswith("Done")
    untouched = {status(tab, k) for k in others.union(needs[last])}
    assert untouched == {"as it was"}


def test_edit_run_reset(tab):
    """The reader's text runs; Reset brings back the book's."""
    type_over(tab, 0, "print('mine')\n6 * 7")
    tab.keyboard.press("Control+Enter")
    wait(tab, 0)
    assert output(tab, 0).split() == ["mine", "42"]
    press(tab, 0, "Reset")
    assert tab.locator(".live-editor").count() == 0
    assert tab.locator(".cell_input").first.is_visible()
    assert not tab.locator(".live-output").first.is_visible()


def test_an_error_is_shown_with_its_line_and_python_lives_on(tab):
    """The message, the line, and then the next cell runs."""
    type_over(tab, 0, "import nnlib\nnnlib.DESIGNS['bias_row'].initialize(3)")
    tab.keyboard.press("Shift+Enter")
    assert wait(tab, 0) == "Ended with an error."
    assert "line 2" in output(tab, 0)
    type_over(tab, 0, "1 + 1")
    tab.keyboard.press("Control+Enter")
    wait(tab, 0)
    assert output(tab, 0).strip() == "2"


def test_stop_ends_an_endless_loop_and_says_so(tab):
    """The page stays awake; the next run starts Python anew."""
    type_over(tab, 0, "while True:\n    pass")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_timeout(500)
    assert status(tab, 0) == "Running …"
    press(tab, 0, "Stop")
    assert "Python starts anew" in wait(tab, 0, 5)
    type_over(tab, 0, "'again'")
    tab.keyboard.press("Control+Enter")
    assert wait(tab, 0).startswith("Done")


def test_what_a_reader_typed_is_there_after_a_reload(open_page):
    """Until Reset; another page does not have it."""
    tab = open_page(PATHS[HERE])
    type_over(tab, 0, "'kept'")
    tab.reload()
    tab.locator(".live-editor .cm-content").wait_for()
    assert "'kept'" in tab.locator(".live-editor").inner_text()
    assert "kept from an earlier visit" in status(tab, 0)
    press(tab, 0, "Reset")
    tab.reload()
    assert tab.locator(".live-editor").count() == 0


def test_the_keyboard_is_enough(tab):
    """Tab to Edit, type, run, leave the editor, and go on."""
    tab.locator(".live-run").first.focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Edit"
    tab.keyboard.press("Enter")
    tab.locator(".live-editor .cm-content").wait_for()
    tab.keyboard.press("Control+a")
    tab.keyboard.type("for i in range(2):\nprint(i)")  # indented by itself
    tab.keyboard.press("Control+Enter")
    wait(tab, 0)
    assert output(tab, 0).split() == ["0", "1"]
    tab.keyboard.press("Control+z")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Tab")
    assert "live-run" in tab.evaluate("document.activeElement.className")


def test_a_readers_code_reaches_nothing_outside(tab):
    """No page, no storage, no network, from inside Python."""
    probe = """
import js
function = js.setTimeout.constructor  # the way around every other lock
names = ["document", "localStorage", "indexedDB", "caches", "fetch",
         "WebSocket", "XMLHttpRequest", "importScripts", "Worker"]
[function.new(f"return typeof {name}")() for name in names]
"""
    type_over(tab, 0, probe)
    tab.keyboard.press("Control+Enter")
    wait(tab, 0)
    assert output(tab, 0).count("undefined") == 9, output(tab, 0)


def test_html_from_a_cell_is_cleaned(tab):
    """A table is shown; a script in it is not run."""
    source = (
        "class Evil:\n"
        "    def _repr_html_(self):\n"
        "        return '<table><tr><td>fine</td></tr></table>'\n"
        "        '<img src=x onerror=alert(1)><script>alert(1)</script>'\n"
        "Evil()"
    ).replace("'\n        '", "' '")
    type_over(tab, 0, source)
    tab.keyboard.press("Control+Enter")
    wait(tab, 0)
    html = tab.locator(".live-html").inner_html()
    assert "fine" in html
    assert "onerror" not in html
    assert "script" not in html


def test_from_a_file_the_page_is_whole_and_says_how(browser):
    """No buttons; one line says how to serve it."""
    page = browser.new_page()
    page.goto((ROOT / "_build/html" / PATHS[HERE]).as_uri())
    assert page.locator(".live-run").count() == 0
    assert page.locator(".live-served").is_visible()
    assert not page.locator(".live-here").is_visible()
    page.close()


def test_without_javascript_the_page_is_whole_and_says_how(open_page):
    """The stored outputs, and the same line."""
    tab = open_page(PATHS[HERE], java_script_enabled=False)
    assert tab.locator(".live-served").is_visible()
    assert tab.locator(".cell_output").first.is_visible()


def test_mnist_is_fetched_part_by_part_with_a_word(tab):
    """Ten thousand images: two parts, and the page says so meanwhile."""
    asked = []
    tab.on("request", lambda r: asked.append(r.url))
    type_over(
        tab, 0, "import nnlib\nnnlib.datasets.mnist('train', 10_000).X.shape"
    )
    tab.keyboard.press("Control+Enter")
    wait(tab, 0)
    assert output(tab, 0).strip() == "(10000, 784)"
    assert len([url for url in asked if "train-images" in url]) == 2


def test_axe_finds_nothing_while_a_cell_is_used(tab):
    """With an editor open and an output shown; nothing sticks out."""
    tab.emulate_media(reduced_motion="reduce")
    type_over(tab, 0, "x = 'a string'  # a note\nx, 1.5, None")
    tab.keyboard.press("Control+Enter")
    wait(tab, 0)
    for script in IN_PAGE, AXE:
        tab.evaluate(script.read_text(encoding="utf-8"))
    tab.evaluate("inPage.thinOut()")
    for width in 1366, 390:
        tab.set_viewport_size({"width": width, "height": 900})
        for scheme in "light", "dark":
            tab.evaluate(PAINT, scheme)
            alike = (width < 500) != (scheme == "dark")
            seen = tab.evaluate(f"inPage.axeFinds({str(alike).lower()})")
            assert seen["found"] == [], (width, scheme)
            assert tab.evaluate(
                "document.documentElement.scrollWidth <= innerWidth + 1"
            ), (width, scheme)


def test_nothing_is_lost_between_page_and_notebook():
    """The cells counted here are the cells of the stored notebooks."""
    for name in CHAPTERS:
        nb = nbformat.read(ROOT / f"{PATHS[name][:-5]}.ipynb", 4)
        tagged = [c for c in nb.cells if "live" in c.metadata.get("tags", [])]
        assert [c.id for c in tagged] == [c.id for c in PAGES[name]]
