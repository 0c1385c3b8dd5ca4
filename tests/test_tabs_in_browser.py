"""The boxes with a tab per design, on the pages as they are built."""

import shutil

import pytest
from execute_notebooks import ROOT, toc_files

from nnlib import FIVE

CHROMIUM = next(
    filter(
        None,
        map(shutil.which, ["chromium", "chromium-browser", "google-chrome"]),
    ),
    None,
)
playwright = pytest.importorskip(
    "playwright.sync_api",
    reason="to try the tabs in a browser: pip install playwright, and have "
    "Chromium on PATH",
)
pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="there is no `chromium` on PATH: install Chromium to try the "
        "tabs in a browser",
    ),
    pytest.mark.skipif(
        not {"book/one-network", "book/six-steps"} <= set(toc_files()),
        reason="the pages with the tabs are not in _toc.yml",
    ),
]

HTML = ROOT / "_build" / "html" / "book"
CHOSEN = (
    "[...document.querySelectorAll('.sd-tab-set > input:checked')]"
    ".map(e => e.nextElementSibling.textContent.trim())"
)


@pytest.fixture
def page():
    """Give a page of a browser that has chosen nothing yet."""
    if not HTML.is_dir():
        pytest.fail("There is no built book to check: run `make book` first.")
    with playwright.sync_playwright() as starter:
        browser = starter.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page()
        browser.close()


def test_a_chosen_design_stays(page):
    """By mouse or by keyboard, in every box, on every page, and on return."""
    page.goto((HTML / "six-steps.html").as_uri())
    assert set(page.evaluate(CHOSEN)) == {next(iter(FIVE))}
    page.locator("label.sd-tab-label", has_text="layer_dict").nth(3).click()
    assert set(page.evaluate(CHOSEN)) == {"layer_dict"}
    page.goto((HTML / "one-network.html").as_uri())
    assert set(page.evaluate(CHOSEN)) == {"layer_dict"}
    page.locator(".sd-tab-set > input:checked").first.focus()
    page.keyboard.press("ArrowRight")
    page.goto((HTML / "six-steps.html").as_uri())
    assert page.evaluate(CHOSEN) == 6 * ["bias_row_softmax"]
