"""Measuring: the time and the memory of an epoch, beside the bare products.

Nothing here judges: it returns seconds and bytes. To compare, let the
candidates take turns in one process, and divide what one needed by what
another needed in the same turn: what disturbs one disturbs both.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from nnlib import training
from nnlib.designs import DESIGNS
from nnlib.designs.workspace import Workspace
from nnlib.network import Network
from nnlib.optimizers import as_optimizer
from nnlib.regularizers import Penalty
from nnlib.types import Array

Work = Callable[[], Any]
Clock = Callable[[], float]

# The network of the headline: the column-vectors document's.
SETTINGS = {
    "hidden": "sigmoid",
    "output": "sigmoid",
    "cost": "quadratic",
    "initializer": "scaled_normal",
}


def random_task(
    sizes: Sequence[int], n_samples: int, dtype: Any = np.float64
) -> tuple[Array, Array]:
    """Return X in [0, 1) and one-hot Y: the time does not depend on them."""
    rng = np.random.default_rng(0)
    X = rng.random((n_samples, sizes[0])).astype(dtype)
    Y = np.eye(sizes[-1], dtype=dtype)[rng.integers(sizes[-1], size=len(X))]
    return X, Y


def by_dot(A: Array) -> Callable[[Array, Array], Any]:
    """Return A's product with another array, into a third: the quickest."""
    return A.dot


def by_matmul(A: Array) -> Callable[[Array, Array], Any]:
    """Return the same by what stands behind ``@``."""
    return partial(np.matmul, A)


def bare_products(
    X: Array, sizes: Sequence[int], batch_size: int, times: Any = by_dot
) -> Work:
    """Return a function that does an epoch's matrix products, nothing else.

    For every full batch of rows of ``X`` (n_samples, sizes[0]), in the
    order in which they lie there: forward W A, back Wᵀ Δ for all layers
    but the first, and Δ Aᵀ for the gradients, without the biases. All
    arrays are made before; what they hold does not matter. ``times`` is
    `by_dot` or `by_matmul`.
    """
    n, rng = batch_size, np.random.default_rng(0)

    def array(*shape: int) -> Array:
        return (0.01 * rng.standard_normal(shape)).astype(X.dtype)

    first, *later = [
        (array(o, i), array(i, n), array(o, n), array(i, n), array(o, i))
        for i, o in pairwise(sizes)
    ]
    rest = [partial(times(W), A, Z) for W, A, Z, _, _ in later]
    rest += [partial(times(W.T), Z, P) for W, _, Z, P, _ in later]
    rest += [partial(times(Z), A.T, nabla) for _, A, Z, _, nabla in later]
    W, _, Z, _, nabla = first
    batches = [X[i : i + n] for i in range(0, len(X) - n + 1, n)]
    rows = [(x, x.T) for x in batches]

    forward, slope = times(W), times(Z)

    def epoch() -> None:
        for x, x_T in rows:
            forward(x_T, Z)
            for product in rest:
                product()
            slope(x, nabla)

    return epoch


def epoch_of(
    net: Network,
    X: Array,
    Y: Array,
    batch_size: int | None,
    learning_rate: float,
    rng: np.random.Generator,
    optimizer: str | None = None,
    **own: Any,
) -> Work:
    """Return a function that trains for an epoch, the shuffle included.

    It does what `fit` does between two records.
    """
    walk, memory = net._walker(
        None if optimizer is None else as_optimizer(optimizer), rng, own
    )
    penalty = Penalty(n_train=len(X))

    def epoch() -> None:
        batches = training.minibatches(len(X), batch_size, rng)
        walk(X, Y, batches, learning_rate, penalty, *memory)

    return epoch


def take_turns(
    works: Mapping[str, Work], turns: int, clock: Clock = time.perf_counter
) -> dict[str, list[float]]:
    """Run all, one after the other, so many times; return the seconds.

    ``clock`` is wall time; with one thread, `time.process_time` leaves out
    what other programs took.
    """
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(turns):
        for name, work in works.items():
            start = clock()
            work()
            seconds[name].append(clock() - start)
    return seconds


def ratio(seconds: Sequence[float], others: Sequence[float]) -> float:
    """Return one time over the other's in the same turn: the median."""
    return float(np.median(np.divide(seconds, others)))


def peak_bytes(work: Work, times: int = 3) -> int:
    """Return how far above its start the memory goes while ``work`` runs.

    The least of so many runs: other threads, as a notebook has, ask for
    memory, too.
    """
    return min(_peak_bytes(work) for _ in range(times))


def _peak_bytes(work: Work) -> int:
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def cost_of(
    design: str,
    sizes: Sequence[int],
    batch_size: int,
    *,
    n_samples: int = 1000,
    turns: int = 3,
    clock: Clock = time.perf_counter,
    **settings: Any,
) -> dict[str, float]:
    """Return what an epoch of a design costs, beside the bare products.

    Parameters
    ----------
    design : a name from `nnlib.DESIGNS`.
    sizes, batch_size, n_samples : the network and the walk; random data.
    turns : epochs timed, in turns with the products.
    clock : see `take_turns`.
    settings : of the network, such as ``hidden`` and ``dtype``; `SETTINGS`
        if left out.

    Returns
    -------
    ``seconds`` and ``products``: per example, the epoch's and the bare
    products', at their fastest; ``ratio`` of the two, turn by turn;
    ``peak_bytes``: memory beyond the data and the parameters.
    """
    X, Y = random_task(sizes, n_samples, settings.get("dtype", np.float64))
    rng = np.random.default_rng(0)
    settings = {**SETTINGS, **settings}
    net = DESIGNS[design].initialize(list(sizes), rng=rng, **settings)
    peak = peak_bytes(lambda: epoch_of(net, X, Y, batch_size, 0.1, rng)())
    seconds = take_turns(
        {
            "products": bare_products(X, sizes, batch_size),
            "epoch": epoch_of(net, X, Y, batch_size, 0.1, rng),
        },
        turns,
        clock,
    )
    return {
        "seconds": min(seconds["epoch"]) / n_samples,
        "products": min(seconds["products"]) / n_samples,
        "ratio": ratio(seconds["epoch"], seconds["products"]),
        "peak_bytes": peak,
    }


def profile(
    net: Workspace, X: Array, Y: Array, batch_size: int, steps: int = 500
) -> list[tuple[str, tuple[int, ...], float]]:
    """Return the calls of a workspace's step, in order.

    Each is a name, the shape that it fills, and its microseconds: the
    median over the steps, without what the clock itself takes.
    """
    rng, clock = np.random.default_rng(0), time.perf_counter_ns
    (desk,) = net._begin(rng)
    room, calls = net._step(batch_size, 0.1, Penalty(n_train=len(X)), desk)
    order = rng.permutation(len(X))
    rows = order[: len(X) // batch_size * batch_size].reshape(-1, batch_size)
    times = np.empty((steps, len(calls) + 2))
    with np.errstate(over="ignore"):
        for step in range(steps):
            batch = rows[step % len(rows)]
            takes = [
                partial(X.take, batch, 0, room.x, "clip"),
                partial(Y.take, batch, 0, room.y, "clip"),
            ]
            for i, call in enumerate(takes + calls):
                start = clock()
                call()
                times[step, i] = clock() - start
    empty = np.median([-(clock() - clock()) for _ in range(1000)])
    medians = np.maximum(np.median(times, axis=0) - empty, 0) / 1000
    return [
        (call.func.__name__, _filled(call), round(float(t), 3))
        for call, t in zip(takes + calls, medians)
    ]


def _filled(call: Any) -> tuple[int, ...]:
    """Return the shape of the array that a call fills: its last one."""
    arrays = [*call.args, *call.keywords.values()]
    owner = getattr(call.func, "__self__", None)
    if call.func.__name__ == "__setitem__":
        return owner.shape
    return [a.shape for a in arrays if isinstance(a, np.ndarray)][-1]
