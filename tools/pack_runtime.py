"""Compile what the browser's Python starts from, once, for every reader.

usage: python3.12 tools/pack_runtime.py

Pyodide distributes its standard library, and NumPy's wheel, as sources, so
each start in a browser would compile some four hundred modules anew, which
takes half of the start. This writes both archives, from ``tools/runtime`` to
``book/_static/vendor/pyodide``, with bytecode in the place of the sources.
Each module's bytecode carries the hash of its source, which the tests compare.

Inside, nothing is compressed; gzip compresses the whole, since a browser
unpacks that much faster than Python does. What is for compilers and editors
(headers, stubs) is left out.
"""

import gzip
import io
import sys
import zipfile
from importlib import _bootstrap_external as compiler
from importlib.util import source_hash
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DISTRIBUTED = ROOT / "tools/runtime"
PACKED = ROOT / "book/_static/vendor/pyodide"
PYTHON = (3, 12)  # the browser's
EPOCH = (2026, 1, 1, 0, 0, 0)  # the same archive from the same sources
LEFT_OUT = (".a", ".c", ".h", ".pxd", ".pyi", "/RECORD")


def wanted(name):
    """Say whether a file of an archive can be of use in a cell."""
    return not name.endswith(LEFT_OUT)


def bytecode(name, source):
    """Return a .pyc: it names its source's hash, and is not compared to it."""
    code = compile(source, name, "exec", dont_inherit=True, optimize=0)
    return compiler._code_to_hash_pyc(code, source_hash(source), False)


def packed(archive):
    """Return the bytes of an archive, compiled and packed."""
    made = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(made, "w") as new:
        for name in filter(wanted, old.namelist()):
            content = old.read(name)
            if name.endswith(".py"):
                name, content = f"{name}c", bytecode(name, content)
            new.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return gzip.compress(made.getvalue(), 9, mtime=0)


def main():
    """Pack both archives; say how large they are."""
    if sys.version_info[:2] != PYTHON:
        came = sys.version.split()[0]
        sys.exit(f"bytecode for the browser needs Python 3.12, got {came}")
    for archive in sorted(DISTRIBUTED.iterdir()):
        target = PACKED / f"{archive.name}.gz"
        target.write_bytes(packed(archive))
        before, after = archive.stat().st_size, target.stat().st_size
        print(f"{target.name}: {after:,} bytes; distributed: {before:,}")


if __name__ == "__main__":
    main()
