"""Counting: what a step of a design asks of NumPy, operation by operation.

Nothing is estimated. A network takes a step with arrays that note every
operation they take part in: which it was, how large an array it made, and
how long it took.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from time import perf_counter
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from nnlib.bench import epoch_of
from nnlib.network import Network
from nnlib.types import Array


class Operation(NamedTuple):
    """One operation of NumPy's.

    ``new_bytes`` is the size of the array it made, 0 if it filled one that
    was there; ``seconds`` are NumPy's alone, without the noting.
    """

    name: str
    shape: tuple[int, ...]
    new_bytes: int
    seconds: float


# What an operation is for; what is not listed goes number by number.
KINDS = {
    "matmul": "products",
    "vstack": "copies",
    "hstack": "copies",
    "rows": "copies",
    "copy": "copies",
    "astype": "copies",
    "zeros_like": "copies",
}
NUMBER_BY_NUMBER = "number by number"


def kind(name: str) -> str:
    """Return what the operation of this name is for."""
    return KINDS.get(name, NUMBER_BY_NUMBER)


class Watched(np.ndarray):
    """An array that notes in ``record`` the operations it takes part in.

    So does whatever comes out of them. Views are not noted: they copy
    nothing.
    """

    record: list[Operation] | None = None

    def __array_finalize__(self, source: Any) -> None:
        self.record = getattr(source, "record", None)

    def _note(self, name: str, call: Callable[..., Any], *args: Any) -> Any:
        start = perf_counter()
        result = call(*args)
        seconds = perf_counter() - start
        shape, size = np.shape(result), getattr(result, "nbytes", 0)
        self.record.append(Operation(name, shape, size, seconds))
        return watch(result, self.record)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **how: Any
    ) -> Any:
        record = next(
            a.record for a in (*inputs, *how.get("out", ())) if is_watched(a)
        )
        target, (plain, how) = how.get("out"), _plain((inputs, how))
        start = perf_counter()
        result = getattr(ufunc, method)(*plain, **how)
        seconds = perf_counter() - start
        size = result.nbytes if target is None else 0
        record.append(
            Operation(ufunc.__name__, np.shape(result), size, seconds)
        )
        return watch(result, record) if target is None else target[0]

    def __array_function__(
        self, func: Any, types: Any, args: Any, how: Any
    ) -> Any:
        args, how = _plain((args, how))
        return self._note(func.__name__, lambda: func(*args, **how))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, np.ndarray):
            return self._note("rows", _plain(self).__getitem__, _plain(key))
        return super().__getitem__(key)

    def copy(self, order: Any = "C") -> Any:
        """Return a copy, and note it."""
        return self._note("copy", _plain(self).copy, order)

    def astype(self, dtype: Any) -> Any:
        """Return a copy of another type, and note it."""
        return self._note("astype", _plain(self).astype, dtype)


def is_watched(value: Any) -> bool:
    """Return whether this is an array that notes."""
    return isinstance(value, Watched) and value.record is not None


def watch(value: Any, record: list[Operation]) -> Any:
    """Return a view that notes: of an array, or of those in a container."""
    if isinstance(value, np.ndarray):
        view = value.view(Watched)
        view.record = record
        return view
    if isinstance(value, list):
        return [watch(v, record) for v in value]
    if isinstance(value, Mapping):
        return {key: watch(v, record) for key, v in value.items()}
    if hasattr(value, "array"):  # a row_matrix.Matrix
        return type(value)(watch(value.array, record))
    return value


def _plain(value: Any) -> Any:
    """Return the value with arrays that note nothing."""
    if isinstance(value, Watched):
        return value.view(np.ndarray)
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value))
    if isinstance(value, dict):
        return {key: _plain(v) for key, v in value.items()}
    return value


@contextmanager
def _matrices_keep_watch() -> Iterator[None]:
    """Let `np.asarray`, which a Matrix calls, leave a watched array so."""
    asarray = np.asarray
    np.asarray = np.asanyarray
    try:
        yield
    finally:
        np.asarray = asarray


def operations(
    net: Network, X: Array, Y: Array, steps: int = 1
) -> list[Operation]:
    """Return the operations of one update with all rows as its batch.

    Parameters
    ----------
    net : a network of one of the five designs; it is left as it is.
    X, Y : (n_samples, n_inputs) and (n_samples, n_outputs).
    steps : updates taken; each operation's time is its shortest.
    """
    record: list[Operation] = []
    with _matrices_keep_watch():
        X, Y = watch(X, record), watch(Y, record)
        net = copy(net)
        net._hold(net.to_layers())
        vars(net).update(watch(vars(net), record))
        step = epoch_of(net, X, Y, None, 0.1, np.random.default_rng(0))
        taken = []
        for _ in range(steps):
            record.clear()
            step()
            taken.append(list(record))
    return [
        same[0]._replace(seconds=min(op.seconds for op in same))
        for same in zip(*taken, strict=True)
    ]


def by_kind(
    found: Sequence[Operation],
) -> dict[str, dict[str, float]]:
    """Return, for every kind: how many, their bytes, their seconds."""
    totals: dict[str, dict[str, float]] = {}
    for name in ("products", NUMBER_BY_NUMBER, "copies"):
        same = [op for op in found if kind(op.name) == name]
        totals[name] = {
            "operations": len(same),
            "new_bytes": sum(op.new_bytes for op in same),
            "seconds": sum(op.seconds for op in same),
        }
    return totals


def function_calls(work: Callable[[], Any]) -> int:
    """Return how many functions of nnlib's are called while ``work`` runs.

    Python tells `sys.setprofile` of every call. Comprehensions do not
    count: not every version of Python calls them.
    """
    count = 0

    def note(frame: FrameType, event: str, _: Any) -> None:
        nonlocal count
        ours = frame.f_globals.get("__name__", "").startswith("nnlib.")
        if event == "call" and ours and frame.f_code.co_name[0] != "<":
            count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
