"""How things look, everywhere in the book."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb


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
    "workspace": Look("#8C510A", "P", (0, (8, 2, 2, 2))),
}


# A cost has a look too, one that no design has.
COST_LOOKS = {
    "quadratic": Look("#332288", "o", "-"),
    "cross_entropy": Look("#882255", "s", (0, (5, 1.5))),
    "log_likelihood": Look("#117733", "^", (0, (1, 1))),
}


# An optimizer has a look too, one that no design and no cost has.
OPTIMIZER_LOOKS = {
    "sgd": Look("#222222", "o", "-"),
    "momentum": Look("#B8336A", "s", (0, (5, 1.5))),
    "nesterov": Look("#2E7D7A", "^", (0, (1, 1))),
    "adam": Look("#6A51A3", "D", (0, (4, 1, 1, 1))),
}


# The classes of the two-class problems: the ends of PuOr, and two markers.
CLASS_LOOKS = (Look("#542788", "o", ""), Look("#b35806", "s", ""))


SHADES = ("#ece7f2", "#fdebd3")  # where the answer is 0, and where it is 1


TARGET = "#595959"  # targets and references; 7:1 on white


LEGIBLE = 4.5  # the least contrast of a text with its ground


def use_style() -> None:
    """Give the figures from here on the book's look."""
    plt.style.use("nnlib.book")


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors, from 1 to 21.

    References
    ----------
    Web Content Accessibility Guidelines 2.2, "contrast ratio".
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    """Return a color's relative luminance, from 0 to 1 (the same source)."""
    rgb = np.array(to_rgb(color))
    linear = np.where(
        rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4
    )
    return float(linear @ [0.2126, 0.7152, 0.0722])


def ink(color: str, ground: str = "white") -> str:
    """Return the color, darkened until a text in it is legible: 4.5 to 1."""
    rgb = np.array(to_rgb(color))
    while contrast(to_hex(rgb), ground) < LEGIBLE:
        rgb = 0.97 * rgb
    return to_hex(rgb)


def write_beside(
    ax: Axes,
    text: str,
    point: tuple[float, float],
    color: str,
    offset: tuple[float, float] = (6, 0),
    va: str = "center",
) -> None:
    """Write beside a point, ``offset`` (in points) away from it.

    In the color's ink; white, for dark grounds, stays white.
    """
    ax.annotate(
        text,
        point,
        xytext=offset,
        textcoords="offset points",
        color=color if color == "white" else ink(color),
        va=va,
        annotation_clip=False,
    )
