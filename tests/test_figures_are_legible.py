"""The text in the book's figures has contrast with what is behind it.

A figure is a picture on a white card, on a light page and on a dark one.
"""

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from execute_notebooks import ROOT
from matplotlib.text import Text

from nnlib import plotting
from nnlib.plotting import LEGIBLE, contrast, ink

LOOKS = {
    **plotting.LOOKS,
    **plotting.COST_LOOKS,
    **plotting.OPTIMIZER_LOOKS,
}
TEXTS = ["text.color", "axes.labelcolor", "xtick.color", "ytick.color"]
GROUNDS = ["figure.facecolor", "axes.facecolor", "savefig.facecolor"]


def faint(fig):
    """Return the texts of a figure that have too little contrast."""
    return [
        (text.get_text(), text.get_color())
        for text in fig.findobj(Text)
        if text.get_text().strip()
        and contrast(text.get_color(), fig.get_facecolor()) < LEGIBLE
    ]


@pytest.fixture
def axes():
    """Give fresh axes in the book's look."""
    with plt.style.context("nnlib.book"):
        fig, ax = plt.subplots()
        yield ax
        plt.close(fig)


def test_contrast_is_the_guidelines():
    """Black on white has 21, a color on itself 1; #767676 just passes."""
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#767676", "#767676") == 1
    assert (
        contrast("white", "#767676") > LEGIBLE > contrast("white", "#777777")
    )


@pytest.mark.parametrize("name", LOOKS)
def test_a_looks_ink_is_legible_and_still_its_color(name):
    """Dark enough to read; a color that is dark enough already stays."""
    color = LOOKS[name].color
    assert contrast(ink(color), "white") >= LEGIBLE
    if contrast(color, "white") >= LEGIBLE:
        assert ink(color) == color.lower()
    rgb, dark = (np.array(mpl.colors.to_rgb(c)) for c in (color, ink(color)))
    assert np.allclose(rgb * dark.sum(), dark * rgb.sum(), atol=0.02)


def test_the_styles_own_colors_are_legible():
    """Of labels, ticks and text, on every ground that it sets."""
    with plt.style.context("nnlib.book"):
        grounds = {mpl.rcParams[name] for name in GROUNDS}
        colors = {mpl.rcParams[name] for name in TEXTS}
    assert grounds == {"white"}
    low = [c for c in colors if contrast(c, "white") < LEGIBLE]
    assert low == []
    assert contrast(plotting.TARGET, "white") >= LEGIBLE


def test_names_on_curves_are_legible(axes):
    """In every design's color, beside its curve, run and points."""
    x = np.arange(4.0)
    for name, look in LOOKS.items():
        plotting.plot_curves(axes, x, {name: x}, [look], {name: (1, 2, 2)})
        plotting.plot_points(axes, {name: (x, x)}, [look], {name: (1, 2, 2)})
        plotting.plot_runs(axes, x, np.array([x, x]), name, look.color)
    assert len(axes.texts) == 3 * len(LOOKS)
    assert faint(axes.figure) == []


def test_a_faint_text_is_found(axes):
    """The check sees what it is there for."""
    axes.text(0, 0, "faint", color=plotting.LOOKS["bias_row"].color)
    assert [text for text, _ in faint(axes.figure)] == ["faint"]


def test_on_a_dark_page_a_figure_is_a_white_card():
    """The pages' own style says so, and lets no theme change its colors."""
    css = (ROOT / "book/_static/book.css").read_text(encoding="utf-8")
    rule = css.partition('html[data-theme="dark"] .bd-article :is(figure')[2]
    rule = rule.partition("}")[0]
    assert "background: #fff" in rule
    assert "filter: none" in rule
