"""Training: mini-batches, the run of epochs, when to stop, the accuracy.

What happens inside an epoch is each design's own. Nothing here prints, and
nothing plots.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlib import checks
from nnlib.types import Array, History

Stop = Callable[[History], bool]
Watch = Callable[[Iterator[Any]], Iterator[Any]]


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
    train: Callable[[int, Watch], None],
    evaluate: Callable[[], list[tuple[float, float]]],
    *,
    epochs: int,
    n_batches: int,
    state: Callable[[], Any],
    restore: Callable[[Any], None],
    record_every: int = 1,
    stop: Stop | None = None,
    progress: bool = False,
) -> History:
    """Call ``train`` once per epoch and record what ``evaluate`` says.

    ``evaluate`` returns (cost, accuracy) on the training set and, if there
    is one, on the validation set. Records are taken after every
    ``record_every`` epochs and after the last; ``stop`` sees the history
    at each record.

    An interrupt ends the run and restores the ``state`` after the last
    finished epoch. ``train`` is given the epoch, from 1, and a function to
    pass its batches through, ``n_batches`` an epoch: the bar counts them.
    """
    history, finished = History(), state()
    bar = Bar(epochs, n_batches) if progress else NoBar()
    try:
        for epoch in range(1, epochs + 1):
            bar.begin(epoch)
            train(epoch, bar.watch)
            finished = state()
            if epoch % record_every and epoch != epochs:
                continue
            history.record(epoch, evaluate())
            bar.show(history)
            if stop is not None and stop(history):
                break
    except KeyboardInterrupt:
        restore(finished)
        history.interrupted = True
    finally:
        bar.close()
    return history


class NoBar:
    """The bar that is not shown."""

    def begin(self, epoch: int) -> None:
        """Take note of nothing."""

    def watch(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Return the batches as they are."""
        return batches

    def show(self, history: History) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Leave nothing behind."""


class Bar(NoBar):
    """tqdm's bar, in a terminal or in a notebook, batch by batch.

    It is told of batches a hundredth of an epoch at a time: that is often
    enough to be seen moving, and costs next to nothing.
    """

    def __init__(self, epochs: int, n_batches: int) -> None:
        self.epochs, self.n_batches = epochs, n_batches
        self.bar = _tqdm(total=epochs * n_batches, unit="batch")

    def begin(self, epoch: int) -> None:
        """Show which epoch it is."""
        self.bar.set_description_str(f"epoch {epoch}/{self.epochs}")

    def watch(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield the batches, and move the bar along."""
        every = -(-self.n_batches // 100)
        for count, batch in enumerate(batches, start=1):
            yield batch
            if count % every == 0:
                self.bar.update(every)
        self.bar.update(self.n_batches % every)

    def show(self, history: History) -> None:
        """Show the last entry."""
        self.bar.set_postfix_str(history.last())

    def close(self) -> None:
        """Let the bar stand as it is."""
        self.bar.close()


def _tqdm(**settings: Any) -> Any:
    """Return tqdm's bar; one of text, too, where ipywidgets is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm
    return tqdm(**settings)
