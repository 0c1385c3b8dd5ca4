"""The plane: landscapes, classes and what a network makes of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from nnlib.plotting.style import CLASS_LOOKS, SHADES, write_beside
from nnlib.types import Array


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
        write_beside(ax, label, tuple(points[-1]), "white", (6, 4))
    return ax


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


def plot_outputs(ax: Axes, x: Array, y: Array, outputs: Array) -> Axes:
    """Shade a plane by a network's single output: purple 0, orange 1.

    Parameters
    ----------
    x, y : (n_x,) and (n_y,), evenly spaced.
    outputs : (n_y, n_x), between 0 and 1; white is a half.
    """
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    ax.imshow(
        outputs,
        cmap="PuOr_r",
        vmin=-0.25,  # or the ends are too dark for a line to be seen
        vmax=1.25,
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
        write_beside(ax, label, tuple(tip), color, offset)
    return ax
