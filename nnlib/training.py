"""Training: mini-batches, the run of epochs, when to stop, the accuracy.

What happens inside an epoch is each design's own. Nothing here prints, and
nothing plots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlib import checks
from nnlib.types import Array, History

Stop = Callable[[History], bool]


def minibatches(
    n_samples: int, batch_size: int | None, rng: np.random.Generator
) -> Iterator[NDArray[np.intp]]:
    """Yield the row numbers 0 .. n_samples - 1, shuffled, a batch at a time.

    Every row comes once. The last batch holds what is left over and may be
    smaller. ``batch_size=None`` is one batch of everything, in order.
    """
    if batch_size is None or batch_size >= n_samples:
        yield np.arange(n_samples)
        return
    order = rng.permutation(n_samples)
    for start in range(0, n_samples, batch_size):
        yield order[start : start + batch_size]


def accuracy(outputs: Array, Y: Array) -> float:
    """Fraction of rows whose largest output stands where Y's largest does.

    A single output counts as "yes" above ½. Of equal outputs the first is
    taken.
    """
    if Y.shape[1] == 1:
        return np.mean((outputs > 0.5) == (Y > 0.5)).item()
    return np.mean(outputs.argmax(axis=1) == Y.argmax(axis=1)).item()


def patience(n_records: int) -> Stop:
    """Stop when the validation cost has not fallen for ``n_records``.

    Counts recorded epochs, and needs a validation set.
    """
    checks.check_count("n_records", n_records)

    def stop(history: History) -> bool:
        costs = history.validation_cost
        if not costs:
            raise ValueError(
                "patience needs a validation set, got a history without one"
            )
        return len(costs) - 1 - int(np.argmin(costs)) >= n_records

    return stop


def run(
    walk: Callable[[], None],
    evaluate: Callable[[], list[tuple[float, float]]],
    *,
    epochs: int,
    record_every: int = 1,
    stop: Stop | None = None,
    progress: bool = False,
) -> History:
    """Call ``walk`` once per epoch and record what ``evaluate`` says.

    ``evaluate`` returns (cost, accuracy) on the training set and, if there
    is one, on the validation set. Records are taken after every
    ``record_every`` epochs and after the last; ``stop`` sees the history
    at each record.
    """
    history = History()
    bar = _bar(range(1, epochs + 1)) if progress else range(1, epochs + 1)
    for epoch in bar:
        walk()
        if epoch % record_every and epoch != epochs:
            continue
        history.record(epoch, evaluate())
        if progress:
            bar.set_postfix_str(history.last())
        if stop is not None and stop(history):
            break
    return history


def _bar(epochs: range) -> Any:
    """Return tqdm's bar, in a terminal or in a notebook."""
    from tqdm.auto import tqdm

    return tqdm(epochs, unit="epoch")
