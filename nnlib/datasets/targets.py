"""What a dataset is, and how labels become targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlib import checks
from nnlib.types import Array


@dataclass(frozen=True, repr=False)
class Dataset:
    """Samples in rows.

    ``X`` (n_samples, n_inputs), ``Y`` (n_samples, n_outputs), ``labels``
    (n_samples,): the class numbers that ``Y`` encodes.
    """

    X: Array
    Y: Array
    labels: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.X)

    def take(self, rows: Any) -> Dataset:
        """Return the dataset of these rows: a slice, or row numbers."""
        return Dataset(self.X[rows], self.Y[rows], self.labels[rows])

    def __repr__(self) -> str:
        return f"Dataset(X {self.X.shape}, Y {self.Y.shape})"


def one_hot(labels: Any, n_classes: int) -> Array:
    """Return targets (n_samples, n_classes): a 1 in the label's column.

    Parameters
    ----------
    labels : (n_samples,), whole numbers from 0 to n_classes - 1.
    n_classes : the number of columns.

    Raises
    ------
    ValueError : a label that is not such a number, or another shape.
    """
    n_classes = checks.check_count("n_classes", n_classes)
    numbers = checks.check_array("labels", labels)
    if numbers.ndim != 1:
        raise ValueError(
            f"labels must have shape (n_samples,), got {numbers.shape}"
        )
    wrong = (numbers < 0) | (numbers >= n_classes) | (numbers % 1 != 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"labels must be whole numbers from 0 to {n_classes - 1}, "
            f"got {numbers[row]:g} in row {row}"
        )
    return np.eye(n_classes)[numbers.astype(np.intp)]
