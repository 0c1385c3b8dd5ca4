"""Arrays as blocks of cells, networks as units and edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from nnlib.plotting.style import LOOKS, TARGET
from nnlib.types import Array


@dataclass(frozen=True)
class Block:
    """One array of a drawn equation.

    ``shape`` gives the cells (rows, columns); ``filled`` names the folded-in
    row or column, such as ("row", -1). ``turned`` puts a transpose sign
    behind the array, which is drawn as it lies.
    """

    name: str
    shape: tuple[int, int]
    label: str = ""
    filled: tuple[str, int] | None = None
    turned: bool = False


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
        )
        x += columns * cell + gap
        if term.turned:
            ax.text(x - 0.8 * gap, rows * cell / 2, "$\\top$", va="top")
            x += gap
    ax.set(xlim=(-gap, x), ylim=(-tallest / 2 - 1.8, tallest / 2 + 1.6))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


ENDS = ((min, 0), (max, 1))  # of several limits: the lowest, the highest


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
    drawn = axes[: len(equations)]
    for ax, (design, terms) in zip(drawn, equations.items()):
        plot_equation(ax, terms, LOOKS[design].color)
        ax.set_title(design, loc="left", family="monospace")
    left, right = (f(ax.get_xlim()[i] for ax in drawn) for f, i in ENDS)
    low, high = (f(ax.get_ylim()[i] for ax in drawn) for f, i in ENDS)
    for ax in drawn:
        ax.set(xlim=(left, right), ylim=(low, high))
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
    wide, high, radius = 3.2, 1.9, 0.5
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
            ax.set_title(captions[i], y=-0.36)
    return fig
