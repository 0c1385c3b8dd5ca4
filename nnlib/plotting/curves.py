"""Curves, distributions and errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnlib.plotting.style import TARGET, Look, write_beside
from nnlib.types import Array


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
        write_beside(ax, name, (x, heights[place]), color, (4, 4), va="bottom")
    return ax


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
    write_beside(ax, label, (epochs[-1], median[-1]), color, offset)
    return ax


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
        write_beside(ax, name, (x[-1], y[-1]), color)
    return ax


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
            write_beside(ax, name, (x[i], y[i]), look.color, (right, up))
    return ax


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
