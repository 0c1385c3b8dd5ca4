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
    each: bool = False,
) -> Axes:
    """Draw the runs' median over the epochs, and the range as a band.

    Parameters
    ----------
    epochs : (n_epochs,).
    runs : (n_runs, n_epochs), one curve a row.
    label : written at the curve's end, ``offset`` points away.
    each : draw every run as a thin line instead of the band.
    """
    median = np.median(runs, axis=0)
    if each:
        ax.plot(epochs, runs.T, color=color, linestyle=dash, lw=0.7, alpha=0.5)
    else:
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


def plot_points(
    ax: Axes,
    points: Mapping[str, tuple[Array, Array]],
    looks: Sequence[Look],
    labels: Mapping[str, tuple[int, float, float]],
) -> Axes:
    """Draw groups of points, each labeled beside one of its points.

    Parameters
    ----------
    points : name -> x and y, (n_points,) each.
    looks : one per group.
    labels : name -> the number of a point, and how far from it the name
        goes, to the right and up.
    """
    for (name, (x, y)), look in zip(points.items(), looks, strict=True):
        ax.plot(x, y, look.marker, color=look.color, markersize=6)
        i, right, up = labels[name]
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
    small = {"ha": "center", "size": "small"}
    for name, tolerance in tolerances.items():
        ax.axvline(tolerance, color=TARGET, lw=1, ls=(0, (4, 2)))
        ax.text(tolerance, len(errors) - 0.2, name, color=TARGET, **small)
    ax.plot(list(errors.values()), places, "o", color="#222222")
    ax.set(xscale="log", ylim=(-0.7, len(errors) - 0.3))
    ax.set_yticks(places, list(errors), size="small")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", color="0.92", lw=0.8)
    return ax


def plot_strips(
    ax: Axes, groups: Mapping[str, Array], colors: Sequence[str]
) -> Axes:
    """Draw a strip of dots per group, a short line at its mean.

    Parameters
    ----------
    groups : name -> (n_values,); the names stand below, left to right.
    """
    for place, (values, color) in enumerate(
        zip(groups.values(), colors, strict=True)
    ):
        aside = place + np.linspace(-0.2, 0.2, len(values))
        ax.plot(aside, values, "o", mfc="white", mec=color)
        ax.plot([place - 0.32, place + 0.32], [np.mean(values)] * 2, c=color)
    ax.set_xticks(range(len(groups)), list(groups))
    ax.grid(axis="y", color="0.92", lw=0.8)
    return ax


def plot_claims(
    ax: Axes,
    measured: Mapping[str, Array],
    claimed: Mapping[str, float],
    looks: Sequence[Look],
) -> Axes:
    """Draw a row of dots per claim, and the claim as an upright line.

    Parameters
    ----------
    measured : name -> (n_runs,); the names stand on the left, the first on
        top. A row's dots climb in their order, so that none hides another.
    claimed : name -> what the document says.
    looks : one per row.
    """
    places = range(len(measured) - 1, -1, -1)
    for place, (name, values), look in zip(
        places, measured.items(), looks, strict=True
    ):
        climb = place + np.linspace(-0.26, 0.26, len(values))
        ax.plot(
            np.sort(values), climb, look.marker, color=look.color, ms=3, mew=0
        )
        ax.vlines(claimed[name], place - 0.4, place + 0.4, TARGET, lw=2)
    ax.set_yticks(places, list(measured))
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.6, len(measured) - 0.4)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color="0.92", lw=0.8)
    return ax


def plot_bars(ax: Axes, heights: Array, colors: Sequence[str]) -> Axes:
    """Draw a bar per height, side by side in their order from 1.

    Parameters
    ----------
    heights : (n_bars,).
    colors : one per bar.
    """
    ax.bar(np.arange(1, len(heights) + 1), heights, 0.8, color=colors)
    return ax


def plot_shares(
    ax: Axes,
    parts: Mapping[str, Mapping[str, float]],
    looks: Mapping[str, tuple[str, str]],
    notes: Sequence[str],
) -> Axes:
    """Draw a bar per row, cut into the shares of its parts.

    Parameters
    ----------
    parts : row -> part -> a number that is not negative. The rows' names
        stand on the left, the first on top.
    looks : part -> its color and its hatch, in the order of the cuts.
    notes : one per row, written at its end.
    """
    places = range(len(parts) - 1, -1, -1)
    for place, (row, note) in zip(places, zip(parts.values(), notes)):
        left, total = 0.0, sum(row.values())
        for name, (color, hatch) in looks.items():
            share = row[name] / total
            ax.barh(
                place,
                share,
                0.7,
                left,
                color=color,
                hatch=hatch,
                edgecolor="white",
            )
            left += share
        write_beside(ax, note, (1, place), "#222222")
    ax.set_yticks(places, list(parts))
    ax.set(xlim=(0, 1), ylim=(-0.5, len(parts) - 0.5))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return ax


def plot_ratios(
    ax: Axes, ratios: Mapping[str, float], colors: Sequence[str]
) -> Axes:
    """Draw a bar per ratio and write it at the end; a dashed line is 1.

    Parameters
    ----------
    ratios : name -> how many times the reference; the names stand on the
        left, the first on top.
    colors : one per bar.
    """
    places = range(len(ratios) - 1, -1, -1)
    ax.barh(places, list(ratios.values()), 0.7, color=colors)
    for place, value in zip(places, ratios.values(), strict=True):
        write_beside(ax, f"{value:.2f}", (value, place), "#222222")
    ax.axvline(1, color="#222222", lw=1, ls=(0, (4, 2)))
    ax.set_yticks(places, list(ratios))
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.6, len(ratios) - 0.4)
    ax.spines["left"].set_visible(False)
    return ax
