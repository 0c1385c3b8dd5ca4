"""The data files in the package: read only if they are what they should be.

Nothing is unpickled, and nothing is read that does not have the SHA-256 it
was published with.
"""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent / "data"

SHA256 = {
    "digits.gz": (
        "6b3813480b45407631ebcd3c2fbc69f43e6a7e3a3883dbf9f797004c0f0be0fc"
    ),
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


def read(name: str, n_bytes: int | None = None) -> bytes:
    """Return what a file holds, unpacked.

    Parameters
    ----------
    name : a key of `SHA256`.
    n_bytes : how much of it is wanted, for a reader that fetches a file in
        pieces, as the book's live pages do; this one returns everything.

    Raises
    ------
    RuntimeError : the file is missing, or is not the one it should be.
    """
    path = FOLDER / name
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise RuntimeError(
            f"the data file {name} cannot be read from {FOLDER}: "
            f"{error.strerror}. Installing nnlib again brings it back."
        ) from error
    digest = hashlib.sha256(packed).hexdigest()
    if digest != SHA256[name]:
        raise RuntimeError(
            f"the data file {name} is damaged: expected SHA-256 "
            f"{SHA256[name]}, got {digest} ({len(packed)} bytes). "
            "Installing nnlib again brings it back."
        )
    return gzip.decompress(packed)
