"""The door: bad input stops here, with what was expected and what came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from nnlib.types import Array, Layer

DTYPES = ("float32", "float64", "complex128")  # complex: gradcheck's own


def check_dtype(dtype: Any) -> np.dtype[Any]:
    """Return ``dtype`` as a NumPy dtype, if a network can have it."""
    try:
        known = np.dtype(dtype)
    except TypeError:
        known = None
    if known is None or known.name not in DTYPES:
        raise ValueError(f"dtype must be float32 or float64, got {dtype!r}")
    return known


def check_name(kind: str, name: Any, registry: Mapping[str, Any]) -> str:
    """Return ``name`` if it is a key of ``registry``."""
    if not isinstance(name, str) or name not in registry:
        known = ", ".join(registry)
        raise ValueError(f"{kind} must be one of {known}; got {name!r}")
    return name


def check_count(
    name: str, value: Any, most: int | None = None, least: int = 1
) -> int:
    """Return ``value`` as an int, if it is a whole number in range."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(
        value, bool
    )
    if not whole or value < least or (most is not None and value > most):
        limit = (
            f"of at least {least}"
            if most is None
            else (f"from {least} to {most}")
        )
        raise ValueError(
            f"{name} must be a whole number {limit}, got {value!r}"
        )
    return int(value)


def check_number(
    name: str, value: Any, least: float = 0.0, below: float = np.inf
) -> float:
    """Return ``value`` as a float, if least <= value < below."""
    number = float(value) if isinstance(value, Real) else np.nan
    if not least <= number < below:
        limit = f"at least {least:g}"
        limit += " and finite" if below == np.inf else f", below {below:g}"
        raise ValueError(f"{name} must be a number {limit}, got {value!r}")
    return number


def check_rng(rng: Any) -> np.random.Generator:
    """Return ``rng`` if it is a generator: no seeds, no global state."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            "rng must be a numpy.random.Generator, such as "
            f"np.random.default_rng(0); got {rng!r}"
        )
    return rng


def check_sizes(sizes: Any) -> list[int]:
    """Return ``sizes`` as two or more positive ints, inputs first."""
    if isinstance(sizes, np.ndarray):
        sizes = sizes.tolist()
    if isinstance(sizes, (str, bytes)) or not isinstance(sizes, Sequence):
        raise ValueError(
            f"sizes must be a list such as [784, 30, 10], got {sizes!r}"
        )
    if len(sizes) < 2:
        raise ValueError(
            "sizes must name the inputs and at least one layer, got "
            f"{list(sizes)}"
        )
    return [check_count(f"sizes[{i}]", s) for i, s in enumerate(sizes)]


def check_array(
    name: str, values: Any, dtype: np.dtype[Any] = np.dtype(np.float64)
) -> Array:
    """Return ``values`` as an array of ``dtype``, all of it finite."""
    want, came = "an array of numbers", type(values).__name__
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} must be {want}, got {came} of parts of unequal shape"
        ) from None
    if array.dtype.kind not in "biufc":
        raise ValueError(
            f"{name} must be {want}, got {came} of dtype {array.dtype}"
        )
    if array.dtype.kind == "c" and dtype.kind != "c":
        raise ValueError(f"{name} must be real, got {array.dtype}")
    if array.dtype != dtype:
        with np.errstate(over="ignore"):  # what float32 cannot hold: refused
            array = np.asarray(array, dtype)
    if not _all_finite(array):
        n_bad = array.size - np.count_nonzero(np.isfinite(array))
        raise ValueError(
            f"{name} must be finite in {dtype}, got {n_bad} NaN or infinite "
            f"of {array.size} values"
        )
    return array


def _all_finite(array: Array, block: int = 2**16) -> bool:
    """Return whether all of it is finite, without an array of its size."""
    if array.size <= block or not array.flags.c_contiguous:
        return bool(np.count_nonzero(np.isfinite(array)) == array.size)
    flat = array.reshape(-1)
    pieces = (flat[i : i + block] for i in range(0, flat.size, block))
    return all(np.isfinite(piece).all() for piece in pieces)


def check_rows(
    name: str, values: Any, n_columns: int, dtype: np.dtype[Any]
) -> Array:
    """Return ``values`` as (n_samples, n_columns), with a sample or more."""
    array = check_array(name, values, dtype)
    if array.ndim != 2 or array.shape[1] != n_columns or not len(array):
        want = f"(n_samples, {n_columns})"
        letter, hint = name[-1], ""  # X, for "validation X" too
        if array.ndim == 2 and not len(array):
            hint = ": an empty batch has no mean"
        elif array.ndim == 1 and array.size == n_columns:
            hint = f": one sample is {letter}[None, :]"
        elif array.ndim == 1 and n_columns == 1:
            hint = f": a column is {letter}[:, None]"
        elif array.ndim == 1 and letter == "Y":
            hint = ": nnlib.datasets.one_hot turns labels into targets"
        elif array.ndim == 2 and array.shape[0] == n_columns:
            hint = ": samples are rows"
        raise ValueError(
            f"{name} must have shape {want}, got {array.shape}{hint}"
        )
    return array


def check_layers(layers: Iterable[Any], dtype: np.dtype[Any]) -> list[Layer]:
    """Return canonical layers whose sizes follow from one to the next."""
    if not isinstance(layers, Iterable):
        raise ValueError(f"layers must be a list of (W, b), got {layers!r}")
    checked: list[Layer] = []
    for i, layer in enumerate(layers):
        try:
            W, b = layer
        except (TypeError, ValueError):
            raise ValueError(
                f"layer {i} must be a pair (W, b), got {layer!r:.60}"
            ) from None
        W = check_array(f"layer {i}'s W", W, dtype)
        b = check_array(f"layer {i}'s b", b, dtype)
        if W.ndim != 2 or not W.size:
            raise ValueError(
                f"layer {i}'s W must have shape (fan_in, fan_out), "
                f"got {W.shape}"
            )
        if b.shape != (W.shape[1],):
            raise ValueError(
                f"layer {i}'s b must have shape ({W.shape[1]},) to go with "
                f"W of shape {W.shape}, got {b.shape}"
            )
        if checked and len(W) != len(checked[-1].b):
            raise ValueError(
                f"layer {i}'s W must have {len(checked[-1].b)} rows, one "
                f"per unit of layer {i - 1}, got shape {W.shape}"
            )
        checked.append(Layer(W, b))
    if not checked:
        raise ValueError("a network needs at least one layer, got none")
    return checked


def check_targets(cost: str, partner: str | None, Y: Array) -> Array:
    """Return ``Y`` if a cost with this partner can be taken of it.

    A cost that has a partner reads targets as probabilities: beside the
    sigmoid one per unit, beside softmax one distribution per row.
    """
    if partner is None:
        return Y
    low, high = Y.real.min(), Y.real.max()
    if low < 0 or high > 1:
        raise ValueError(
            f"{cost} needs targets from 0 to 1, got {low:g} to {high:g}"
        )
    sums = Y.real.sum(axis=1)
    if partner == "softmax" and (off := abs(sums - 1)).max() > 1e-6:
        row = int(np.argmax(off))
        raise ValueError(
            f"{cost} needs targets whose rows sum to 1, got "
            f"{sums[row]:g} in row {row}"
        )
    return Y
