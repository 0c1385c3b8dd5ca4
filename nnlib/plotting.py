"""Every figure of the book; the only module that imports Matplotlib.

Each function draws on the axes it is given and returns them; none calls
``show``. What is drawn is what was handed in: numbers are computed
elsewhere, and tests read them back from the axes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from nnlib.types import Array


class Look(NamedTuple):
    """How a design is drawn, everywhere: by color, marker and dash."""

    color: str
    marker: str
    dash: Any


LOOKS = {
    "column_vectors": Look("#0072B2", "o", "-"),
    "bias_row": Look("#CC79A7", "D", (0, (5, 1))),
    "row_matrix": Look("#D55E00", "s", (0, (3, 1, 1, 1))),
    "layer_dict": Look("#009E73", "^", (0, (1, 1))),
    "bias_row_softmax": Look("#000000", "v", (0, (5, 1, 1, 1, 1, 1))),
}

TARGET = "#595959"  # targets and references; 7:1 on white


def use_style() -> None:
    """Give the figures from here on the book's look."""
    plt.style.use("nnlib.book")


@dataclass(frozen=True)
class Block:
    """One array of a drawn equation.

    ``shape`` gives the cells (rows, columns); ``ones`` and ``bias`` name
    the folded-in row or column, such as ("row", -1), to be filled.
    """

    name: str
    shape: tuple[int, int]
    label: str = ""
    filled: tuple[str, int] | None = None


def plot_equation(
    ax: Axes, terms: Sequence[Block | str], color: str, cell: float = 1.0
) -> Axes:
    """Draw arrays as grids of cells, side by side, with signs between.

    Parameters
    ----------
    terms : blocks, and signs such as "=" or "+".
    color : of the cells' edges and of a folded-in bias.
    cell : the side of a cell, in the axes' units.
    """
    x, gap = 0.0, 0.6 * cell
    tallest = max(t.shape[0] for t in terms if isinstance(t, Block)) * cell
    for term in terms:
        if isinstance(term, str):
            ax.text(x + gap / 2, 0, term, ha="center", va="center")
            x += 2 * gap
            continue
        rows, columns = term.shape
        _draw_cells(ax, term, x, rows * cell / 2, color, cell)
        middle = x + columns * cell / 2
        ax.text(
            middle, tallest / 2 + gap / 2, term.name, ha="center", va="bottom"
        )
        ax.text(
            middle,
            -tallest / 2 - gap / 2,
            term.label or f"{rows}×{columns}",
            ha="center",
            va="top",
            size="small",
        )
        x += columns * cell + gap
    ax.set(xlim=(-gap, x), ylim=(-tallest / 2 - 1.8, tallest / 2 + 1.6))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def plot_designs(
    fig: Figure, equations: Mapping[str, Sequence[Any]]
) -> Figure:
    """Draw one layer in each design, two designs a row, on one scale.

    Parameters
    ----------
    equations : design -> the terms of its forward step.
    """
    axes = fig.subplots(-(-len(equations) // 2), 2, squeeze=False).ravel()
    for ax in axes:
        ax.set_axis_off()
    for ax, (design, terms) in zip(axes, equations.items()):
        plot_equation(ax, terms, LOOKS[design].color)
        ax.set(xlim=(-1, 16), ylim=(-4.2, 4.4))
        ax.set_title(design, loc="left", family="monospace")
    return fig


def _draw_cells(
    ax: Axes, block: Block, left: float, top: float, color: str, cell: float
) -> None:
    """Draw one block's cells, the folded-in ones filled."""
    rows, columns = block.shape
    kind, place = block.filled or (None, 0)
    for i in range(rows):
        for j in range(columns):
            inside = (kind == "row" and i == place % rows) or (
                kind == "column" and j == place % columns
            )
            ax.add_patch(
                Rectangle(
                    (left + j * cell, top - (i + 1) * cell),
                    cell,
                    cell,
                    facecolor=color if inside else "white",
                    edgecolor=color,
                    alpha=0.85 if inside else 1,
                    linewidth=1,
                )
            )


def plot_distributions(
    ax: Axes,
    samples: Mapping[str, Array],
    colors: Sequence[str],
    bins: Array,
    label_at: Sequence[float],
) -> Axes:
    """Draw histograms over each other as outlines, labeled on the line.

    Parameters
    ----------
    samples : name -> values.
    bins : the bins' edges; the share of values in each bin is drawn.
    label_at : where along the axis each name goes.
    """
    for (name, values), color, x in zip(
        samples.items(), colors, label_at, strict=True
    ):
        weights = np.full(values.size, 1 / values.size)
        heights, _, _ = ax.hist(
            values.ravel(), bins, weights=weights, histtype="step", color=color
        )
        place = int(np.searchsorted(bins, x, side="right")) - 1
        _label(ax, name, (x, heights[place]), color, (4, 4), va="bottom")
    return ax


def _label(
    ax: Axes,
    text: str,
    point: tuple[float, float],
    color: str,
    offset: tuple[float, float] = (6, 0),
    va: str = "center",
) -> None:
    """Write beside a point, ``offset`` (in points) away from it."""
    ax.annotate(
        text,
        point,
        xytext=offset,
        textcoords="offset points",
        color=color,
        va=va,
        annotation_clip=False,
    )


def plot_runs(
    ax: Axes,
    epochs: Array,
    runs: Array,
    label: str,
    color: str,
    dash: Any = "-",
    offset: tuple[float, float] = (6, 0),
) -> Axes:
    """Draw the runs' median over the epochs, and the range as a band.

    Parameters
    ----------
    epochs : (n_epochs,).
    runs : (n_runs, n_epochs), one curve a row.
    label : written at the curve's end, ``offset`` points away.
    """
    median = np.median(runs, axis=0)
    ax.fill_between(
        epochs,
        runs.min(axis=0),
        runs.max(axis=0),
        color=color,
        alpha=0.18,
        lw=0,
    )
    ax.plot(epochs, median, color=color, linestyle=dash)
    _label(ax, label, (epochs[-1], median[-1]), color, offset)
    return ax


def plot_images(
    fig: Figure,
    images: Array,
    captions: Sequence[str] | None = None,
    columns: int = 10,
    signed: bool = False,
) -> Figure:
    """Draw square images in a grid.

    Parameters
    ----------
    images : (n_images, n_pixels), each a square row by row.
    captions : one under each image.
    columns : images per row.
    signed : color by sign around 0 (purple negative, orange positive), on
        one scale; else white to black.
    """
    side = round(images.shape[1] ** 0.5)
    limit = np.percentile(abs(images), 99.5) if signed else images.max()
    rows = -(-len(images) // columns)
    axes = fig.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes:
        ax.set_axis_off()
    for i, (ax, image) in enumerate(zip(axes, images)):
        ax.imshow(
            image.reshape(side, side),
            cmap="PuOr_r" if signed else "gray_r",
            vmin=-limit if signed else 0,
            vmax=limit,
        )
        if captions is not None:
            ax.set_title(captions[i], y=-0.32, size="small")
    return fig


def plot_scaling(
    ax: Axes, x: Array, times: Mapping[str, Array], colors: Sequence[str]
) -> Axes:
    """Draw how a cost grows with size: both axes logarithmic.

    Parameters
    ----------
    x : (n_sizes,).
    times : name -> (n_sizes,), labeled at the end of each line.
    """
    for (name, y), color in zip(times.items(), colors, strict=True):
        ax.loglog(x, y, color=color, marker="o")
        _label(ax, name, (x[-1], y[-1]), color)
    return ax


# A cost has a look too, one that no design has.
COST_LOOKS = {
    "quadratic": Look("#332288", "o", "-"),
    "cross_entropy": Look("#882255", "s", (0, (5, 1.5))),
    "log_likelihood": Look("#117733", "^", (0, (1, 1))),
}


def plot_curves(
    ax: Axes,
    x: Array,
    curves: Mapping[str, Array],
    looks: Sequence[Look],
    labels: Mapping[str, tuple[float, float, float]],
    marks: Sequence[float] = (),
) -> Axes:
    """Draw curves over one x, each labeled on its line.

    Parameters
    ----------
    x : (n_points,).
    curves : name -> (n_points,).
    looks : one per curve; its marker is drawn at the marks.
    labels : name -> where along x it goes, and how many points to the
        right of the curve and above it. A curve left out has no label.
    marks : x of the points to mark on every curve.
    """
    at = [int(np.argmin(abs(x - mark))) for mark in marks]
    for (name, y), look in zip(curves.items(), looks, strict=True):
        ax.plot(
            x,
            y,
            color=look.color,
            linestyle=look.dash,
            marker=look.marker if at else "",
            markevery=at or None,
            markersize=5,
        )
        if name in labels:
            place, right, up = labels[name]
            i = int(np.argmin(abs(x - place)))
            _label(ax, name, (x[i], y[i]), look.color, (right, up))
    return ax


def plot_landscape(
    ax: Axes,
    x: Array,
    y: Array,
    heights: Array,
    levels: Sequence[float],
    labeled: bool = False,
) -> Axes:
    """Draw a surface over two parameters as filled contours: low is dark.

    Parameters
    ----------
    x, y : (n_x,) and (n_y,).
    heights : (n_y, n_x).
    levels : the contours' heights.
    labeled : write its height on every other contour.
    """
    ax.contourf(x, y, heights, levels=levels, cmap="cividis", extend="both")
    lines = ax.contour(
        x, y, heights, levels=levels, colors="white", linewidths=0.4
    )
    if labeled:
        ax.clabel(lines, lines.levels[::2], fontsize=7, fmt="%.2f")
    return ax


def plot_path(ax: Axes, points: Array, label: str = "") -> Axes:
    """Draw a walk over a landscape: a ring at its start, a dot a step.

    Parameters
    ----------
    points : (n_points, 2).
    label : written beside the last point.
    """
    for width, color in [(3.2, "#222222"), (1.4, "white")]:
        ax.plot(*points.T, color=color, linewidth=width)
    ax.plot(
        *points.T,
        linestyle="",
        marker="o",
        markersize=3,
        color="white",
        markeredgecolor="#222222",
        markeredgewidth=0.6,
    )
    ax.plot(
        *points[:1].T,
        marker="o",
        markersize=8,
        color="none",
        markeredgecolor="white",
        markeredgewidth=1.6,
    )
    if label:
        _label(ax, label, tuple(points[-1]), "white", (6, 4))
    return ax


def plot_network(
    ax: Axes,
    units: Sequence[Sequence[str]],
    edges: Sequence[Any],
    notes: Sequence[Sequence[str]] | None = None,
    slopes: Sequence[Any] | None = None,
) -> Axes:
    """Draw a network as a graph, its layers from left to right.

    Parameters
    ----------
    units : layer by layer, what is written in each unit's circle.
    edges : ``edges[l][k][j]`` is written on the line from unit k of layer l
        to unit j of the next.
    notes : what is written under each unit, shaped like ``units``.
    slopes : a number per line, shaped like ``edges``: a line is as thick as
        its number is large, purple and dashed where that is negative,
        orange where it is positive.
    """
    wide, high, radius = 3.2, 1.9, 0.42
    at = [
        [
            (wide * i, high * ((len(layer) - 1) / 2 - j))
            for j in range(len(layer))
        ]
        for i, layer in enumerate(units)
    ]
    looks = _edge_looks(edges, slopes)
    small = {"ha": "center", "size": "small"}
    for i, (left, right) in enumerate(pairwise(at)):
        for k, (x, y) in enumerate(left):
            for j, (x_end, y_end) in enumerate(right):
                ax.plot([x, x_end], [y, y_end], zorder=1, **looks[i][k][j])
                crossing = y != y_end and len(right) > 1
                t = 0.3 if crossing else 0.5  # before two lines cross
                point = x + t * (x_end - x), y + t * (y_end - y)
                label = ax.text(*point, edges[i][k][j], va="center", **small)
                label.set_bbox({"fc": "white", "ec": "none", "pad": 1})
    for layer, words, below in zip(at, units, notes or units):
        for (x, y), word, note in zip(layer, words, below):
            unit = Circle((x, y), radius, fc="white", ec="black", zorder=2)
            ax.add_patch(unit)
            ax.text(x, y, word, va="center", zorder=3, **small)
            if notes is not None:
                ax.text(x, y - radius - 0.1, note, va="top", **small)
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def _edge_looks(edges: Sequence[Any], slopes: Sequence[Any] | None) -> Any:
    """Return how each line is drawn, shaped like ``edges``."""
    if slopes is None:
        plain = {"color": TARGET, "lw": 1}
        return [[[plain for _ in row] for row in rows] for rows in edges]
    largest = max(abs(s) for rows in slopes for row in rows for s in row)
    return [
        [
            [
                {
                    "color": "#b35806" if s > 0 else "#542788",  # PuOr's ends
                    "linestyle": "-" if s > 0 else (0, (4, 1.5)),
                    "lw": 0.8 + 4 * abs(s) / largest,
                }
                for s in row
            ]
            for row in rows
        ]
        for rows in slopes
    ]


def plot_errors(
    ax: Axes, errors: Mapping[str, float], tolerances: Mapping[str, float]
) -> Axes:
    """Draw a dot per error on a logarithmic axis, the first on top.

    Parameters
    ----------
    errors : name -> a relative error; the names stand on the left.
    tolerances : name -> where a dashed line goes; the names stand above.
    """
    places = range(len(errors) - 1, -1, -1)
    for name, tolerance in tolerances.items():
        ax.axvline(tolerance, color=TARGET, lw=1, ls=(0, (4, 2)))
        ax.text(tolerance, len(errors) - 0.2, name, color=TARGET, ha="center")
    ax.plot(list(errors.values()), places, "o", color="#222222")
    ax.set(xscale="log", ylim=(-0.7, len(errors) - 0.3))
    ax.set_yticks(places, list(errors), size="small")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", color="0.92", lw=0.8)
    return ax


# The classes of the two-class problems: the ends of PuOr, and two markers.
CLASS_LOOKS = (Look("#542788", "o", ""), Look("#b35806", "s", ""))
SHADES = ("#ece7f2", "#fdebd3")  # where the answer is 0, and where it is 1


def plot_classes(
    ax: Axes, X: Array, labels: Array, size: float = 6, zorder: float = 3
) -> Axes:
    """Draw points of the plane: class 0 as open circles, 1 as squares.

    Parameters
    ----------
    X : (n_samples, 2).
    labels : (n_samples,), 0 or 1.
    size : of a marker, in points.
    """
    for k, look in enumerate(CLASS_LOOKS):
        ax.plot(
            *X[labels == k].T,
            linestyle="",
            marker=look.marker,
            markersize=size,
            markeredgecolor=look.color,
            markerfacecolor=look.color if k else "white",
            markeredgewidth=max(0.7, size / 6),
            zorder=zorder,
        )
    ax.set_aspect("equal")
    return ax


def plot_regions(
    ax: Axes,
    x: Array,
    y: Array,
    answers: Array,
    colors: Sequence[str] = SHADES,
) -> Axes:
    """Shade a plane by the answer given at each of its points.

    Parameters
    ----------
    x, y : (n_x,) and (n_y,), evenly spaced.
    answers : (n_y, n_x), whole numbers from 0.
    colors : one per answer.
    """
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    ax.imshow(
        answers,
        cmap=ListedColormap(colors),
        vmin=-0.5,
        vmax=len(colors) - 0.5,
        origin="lower",
        extent=(x[0] - half_x, x[-1] + half_x, y[0] - half_y, y[-1] + half_y),
        aspect="auto",
        zorder=0,
    )
    return ax


def plot_boundary(
    ax: Axes,
    w: Array,
    b: float,
    label: str = "",
    at: float = 0.0,
    color: str = "#222222",
    offset: tuple[float, float] = (6, 0),
) -> Axes:
    """Draw the line w·x + b = 0, with an arrow to the side where it is more.

    Parameters
    ----------
    w : (2,), not both 0.
    b : a number.
    at : where along the line the arrow stands, from the point nearest to 0.
    label : written at the arrow's tip, ``offset`` points away.
    """
    normal = w / np.linalg.norm(w)
    along = np.array([normal[1], -normal[0]])
    foot = -b / np.linalg.norm(w) * normal
    ax.axline(foot, foot + along, color=color, lw=1.4, zorder=2)
    start = foot + at * along
    tip = start + 0.22 * normal
    arrow = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", tip, start, arrowprops=arrow, zorder=2)
    if label:
        _label(ax, label, tuple(tip), color, offset)
    return ax
