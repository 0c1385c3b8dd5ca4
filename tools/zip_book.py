"""Put the built book into one file, for a class without internet.

usage: zip_book.py [--site FOLDER] [--out FILE]

The same pages give the same bytes.
"""

import argparse
import zipfile
from pathlib import Path

from execute_notebooks import ROOT

FOLDER = "one-network-five-designs"  # what opening the file makes
EPOCH = (2026, 1, 1, 0, 0, 0)
PACKED = {".gz", ".jpg", ".png", ".whl", ".woff", ".woff2", ".zip"}
UNWANTED = {".buildinfo"}


def zip_site(site, target):
    """Write all files of ``site``, in order, each as of the same time."""
    paths = sorted(p for p in site.rglob("*") if p.is_file())
    with zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            if path.name in UNWANTED:
                continue
            name = f"{FOLDER}/{path.relative_to(site).as_posix()}"
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            packed = path.suffix in PACKED
            method = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), method, 6)


def main():
    """Read the command line and zip."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    build = ROOT / "_build"
    parser.add_argument("--site", type=Path, default=build / "html")
    parser.add_argument("--out", type=Path, default=build / f"{FOLDER}.zip")
    arguments = parser.parse_args()
    zip_site(arguments.site, arguments.out)
    size = arguments.out.stat().st_size / 1e6
    print(f"For a machine without internet: {arguments.out} ({size:.0f} MB)")


if __name__ == "__main__":
    main()
