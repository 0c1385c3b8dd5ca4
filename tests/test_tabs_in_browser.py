"""The boxes with a tab per design, on the pages as they are built."""

import pytest
from execute_notebooks import ROOT

from nnlib import FIVE

HTML = ROOT / "_build" / "html" / "book"
CHOSEN = (
    "[...document.querySelectorAll('.sd-tab-set > input:checked')]"
    ".map(e => e.nextElementSibling.textContent.trim())"
)


@pytest.fixture
def page(browser):
    """Give a page of a browser that has chosen nothing yet."""
    if not HTML.is_dir():
        pytest.fail("There is no built book to check: run `make book` first.")
    context = browser.new_context()
    yield context.new_page()
    context.close()


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
