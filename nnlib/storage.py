"""Saving: a network as one .npz file, and back, or a clear refusal.

The file holds W1, b1, W2, b2 and so on, canonical, and ``header``: a text
in JSON with the format's number, the class, the sizes, the settings, and a
SHA-256 of all the rest. There is no pickle in it, so reading one runs no
code. It is written beside the old file and then put in its place, so
whoever interrupts it finds the old one or the new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from nnlib.types import Array, Layer

FORMAT = 1
HEADER = "header"


def write(path: Any, header: dict[str, Any], layers: Iterable[Layer]) -> None:
    """Write header and layers to ``path``, whole or not at all."""
    arrays = {
        f"{letter}{number}": part
        for number, layer in enumerate(layers, start=1)
        for letter, part in zip("Wb", layer)
    }
    header = {"format": FORMAT, **header}
    header["sha256"] = digest(header, arrays)
    with replacing(Path(path)) as file:
        np.savez(file, header=np.array(json.dumps(header)), **arrays)


def read(path: Any) -> tuple[dict[str, Any], list[Layer]]:
    """Return the header and the layers, unchecked but undamaged.

    Raises
    ------
    ValueError : the file is damaged, is something else, or has a format
        that this version does not know.
    FileNotFoundError : there is none.
    """
    try:
        with open(path, "rb") as file, np.load(file) as stored:
            arrays = {name: stored[name] for name in stored.files}
        header = json.loads(arrays.pop(HEADER).item())
        found = header["format"]
    except FileNotFoundError:
        raise
    except Exception as error:  # whatever a file that is not one leads to
        raise ValueError(
            f"{path} must be a network saved by nnlib, got a file that is "
            f"damaged or something else ({type(error).__name__})"
        ) from None
    if found != FORMAT:
        raise ValueError(
            f"{path} must have format {FORMAT}, got {found!r}: it was saved "
            "by another version of nnlib"
        )
    if header.pop("sha256", None) != digest(header, arrays):
        raise ValueError(
            f"{path} is damaged: what it holds is not what was saved"
        )
    numbers = range(1, len(arrays) // 2 + 1)
    return header, [Layer(arrays[f"W{i}"], arrays[f"b{i}"]) for i in numbers]


def digest(header: dict[str, Any], arrays: dict[str, Array]) -> str:
    """Return the SHA-256 of the header and of every array, in hexadecimal."""
    sha = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        sha.update(f"{name} {array.dtype.str} {array.shape}".encode())
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that takes the place of ``path`` once it is complete."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with open(unfinished, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # not every system opens a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
