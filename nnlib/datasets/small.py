"""XOR, the donut, the moons: made on the spot; and 1797 small digits."""

from __future__ import annotations

import numpy as np

import nnlib.datasets.files as files
from nnlib import checks
from nnlib.datasets.targets import Dataset, one_hot
from nnlib.types import Array


def xor() -> Dataset:
    """Return the four rows of XOR, in the bias-row document's order."""
    X = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    return _two_classes(X, np.array([0, 0, 1, 1]))


def donut(
    n_samples: int, *, rng: np.random.Generator, noise: float = 0.1
) -> Dataset:
    """Return a ball (class 1) in the hole of a ring (class 0).

    Parameters
    ----------
    n_samples : rows, half of them in each class (the odd one in the ring).
    rng : draws angles and radii.
    noise : standard deviation of the radius, around 0.4 for the ball and
        1 for the ring.
    """
    n = checks.check_count("n_samples", n_samples, least=2)
    noise = checks.check_number("noise", noise)
    checks.check_rng(rng)
    labels = np.arange(n) % 2
    radius = np.where(labels, 0.4 * np.sqrt(rng.random(n)), 1.0)
    radius = radius + noise * rng.standard_normal(n)
    angle = rng.uniform(0, 2 * np.pi, n)
    return _two_classes(_polar(radius, angle), labels)


def moons(
    n_samples: int, *, rng: np.random.Generator, noise: float = 0.1
) -> Dataset:
    """Return two half circles, each reaching into the other's hollow.

    Parameters
    ----------
    n_samples : rows, half of them in each class.
    rng : draws angles and noise.
    noise : standard deviation added to each coordinate; the radius is 1.
    """
    n = checks.check_count("n_samples", n_samples, least=2)
    noise = checks.check_number("noise", noise)
    checks.check_rng(rng)
    labels = np.arange(n) % 2
    X = _polar(np.ones(n), rng.uniform(0, np.pi, n))
    X[labels == 1] = np.array([1.0, 0.5]) - X[labels == 1]
    return _two_classes(X + noise * rng.standard_normal(X.shape), labels)


def digits(*, scale: str = "unit") -> Dataset:
    """Return scikit-learn's 1797 handwritten digits, 8 by 8 pixels.

    They come with this package: a row of 64 pixels and a label each.

    Parameters
    ----------
    scale : "raw" for 0 to 16 as they come, "unit" for 0 to 1.

    References
    ----------
    Alpaydin and Kaynak, "Optical recognition of handwritten digits", UCI
    Machine Learning Repository, 1998 (its test set).
    """
    factor = {"raw": 1.0, "unit": 1 / 16}
    checks.check_name("scale", scale, factor)
    rows = np.frombuffer(files.read("digits.gz"), np.uint8).reshape(-1, 65)
    X, labels = rows[:, :64] * factor[scale], rows[:, 64].astype(np.intp)
    return Dataset(X, one_hot(labels, 10), labels)


def _polar(radius: Array, angle: Array) -> Array:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _two_classes(X: Array, labels: np.ndarray) -> Dataset:
    return Dataset(X, labels[:, None].astype(float), labels)
