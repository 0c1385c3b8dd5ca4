"""MNIST: 70,000 handwritten digits, read from the files in the package.

The four files are the official ones, in the IDX format: a header of
big-endian numbers (a magic number, then the sizes), then one byte per
pixel or label. Nothing is unpickled, and nothing is read that does not
have the official file's SHA-256.
"""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from nnlib import checks
from nnlib.datasets.targets import Dataset, one_hot

FOLDER = Path(__file__).parent / "data"

SHA256 = {
    "t10k-images-idx3-ubyte.gz": (
        "5634745efa576a17e7d4cf5cd9d09123c75e6538e5114267c2d156edaf519341"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "ae18e77e031ccde52407f794d123116439864147d33ac992975f85dd4dc42af6"
    ),
    "train-images-idx3-ubyte.gz": (
        "71524e2cd1ad2968737f7f2f2ff69cbfc32df8ccddff51593f7cb2d4e0eb5b64"
    ),
    "train-labels-idx1-ubyte.gz": (
        "fe03b8bd7915f70bf5aa08be480aa413fbd85afcaa58b35d230d335f284fd88e"
    ),
}

FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}

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
    images, labels = (_read_idx(FOLDER / name) for name in FILES[subset])
    n = len(images)
    if n_samples is not None:
        n = checks.check_count("n_samples", n_samples, most=n)
    pixels = images[:n].reshape(n, -1)
    X = np.subtract(pixels, shift, dtype=dtype)
    X /= divisor
    labels = labels[:n].astype(np.intp)
    return Dataset(X, one_hot(labels, 10).astype(dtype), labels)


def _read_idx(path: Path) -> np.ndarray:
    """Return the bytes of an IDX file, in the shape that its header says."""
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise RuntimeError(
            f"MNIST's file {path.name} cannot be read from {path.parent}: "
            f"{error.strerror}. Installing nnlib again brings it back."
        ) from error
    digest = hashlib.sha256(packed).hexdigest()
    if digest != SHA256[path.name]:
        raise RuntimeError(
            f"MNIST's file {path.name} is damaged: expected SHA-256 "
            f"{SHA256[path.name]}, got {digest} ({len(packed)} bytes). "
            "Installing nnlib again brings it back."
        )
    content = gzip.decompress(packed)
    n_axes = content[3]
    shape = np.frombuffer(content, ">u4", count=n_axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_axes).reshape(
        shape
    )
