"""Where a page's Python gets its data from: the site, part by part.

The wheel that the pages load leaves MNIST out. Its files lie beside the
pages, cut into parts, and only as many parts are fetched as hold the images
that were asked for.
"""

import hashlib
import json
import zlib
from pathlib import Path

PARTS = json.loads(Path(__file__).with_name("parts.json").read_text())
_kept = {}  # name -> (decompressor, bytes so far, parts so far)


def install(read_part, say):
    """Make `nnlib.datasets` read MNIST through ``read_part(name)``.

    ``say`` is told what is being fetched, while it is.
    """
    from nnlib.datasets import files

    in_the_wheel = files.read

    def read(name, n_bytes=None):
        if name not in PARTS:
            return in_the_wheel(name)
        return _content(name, n_bytes, read_part, say)

    files.read = read


def _content(name, size, read_part, say):
    """Return at least the first ``size`` bytes of a file, unpacked."""
    if name not in _kept:
        _kept[name] = (zlib.decompressobj(wbits=31), bytearray(), [])
    inflate, content, done = _kept[name]
    parts = PARTS[name]
    while (size is None or len(content) < size) and len(done) < len(parts):
        part = parts[len(done)]
        say(f"{name}: part {len(done) + 1} of up to {len(parts)}")
        packed = bytes(read_part(part["name"]).to_py())
        if hashlib.sha256(packed).hexdigest() != part["sha256"]:
            raise RuntimeError(f"the data file {part['name']} is damaged")
        content += inflate.decompress(packed)
        done.append(part["name"])
    return bytes(content)
