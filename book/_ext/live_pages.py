"""What the live cells need, put beside the pages: a local Sphinx extension.

Into ``_static/live`` go `nnlib` as a wheel, without MNIST's large files; those
files, cut into parts, in ``data``; and ``files.json``, the list of all that a
browser fetches before the first run. A page with live cells gets a line that
says how to run them.
"""

import base64
import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

from docutils import nodes

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "book/_static"
DATA = ROOT / "nnlib/datasets/data"
APART = sorted(path.name for path in DATA.glob("*-ubyte.gz"))
PART = 1_000_000  # bytes
EPOCH = (2026, 1, 1, 0, 0, 0)  # the same wheel from the same sources


def wheel_of_nnlib(version):
    """Return the name and the bytes of a wheel with the pure library."""
    stem = f"nnlib-{version}"
    contents = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in sorted((ROOT / "nnlib").rglob("*"))
        if path.is_file()
        and path.name not in APART
        and "__pycache__" not in path.parts
    }
    info = f"{stem}.dist-info"
    contents[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: nnlib\nVersion: {version}\n"
    ).encode()
    contents[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: live_pages\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for name, content in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
        sha = digest.rstrip(b"=").decode()
        rows.writerow([name, f"sha256={sha}", len(content)])
    rows.writerow([f"{info}/RECORD", "", ""])
    contents[f"{info}/RECORD"] = record.getvalue().encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return f"{stem}-py3-none-any.whl", packed.getvalue()


def cut_data(folder):
    """Write MNIST's files in parts into ``folder``; return their list."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {}
    for name in APART:
        content = (DATA / name).read_bytes()
        parts[name] = []
        for number, start in enumerate(range(0, len(content), PART)):
            piece = content[start : start + PART]
            part = f"{name}.{number:02}"
            (folder / part).write_bytes(piece)
            digest = hashlib.sha256(piece).hexdigest()
            parts[name].append({"name": part, "sha256": digest})
    return parts


def assemble(target):
    """Write all of it into ``target``; return the bytes of a first run."""
    namespace = {}
    version_line = next(
        line
        for line in (ROOT / "nnlib/__init__.py").read_text().splitlines()
        if line.startswith("__version__")
    )
    exec(version_line, namespace)
    target.mkdir(parents=True, exist_ok=True)
    name, wheel = wheel_of_nnlib(namespace["__version__"])
    (target / name).write_bytes(wheel)
    parts = cut_data(target / "data")
    (target / "data/parts.json").write_text(json.dumps(parts))
    runtime = [
        f"../vendor/pyodide/{path.name}"
        for path in sorted((STATIC / "vendor/pyodide").iterdir())
        if path.suffix in (".gz", ".js", ".json")
    ]
    own = ["runner.py", "browser_data.py"]
    sizes = {
        **{f: (STATIC / "live" / f).stat().st_size for f in runtime + own},
        name: len(wheel),
        "data/parts.json": (target / "data/parts.json").stat().st_size,
    }
    files = [{"path": path, "bytes": size} for path, size in sizes.items()]
    listing = {"wheel": name, "files": files}
    (target / "files.json").write_text(json.dumps(listing))
    return sum(sizes.values())


def prepare(app):
    """Assemble the files before the pages are read: they name the size."""
    if app.builder.format == "html":
        app.live_bytes = assemble(Path(app.outdir) / "_static/live")


def say_how(app, doctree):
    """Put a line before the first live cell: how its cells are run."""
    for cell in doctree.findall(nodes.container):
        if "tag_live" not in cell["classes"]:
            continue
        size = f"{getattr(app, 'live_bytes', 0) / 1e6:.0f} MB"
        served = nodes.inline(classes=["live-served"])
        served += nodes.Text("The cells here can run in the page itself, ")
        served += nodes.Text("once the book is served: ")
        served += nodes.literal(text="make serve")
        served += nodes.Text(", or ")
        served += nodes.literal(text="python -m http.server")
        served += nodes.Text(" in the book's folder.")
        here = nodes.inline(classes=["live-here"])
        here += nodes.Text("A cell with a Run button runs here, in your ")
        here += nodes.Text("browser. The first run loads Python, ")
        here += nodes.inline(text=size, classes=["live-bytes"])
        here += nodes.Text(", once. Change a cell, and see.")
        line = nodes.paragraph("", "", served, here, classes=["live-note"])
        cell.parent.insert(cell.parent.index(cell), line)
        break


def setup(app):
    """Register both steps."""
    app.connect("builder-inited", prepare)
    app.connect("doctree-read", say_how)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
