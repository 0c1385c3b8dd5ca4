"""Siblings: a diff counts what is there, and the page shows those methods."""

from __future__ import annotations

import inspect
import json
import re
from itertools import combinations, permutations

import pytest
from execute_notebooks import ROOT

from nnlib import FIVE
from nnlib.siblings import STEPS, code_lines, diff, method

PAGE = ROOT / "book" / "six-steps.ipynb"

every_pair = pytest.mark.parametrize(
    ("one", "other"), list(combinations(FIVE, 2)), ids="-".join
)


def left(x, y):
    """Say something.

    At length.
    """
    x += 1  # a comment

    # and another
    return x + y


def right(x, y):
    """Say something else."""
    total = x - y
    again = "# no comment"
    return total, again


def renamed(x, z):
    """Say the same, of z."""
    x += 1
    return x + z


def test_code_lines_are_code():
    """Docstrings, comments and empty lines are left out; strings stay."""
    assert code_lines(left) == [
        "def left(x, y):",
        "    x += 1",
        "    return x + y",
    ]
    assert '    again = "# no comment"' in code_lines(right)


def test_a_diff_has_both_sides_in_order():
    """Leaving out the plus lines gives one side, the minus lines the other."""
    found = diff(left, right)
    assert [line for s, line in found.lines if s != "+"] == code_lines(left)
    assert [line for s, line in found.lines if s != "-"] == code_lines(right)
    assert (found.shared, found.unlike) == (0, 7)
    assert diff(left, left).unlike == 0
    assert repr(found).startswith("- def left(x, y):")
    assert "<del>- def left(x, y):</del>" in found._repr_html_()


def test_words_can_be_read_as_others():
    """Under the other's names, all lines but the first are shared."""
    assert diff(left, renamed).shared == 1
    found = diff(left, renamed, {"y": "z", "left": "renamed"})
    assert found.unlike == 0


@every_pair
def test_a_diff_is_the_same_from_both_sides(one, other):
    """It shares as much, and as much is unlike, whichever comes first."""
    modules = [inspect.getmodule(FIVE[name]) for name in (one, other)]
    there, back = (diff(*pair) for pair in permutations(modules))
    assert (there.shared, there.unlike) == (back.shared, back.unlike)
    for sign, module in zip("+-", modules):
        ours = [line for s, line in there.lines if s != sign]
        assert ours == code_lines(module)


@pytest.mark.parametrize("design", FIVE)
def test_the_steps_come_in_order_in_every_design(design):
    """The methods stand in the module in the order of the six steps."""
    rows = [inspect.getsourcelines(method(design, s))[1] for s in STEPS]
    assert rows == sorted(rows)


def test_steps_are_of_the_five_designs():
    """Each step has a method for each design, in book order."""
    assert all(list(names) == list(FIVE) for names in STEPS.values())


# -- The page ----------------------------------------------------------------


def boxes(path):
    """Yield each synchronized box of a page: its tabs, {design: text}."""
    nb = json.loads(path.read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] != "markdown" or ":sync-group:" not in text:
            continue
        assert ":sync-group: design" in text
        tabs = re.split(r"^`+\{tab-item\} ", text, flags=re.MULTILINE)[1:]
        yield {tab.partition("\n")[0]: tab for tab in tabs}


@pytest.mark.parametrize("page", ["one-network", "six-steps"])
def test_every_box_has_the_five_designs_in_order(page):
    """Tabs are named and synchronized alike, so that a choice stays."""
    found = list(boxes(PAGE.with_stem(page)))
    assert found
    for tabs in found:
        assert list(tabs) == list(FIVE)
        for design, tab in tabs.items():
            assert f":sync: {design}\n" in tab


def test_every_tab_shows_the_method_of_its_step():
    """Box by box, tab by tab: the design's own source and shapes."""
    found = list(boxes(PAGE))
    assert len(found) == len(STEPS)
    for step, tabs in zip(STEPS, found):
        for design, tab in tabs.items():
            name = f"{FIVE[design].__name__}.{STEPS[step][design]}"
            source = f"../nnlib/designs/{design}.py\n:pyobject: {name}\n"
            assert source in tab
            assert f"{{glue}} {step}_{design}\n" in tab
            if step == "initialize":
                drawn = FIVE[design].default_initializer
                assert f":pyobject: {drawn}\n" in tab
