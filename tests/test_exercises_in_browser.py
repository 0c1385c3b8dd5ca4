"""An exercise solved in the page itself, by a reader who errs at first."""

import pytest
from test_live_in_browser import PAGES, PATHS, output, type_over, wait

from conftest import opening

PAGE, NAME = "backpropagation", "backpropagation/hidden-delta"
PLACE = next(
    index
    for index, cell in enumerate(PAGES[PAGE])
    if cell.source.endswith(f'check("{NAME}", hidden_delta)')
)
ANSWER = f"""def hidden_delta(delta, W, Z, slope):
    return delta @ {{}} * slope(Z)

check("{NAME}", hidden_delta)"""


@pytest.fixture(scope="module")
def tab(browser, site):
    """Open the page; its Python starts once, for all tests."""
    with opening(browser, site) as open_it:
        yield open_it(PATHS[PAGE])


def answer(tab, text):
    """Type an answer and run it; return the mark beside it."""
    type_over(tab, PLACE, ANSWER.format(text))
    tab.keyboard.press("Control+Enter")
    assert wait(tab, PLACE).startswith("Done")
    return mark(tab)


def mark(tab):
    """Return whether the exercise is ticked, and how many there are."""
    marks = tab.locator(".live-solved:visible")
    mine = tab.locator(".live-bar").nth(PLACE).locator(".live-solved")
    return mine.is_visible(), marks.count()


def test_an_endless_answer_is_ended_by_the_check(tab):
    """Before the page's own limit, and Python lives on."""
    type_over(
        tab,
        PLACE,
        "def hidden_delta(delta, W, Z, slope):\n"
        f'    while True: pass\n\ncheck("{NAME}", hidden_delta)',
    )
    tab.keyboard.press("Control+Enter")
    assert wait(tab, PLACE).startswith("Done")
    assert "it took too long" in output(tab, PLACE)


def test_a_wrong_answer_gets_its_hint_and_a_right_one_a_tick(tab):
    """The tick is there after a reload too, and nothing was sent."""
    assert mark(tab) == (False, 0)
    assert answer(tab, "W") == (False, 0)
    assert "W is not transposed" in output(tab, PLACE)
    assert answer(tab, "W.T") == (True, 1)
    assert "✓ Passed" in output(tab, PLACE)
    shown = tab.locator(".live-output").nth(PLACE)
    assert shown.locator("table.dataframe").count() == 1
    tab.reload()
    tab.locator(".live-editor .cm-content").wait_for()
    assert mark(tab) == (True, 1)
    assert tab.requests_outside == []
    assert tab.complaints == []
