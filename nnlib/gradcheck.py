"""The referee: a claimed gradient against slopes that are measured.

Two ways to measure the slope of the cost along a direction, both without
any derivative. *Central differences* take two nearby costs, and lose
digits by subtracting them. The *complex step* takes one cost at a point
moved a hair along the imaginary axis: nothing is subtracted, so the step
can be tiny and the answer is good to the last digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib import checks
from nnlib.network import Network
from nnlib.tables import Table
from nnlib.types import Array, Layer, flatten, unflatten

Slope = Callable[[Callable[[Array], Any], Array, Array], float]


def central_difference(
    f: Callable[[Array], Any], theta: Array, v: Array, h: float = 1e-5
) -> float:
    """Slope of ``f`` at ``theta`` along ``v``: [f(θ + hv) - f(θ - hv)] / 2h.

    Notes
    -----
    The truncation error grows like h², the rounding error like 1e-16 / h;
    they meet near h = 1e-5, at about ten correct digits.
    """
    return (f(theta + h * v) - f(theta - h * v)) / (2 * h)


def complex_step(
    f: Callable[[Array], Any], theta: Array, v: Array, h: float = 1e-30
) -> float:
    """Slope of ``f`` at ``theta`` along ``v``: Im f(θ + ihv) / h.

    Notes
    -----
    The error is of the order h², so there is none to see at h = 1e-30.
    ``f`` must accept complex numbers and be analytic: no absolute values,
    no comparisons of more than the real part.

    References
    ----------
    Squire and Trapp, "Using complex variables to estimate derivatives of
    real functions", SIAM Review, 1998.
    """
    return f(theta + 1j * h * v).imag / h


METHODS: dict[str, tuple[Slope, float]] = {  # the measure, its tolerance
    "central": (central_difference, 1e-6),
    "complex": (complex_step, 1e-10),
}


@dataclass(frozen=True)
class Row:
    """One parameter array's verdict.

    ``difference`` is the largest |claimed - measured| slope, ``error`` the
    same divided by the largest measured slope of the array.
    """

    name: str
    shape: tuple[int, ...]
    n_checked: int
    difference: float
    error: float
    passed: bool


@dataclass(frozen=True)
class Report:
    """The referee's rows, one per parameter array."""

    method: str
    tolerance: float
    rows: list[Row]

    @property
    def passed(self) -> bool:
        """Whether every row passed."""
        return all(row.passed for row in self.rows)

    @property
    def error(self) -> float:
        """The largest error of all rows; NaN if a row has that."""
        return float(np.max([row.error for row in self.rows]))

    def _table(self) -> Table:
        return Table(
            ("array", "verdict", "largest error", "shape", "checked"),
            [
                (
                    row.name,
                    "agrees" if row.passed else "DIFFERS",
                    _rounded_up(row.error),
                    row.shape,
                    row.n_checked,
                )
                for row in self.rows
            ],
        )

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()


def _rounded_up(error: float) -> str:
    """Show an error by the power of ten above it, 1e-13 at the least.

    What is below is the rounding of the last bits, which differs from one
    processor to the next.
    """
    if not error < 0.01:  # or it is NaN
        return f"{error:.2g}"
    return f"< 1e{max(-13, int(np.ceil(np.log10(error or 1e-99))))}"


def check(
    net: Network,
    X: Any,
    Y: Any,
    *,
    method: str = "complex",
    tolerance: float | None = None,
    claimed: list[Layer] | None = None,
    entries: int | None = None,
    directions: int | None = None,
    rng: np.random.Generator | None = None,
    **penalty: Any,
) -> Report:
    """Compare a network's gradients with measured slopes of its cost.

    Parameters
    ----------
    net : the network; it is not changed.
    X, Y : (n_samples, n_inputs) and (n_samples, n_outputs).
    method : "complex" or "central".
    tolerance : the largest error that agrees; 1e-10 for "complex" and 1e-6
        for "central" if left out. The gradients of a float32 network need
        about 1e-4.
    claimed : the gradient to judge; ``net.gradients(X, Y)`` if left out.
    entries : check this many entries of each array, drawn by ``rng``; all
        of them if left out.
    directions : instead of entries one by one, check this many random
        directions, each of which moves every entry of the array.
    rng : needed with ``entries`` or ``directions``.
    penalty : l2, l1 and n_train, as for ``net.cost``.

    Returns
    -------
    Report with a row per parameter array, W1, b1, W2, b2 and so on.

    Raises
    ------
    ValueError : an unknown method, gradients of other shapes, a missing
        generator, or what ``net.cost`` refuses.
    """
    checks.check_name("method", method, METHODS)
    slope, usual = METHODS[method]
    tolerance = usual if tolerance is None else tolerance
    layers = net.to_layers()
    if claimed is None:
        claimed = net.gradients(X, Y, **penalty)
    shapes = [[part.shape for part in layer] for layer in layers]
    came = [[np.shape(part) for part in layer] for layer in claimed]
    if came != shapes:
        raise ValueError(f"claimed must have shapes {shapes}, got {came}")
    dtype = np.complex128 if method == "complex" else np.float64

    def cost(theta: Array) -> Any:
        moved = net.with_layers(unflatten(theta, layers), dtype=dtype)
        return moved.cost(X, Y, **penalty)

    theta, gradient = flatten(layers), flatten(claimed)
    rows, start = [], 0
    for name, part in _named_parts(layers):
        here = slice(start, start + part.size)
        pairs = np.array(
            [
                (gradient @ v, slope(cost, theta, v))
                for v in _probes(here, theta.size, entries, directions, rng)
            ]
        )
        rows.append(_judge(name, part.shape, pairs, tolerance))
        start = here.stop
    return Report(method, tolerance, rows)


def _named_parts(layers: list[Layer]) -> Iterator[tuple[str, Array]]:
    """Yield ("W1", W), ("b1", b), ("W2", W) and so on."""
    for number, layer in enumerate(layers, start=1):
        for letter, part in zip("Wb", layer):
            yield f"{letter}{number}", part


def _probes(
    here: slice,
    size: int,
    entries: int | None,
    directions: int | None,
    rng: np.random.Generator | None,
) -> Iterator[Array]:
    """Yield vectors (size,) of length 1, zero but for ``here``."""
    n_here = here.stop - here.start
    if directions is not None:
        for _ in range(checks.check_count("directions", directions)):
            v = np.zeros(size)
            v[here] = checks.check_rng(rng).standard_normal(n_here)
            yield v / np.linalg.norm(v)
        return
    chosen = np.arange(n_here)
    if entries is not None and entries < n_here:
        checks.check_count("entries", entries)
        chosen = checks.check_rng(rng).choice(n_here, entries, replace=False)
    for i in chosen:
        v = np.zeros(size)
        v[here.start + i] = 1
        yield v


def _judge(
    name: str, shape: tuple[int, ...], pairs: Array, tolerance: float
) -> Row:
    """Turn (claimed, measured) slopes into a verdict."""
    claimed, measured = pairs.T
    difference = float(np.max(abs(claimed - measured)))
    scale = float(np.max(abs(measured)))
    error = difference / scale if scale else float(difference > 0)
    return Row(
        name, shape, len(pairs), difference, error, bool(error <= tolerance)
    )
