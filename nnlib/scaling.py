"""Scaling: how a measured cost grows with size, in two numbers.

Both fits weigh every size alike, from the smallest cost to the largest:
what is made small are relative errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Line(NamedTuple):
    """A cost of ``fixed`` and ``each`` per unit of size."""

    fixed: float
    each: float

    def at(self, size: float) -> float:
        """Return the cost at a size."""
        return self.fixed + self.each * size

    @property
    def even(self) -> float:
        """The size at which both parts are equal."""
        return self.fixed / self.each


def line(sizes: Sequence[float], costs: Sequence[float]) -> Line:
    """Return the line that is nearest to the costs, relative to them."""
    x, y = np.asarray(sizes, float), np.asarray(costs, float)
    terms = np.column_stack([1 / y, x / y])
    fixed, each = np.linalg.lstsq(terms, np.ones(len(y)))[0]
    return Line(float(fixed), float(each))


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return the slope in a plot with two logarithmic axes.

    A cost proportional to a power of the size has that power as its slope.
    """
    x, y = np.log(sizes), np.log(costs)
    return float(np.polyfit(x, y, 1)[0])
