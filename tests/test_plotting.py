"""Every figure draws the arrays that it was handed, and nothing else."""

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import COSTS, DESIGNS, OPTIMIZERS, plotting


@pytest.fixture
def ax():
    """Give fresh axes, closed afterwards."""
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


@pytest.fixture
def fig():
    """Give a fresh figure, closed afterwards."""
    fig = plt.figure()
    yield fig
    plt.close(fig)


def texts(ax):
    """Return all texts of the axes."""
    return [text.get_text() for text in ax.texts]


def test_every_design_has_a_look_of_its_own():
    """Each design has a color, a marker and a dash that no other has."""
    assert plotting.LOOKS.keys() == DESIGNS.keys()
    for looks in zip(*plotting.LOOKS.values(), strict=True):
        assert len(set(map(str, looks))) == len(DESIGNS)


def test_the_style_is_the_books():
    """The style's figures are 5.6 by 3.2 inches, without a box."""
    with plt.style.context("nnlib.book"):
        assert plt.rcParams["figure.figsize"] == [5.6, 3.2]
        assert not plt.rcParams["axes.spines.top"]


def test_an_equation_draws_a_cell_per_entry(ax):
    """A block of shape (2, 3) is six cells; a sign is text."""
    block = plotting.Block("W", (2, 3), "30×784")
    plotting.plot_equation(ax, [block, "+", block], "C0")
    assert len(ax.patches) == 12
    assert texts(ax).count("30×784") == 2
    assert "+" in texts(ax)


def test_a_folded_bias_is_filled(ax):
    """The named row or column, counted from either end, is filled."""
    last = plotting.Block("W", (2, 3), filled=("column", -1))
    plotting.plot_equation(ax, [last], "#000000")
    filled = [p for p in ax.patches if p.get_facecolor()[:3] == (0, 0, 0)]
    assert {p.get_x() for p in filled} == {2.0}
    assert len(filled) == 2


def test_a_turned_block_is_drawn_as_it_lies(ax):
    """A turned (3, 2) block is three rows of two, with a sign behind it."""
    plotting.plot_equation(
        ax, [plotting.Block("A", (3, 2), turned=True)], "C0"
    )
    assert len({p.get_y() for p in ax.patches}) == 3
    assert len({p.get_x() for p in ax.patches}) == 2
    assert texts(ax) == ["A", "3×2", r"$\top$"]


def test_designs_are_drawn_on_one_scale(fig):
    """All panels have the same limits, so that cells are of one size."""
    terms = [plotting.Block("Z", (2, 4))]
    plotting.plot_designs(fig, dict.fromkeys(plotting.LOOKS, terms))
    drawn = [ax for ax in fig.axes if ax.patches]
    assert len(drawn) == len(plotting.LOOKS)
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in drawn}) == 1


def test_distributions_are_shares(ax):
    """The heights of an outline are the shares of values in the bins."""
    values = np.array([0.5, 0.6, 1.5, 2.5])
    plotting.plot_distributions(
        ax, {"z": values}, ["C0"], np.arange(4), label_at=[0.5]
    )
    tops = ax.patches[0].get_xy()[:, 1]
    assert set(tops) == {0, 0.25, 0.5}
    assert texts(ax) == ["z"]


def test_runs_draw_the_median_and_the_range(ax):
    """The line is the median over the runs, the band their range."""
    runs = np.array([[0.1, 0.5], [0.2, 0.9], [0.6, 0.7]])
    plotting.plot_runs(ax, np.array([1, 2]), runs, "start", "C0")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [0.2, 0.7])
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (0.1, 0.9)
    assert texts(ax) == ["start"]


def test_each_run_is_drawn_where_that_is_asked_for(ax):
    """A thin line per run, in order, then the median; no band."""
    runs = np.array([[0.1, 0.5], [0.2, 0.9], [0.6, 0.7]])
    plotting.plot_runs(ax, np.array([1, 2]), runs, "start", "C0", each=True)
    *thin, median = ax.lines
    for line, run in zip(thin, runs, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), run)
        assert line.get_linewidth() < median.get_linewidth()
    np.testing.assert_array_equal(median.get_ydata(), [0.2, 0.7])
    assert not ax.collections


@pytest.mark.parametrize("signed", [False, True])
def test_images_are_the_rows(fig, signed):
    """Image i is row i, in order; a signed scale is even around 0."""
    images = np.arange(12.0).reshape(3, 4) - 6 * signed
    plotting.plot_images(fig, images, list("abc"), columns=2, signed=signed)
    drawn = [ax.images[0] for ax in fig.axes if ax.images]
    for image, row in zip(drawn, images, strict=True):
        np.testing.assert_array_equal(image.get_array().ravel(), row)
    low, high = drawn[0].get_clim()
    assert low == (-high if signed else 0)
    assert [ax.get_title() for ax in fig.axes] == ["a", "b", "c", ""]


def test_scaling_has_two_logarithmic_axes(ax):
    """Lines are the given times over the given sizes, on log axes."""
    x, y = np.array([1, 10]), np.array([3.0, 40.0])
    plotting.plot_scaling(ax, x, {"loop": y}, ["C0"])
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), np.c_[x, y])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_strips_are_the_given_values_and_their_means(ax):
    """A dot per value above the group's name, and a line at the mean."""
    groups = {"one": np.array([1.0, 2.0, 6.0]), "two": np.array([4.0, 5.0])}
    plotting.plot_strips(ax, groups, ["C0", "C1"])
    for place, values in enumerate(groups.values()):
        dots, line = ax.lines[2 * place : 2 * place + 2]
        np.testing.assert_array_equal(dots.get_ydata(), values)
        assert np.all(abs(dots.get_xdata() - place) < 0.5)
        np.testing.assert_array_equal(line.get_ydata(), [values.mean()] * 2)
    assert [t.get_text() for t in ax.get_xticklabels()] == list(groups)


def test_every_cost_has_a_look_of_its_own():
    """A cost's color is no other cost's, and no design's."""
    assert plotting.COST_LOOKS.keys() == COSTS.keys()
    looks = [*plotting.LOOKS.values(), *plotting.COST_LOOKS.values()]
    assert len({look.color for look in looks}) == len(looks)


def test_every_optimizer_has_a_look_of_its_own():
    """An optimizer's color is no other's, no design's and no cost's."""
    assert plotting.OPTIMIZER_LOOKS.keys() == OPTIMIZERS.keys()
    kinds = plotting.OPTIMIZER_LOOKS, plotting.LOOKS, plotting.COST_LOOKS
    colors = [look.color for kind in kinds for look in kind.values()]
    assert len(set(colors)) == len(colors)


def test_curves_are_the_given_ones_marked_where_asked(ax):
    """Each line is its array; markers sit at the nearest given x."""
    x, looks = np.array([0.0, 1.0, 2.0]), list(plotting.COST_LOOKS.values())
    curves = {"loss": x**2, "slope": 2 * x}
    plotting.plot_curves(
        ax, x, curves, looks[:2], {"loss": (2, 4, 0)}, marks=[1.1]
    )
    for line, y in zip(ax.lines, curves.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.c_[x, y])
        assert line.get_markevery() == [1]
    assert texts(ax) == ["loss"]
    assert ax.texts[0].xy == (2, 4)


def test_a_landscape_has_its_contours_where_the_surface_is(ax):
    """The contour of height 1 of x + y runs where x + y is 1."""
    x, y = np.linspace(0, 1, 5), np.linspace(0, 2, 9)
    heights = x + y[:, None]
    plotting.plot_landscape(ax, x, y, heights, [0.5, 1.0, 1.5])
    lines = ax.collections[-1]
    for level, path in zip([0.5, 1.0, 1.5], lines.get_paths(), strict=True):
        np.testing.assert_allclose(path.vertices.sum(axis=1), level)


def test_a_path_is_the_given_points(ax):
    """The steps are the points, in order; the ring is at the first."""
    points = np.array([[0.0, 1.0], [0.5, 0.2], [0.6, 0.1]])
    plotting.plot_path(ax, points, "here")
    for line in ax.lines[:-1]:
        np.testing.assert_array_equal(line.get_xydata(), points)
    np.testing.assert_array_equal(ax.lines[-1].get_xydata(), points[:1])
    assert texts(ax) == ["here"]


def test_errors_are_dots_and_tolerances_lines(ax):
    """The first name is on top, its dot at its error; a line per tolerance."""
    errors = {"right": 1e-15, "wrong": 0.5}
    plotting.plot_errors(ax, errors, {"central": 1e-6})
    line, dots = ax.lines
    assert list(line.get_xdata()) == [1e-6, 1e-6]
    np.testing.assert_array_equal(dots.get_xydata(), [[1e-15, 1], [0.5, 0]])
    assert [t.get_text() for t in ax.get_yticklabels()] == list(errors)
    assert list(ax.get_yticks()) == [1, 0]
    assert texts(ax) == ["central"]
    assert ax.get_xscale() == "log"


UNITS = [["x1", "x2"], ["a1", "a2"], ["a"]]
EDGES = [[["w11", "w12"], ["w21", "w22"]], [["v1"], ["v2"]]]
SLOPES = [[[-0.1, 0.2], [0.4, -0.3]], [[0.05], [-0.8]]]


def test_a_network_has_a_line_per_weight(ax):
    """Units, weights and notes are written; each line joins its two units."""
    notes = [["", ""], ["b1", "b2"], ["c"]]
    plotting.plot_network(ax, UNITS, EDGES, notes)
    assert texts(ax)[:6] == ["w11", "w12", "w21", "w22", "v1", "v2"]
    assert {"x1", "x2", "a1", "a2", "a", "b1", "b2", "c"} < set(texts(ax))
    centers = [circle.center for circle in ax.patches]
    joined = [(0, 2), (0, 3), (1, 2), (1, 3), (2, 4), (3, 4)]
    for line, (left, right) in zip(ax.lines, joined, strict=True):
        ends = [centers[left], centers[right]]
        np.testing.assert_array_equal(line.get_xydata(), ends)


def test_a_networks_lines_tell_the_slopes(ax):
    """A line is thick by its slope's size; the negative ones are dashed."""
    plotting.plot_network(ax, UNITS, EDGES, slopes=SLOPES)
    slopes = [s for rows in SLOPES for row in rows for s in row]
    widths = [line.get_linewidth() for line in ax.lines]
    np.testing.assert_array_equal(
        np.argsort(widths), np.argsort(np.abs(slopes))
    )
    dashed = [line.get_linestyle() == "--" for line in ax.lines]
    assert dashed == [slope < 0 for slope in slopes]
    assert len({line.get_color() for line in ax.lines}) == 2


def test_classes_are_told_apart_by_color_and_marker(ax):
    """Each class's points are drawn in order, in a look of its own."""
    X, labels = np.arange(8.0).reshape(4, 2), np.array([0, 1, 1, 0])
    plotting.plot_classes(ax, X, labels)
    for k, line in enumerate(ax.lines):
        np.testing.assert_array_equal(line.get_xydata(), X[labels == k])
    first, second = ax.lines
    assert first.get_marker() != second.get_marker()
    assert first.get_markeredgecolor() != second.get_markeredgecolor()


def test_regions_shade_each_point_by_its_answer(ax):
    """The cell around (x, y) has the color of the answer there."""
    answers = np.array([[0, 1, 2], [2, 2, 0]])
    x, y = np.array([0.0, 1.0, 2.0]), np.array([5.0, 7.0])
    plotting.plot_regions(ax, x, y, answers, ["C0", "C1", "C2"])
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), answers)
    assert image.origin == "lower"
    assert image.get_extent() == [-0.5, 2.5, 4, 8]
    for answer, color in enumerate(["C0", "C1", "C2"]):
        shown = image.cmap(image.norm(answer))
        assert shown == mpl.colors.to_rgba(color)


def test_outputs_shade_each_point_by_its_number(ax):
    """The image holds the outputs; 0 and 1 are equally far from white."""
    x, y = np.arange(3.0), np.array([5.0, 7.0])
    outputs = np.linspace(0, 1, 6).reshape(2, 3)
    plotting.plot_outputs(ax, x, y, outputs)
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), outputs)
    assert image.get_extent() == [-0.5, 2.5, 4, 8]
    assert image.norm(0.5) == 0.5
    assert image.norm(0) == pytest.approx(1 - image.norm(1))


@pytest.mark.parametrize("b", [-1.5, 0.0, 2.0])
def test_a_boundary_is_where_the_sum_is_zero(ax, b):
    """Points of the line give w·x + b = 0, the arrow's tip gives more."""
    w = np.array([3.0, -4.0])
    plotting.plot_boundary(ax, w, b, "here", at=0.3)
    (line,) = ax.lines
    for point in (line.get_xy1(), line.get_xy2()):
        assert w @ point + b == pytest.approx(0, abs=1e-12)
    arrow, label = ax.texts
    assert w @ arrow.xyann + b == pytest.approx(0, abs=1e-12)
    assert w @ arrow.xy + b > 0
    assert label.get_text() == "here"


def test_claims_draw_every_run_and_every_claim(ax):
    """A row has a dot per run, in order, and a line at what is claimed."""
    measured = {"a": np.array([0.3, 0.1, 0.2]), "b": np.array([0.9])}
    looks = [plotting.LOOKS["layer_dict"], plotting.LOOKS["bias_row"]]
    plotting.plot_claims(ax, measured, {"a": 0.5, "b": 0.8}, looks)
    first, second = ax.lines
    np.testing.assert_array_equal(first.get_xdata(), [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(second.get_xdata(), [0.9])
    claims = [lines.get_segments()[0][:, 0] for lines in ax.collections]
    np.testing.assert_array_equal(claims, [[0.5, 0.5], [0.8, 0.8]])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert (first.get_ydata() > second.get_ydata().max()).all()


def test_verdicts_are_drawn_where_they_belong(ax):
    """Each verdict has its mark, in its flaw's row and detector's column."""
    words = ["seen", "stops", "raises", "passes", "–"]
    verdicts = {
        "a": dict(zip("vwxyz", words)),
        "b": dict.fromkeys("vwxyz", "seen"),
    }
    plotting.plot_verdicts(ax, verdicts)
    drawn = {
        (x, y): line.get_label()
        for line in ax.lines
        if line.get_label() in plotting.MARKS
        for x, y in zip(*line.get_data())
    }
    assert drawn == {
        (column, row): word
        for row, marks in enumerate(verdicts.values())
        for column, word in enumerate(marks.values())
    }
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert [t.get_text() for t in ax.get_xticklabels()] == [*"vwxyz"]


def test_bars_are_the_given_heights(ax):
    """One bar each, from 1, in its color."""
    plotting.plot_bars(ax, np.array([2.0, 0.0, 5.0]), ["C0", "C1", "C0"])
    assert [bar.get_height() for bar in ax.patches] == [2, 0, 5]
    middles = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
    np.testing.assert_allclose(middles, [1, 2, 3])
    colors = [bar.get_facecolor() for bar in ax.patches]
    assert colors[0] == colors[2] != colors[1]


def test_shares_fill_the_row(ax):
    """Parts are cut off in the order of the looks, to the total's share."""
    parts = {"a": {"x": 3.0, "y": 1.0}, "b": {"x": 0.0, "y": 2.0}}
    looks = {"y": ("C1", "//"), "x": ("C0", "")}
    plotting.plot_shares(ax, parts, looks, ["4 s", "2 s"])
    cuts = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert cuts == [(0, 0.25), (0.25, 0.75), (0, 1), (1, 0)]
    assert texts(ax) == ["4 s", "2 s"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert list(ax.get_yticks()) == [1, 0]


def test_points_are_the_given_ones(ax):
    """Each group has its x and y, even twice the same, and its name."""
    x, y = np.array([3.0, 1.0, 1.0]), np.array([0.2, 0.5, 0.7])
    looks = [plotting.LOOKS["layer_dict"], plotting.LOOKS["bias_row"]]
    points = {"a": (x, y), "b": (y, x)}
    plotting.plot_points(ax, points, looks, {"a": (1, 4, 4), "b": (0, 0, 9)})
    for line, (x, y) in zip(ax.lines, points.values(), strict=True):
        np.testing.assert_array_equal(line.get_data(), (x, y))
    assert texts(ax) == ["a", "b"]
    assert [text.xy for text in ax.texts] == [(1, 0.5), (0.2, 3)]


def test_ratios_are_bars_with_their_numbers(ax):
    """The first on top; a line where a candidate is the reference."""
    ratios = {"plain": 2.5, "sixth": 1.25}
    plotting.plot_ratios(ax, ratios, ["C0", "C1"])
    assert [bar.get_width() for bar in ax.patches] == [2.5, 1.25]
    assert texts(ax) == ["2.50", "1.25"]
    assert [t.get_text() for t in ax.get_yticklabels()] == list(ratios)
    assert list(ax.get_yticks()) == [1, 0]
    assert list(ax.lines[0].get_xdata()) == [1, 1]
