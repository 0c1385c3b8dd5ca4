"""MNIST: 70,000 handwritten digits, read from the files in the package.

The four files are the official ones, in the IDX format: a header of
big-endian numbers (a magic number, then the sizes), then one byte per
pixel or label.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import nnlib.datasets.files as files
from nnlib import checks
from nnlib.datasets.targets import Dataset, one_hot

FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
SIZES = {"train": 60_000, "test": 10_000}

# Mean and standard deviation of all pixels of the 60,000 training images,
# on the 0 to 255 scale; a test computes them again.
PIXEL_MEAN, PIXEL_STD = 33.318421, 78.567490


def mnist(
    subset: str = "train",
    n_samples: int | None = None,
    *,
    scale: str = "unit",
    dtype: Any = np.float64,
) -> Dataset:
    """Return MNIST's images as rows of 784 pixels, and their labels.

    Parameters
    ----------
    subset : "train" (60,000 images) or "test" (10,000).
    n_samples : the first so many; all of them if left out.
    scale : "raw" for 0 to 255 as they come, "unit" for 0 to 1, "standard"
        for mean 0 and standard deviation 1 over the training set.
    dtype : float64 or float32.

    Raises
    ------
    ValueError : an unknown subset or scale, too many samples.
    RuntimeError : a file is missing, or is not the official one.

    References
    ----------
    LeCun, Cortes and Burges, "The MNIST database of handwritten digits",
    1998.
    """
    checks.check_name("subset", subset, FILES)
    shifts = {
        "raw": (0.0, 1.0),
        "unit": (0.0, 255.0),
        "standard": (PIXEL_MEAN, PIXEL_STD),
    }
    shift, divisor = shifts[checks.check_name("scale", scale, shifts)]
    dtype = checks.check_dtype(dtype)
    n = SIZES[subset]
    if n_samples is not None:
        n = checks.check_count("n_samples", n_samples, most=n)
    images, labels = (_read_idx(name, n) for name in FILES[subset])
    pixels = images.reshape(n, -1)
    X = np.subtract(pixels, shift, dtype=dtype)
    X /= divisor
    labels = labels.astype(np.intp)
    return Dataset(X, one_hot(labels, 10).astype(dtype), labels)


def _read_idx(name: str, n: int) -> np.ndarray:
    """Return the first ``n`` items of an IDX file, in the header's shape."""
    content = files.read(name, 16 + n * 784)
    n_axes = content[3]
    shape = np.frombuffer(content, ">u4", count=n_axes, offset=4)[1:]
    size = n * int(np.prod(shape, dtype=int))
    values = np.frombuffer(content, np.uint8, size, offset=4 + 4 * n_axes)
    return values.reshape(n, *shape)
