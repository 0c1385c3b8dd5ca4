"""Run the book's notebooks and store their outputs: twice, the same bytes.

usage: execute_notebooks.py [--check] [--refresh-timings] [FILE ...]

Without files: every notebook of ``_toc.yml``, in its order.  Each runs from
top to bottom on a fresh kernel.  What a cell tagged ``nbval-ignore-output``
shows (a timing) differs from run to run, so the outputs stored for it are
kept for as long as the cell's source stays as it was.
"""

import argparse
import atexit
import base64
import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
CELL_TIMEOUT = 600  # seconds
TIMING_TAG = "nbval-ignore-output"
PICTURES = {  # figures that are needed outside the pages, too
    ("index", "fig-designs"): ROOT / "book/_static/five-designs.png",
}
SOURCE_KEY = "outputs_of"  # the metadata that names the source of a timing

# The first code cell of every page. Here it does nothing.
GUARD_ID = "elsewhere"
GUARD = """\
def _fetch_book(repository, there="/content/one-network-five-designs"):
    \"\"\"On Colab, get the book and what its pages import.\"\"\"
    import os
    import subprocess
    import sys

    if not repository or "COLAB_RELEASE_TAG" not in os.environ:
        return
    if not os.path.exists(there):
        clone = ["git", "clone", "--quiet", "--depth=1", repository, there]
        subprocess.run(clone, check=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, f"{{there}}[pages]"], check=True)
    os.chdir(f"{{there}}/book")


_fetch_book({})"""

# What a kernel is told at its start: a warning is an error, and one about
# something deprecated is if a page or nnlib itself uses it. Nothing of this is
# left behind in the page's namespace.
KERNEL_CONFIG = """\
c.IPKernelApp.log_level = "ERROR"
c.IPKernelApp.exec_lines = [
    f"__import__('warnings').filterwarnings({rule})"
    for rule in (
        "'error'",
        "'ignore', category=ResourceWarning",
        "'ignore', category=DeprecationWarning",
        "'ignore', category=PendingDeprecationWarning",
        "'error', category=DeprecationWarning, module='__main__|nnlib'",
    )
]
"""


def kernel_environment():
    """Return what a kernel's environment has, here and under the tests.

    One BLAS thread, so that a sum is added up in one order; nothing from the
    reader's own IPython or Matplotlib settings; and warnings are errors from
    the first cell on.
    """
    folder = Path(tempfile.mkdtemp(prefix="ipython-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    profile = folder / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.py").write_text(KERNEL_CONFIG)
    threads = ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR")
    return {
        "IPYTHONDIR": str(folder),
        "MATPLOTLIBRC": os.devnull,
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        **{f"{name}_NUM_THREADS": "1" for name in threads},
    }


def toc_files(node=None):
    """Return the entries of ``_toc.yml``, in order, without suffixes."""
    if node is None:
        node = yaml.safe_load((ROOT / "_toc.yml").read_text())
    if isinstance(node, list):
        return [name for child in node for name in toc_files(child)]
    own = [node[key] for key in ("root", "file") if key in node]
    below = [node[k] for k in ("parts", "chapters", "sections") if k in node]
    return own + toc_files(below) if below else own


def toc_notebooks():
    """Return the paths of the notebooks in ``_toc.yml``, in order."""
    paths = [ROOT / f"{name}.ipynb" for name in toc_files()]
    return [path for path in paths if path.exists()]


def guard():
    """Return the first code cell of every page: what it does elsewhere.

    The repository's address comes from ``_config.yml``, once and for all.
    """
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    return GUARD.format(json.dumps(config["repository"]["url"] or ""))


def keep_guard(nb):
    """Let the page's first code cell have the address that is set now."""
    for cell in nb.cells:
        if cell.id == GUARD_ID:
            cell.source = guard()


def run(nb, folder):
    """Run all cells of ``nb`` on a fresh kernel in ``folder``."""
    NotebookClient(
        nb,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute()


def keep_timings(old, new, refresh=False):
    """Put the outputs stored for unchanged timing cells back into ``new``."""
    before = {cell.id: cell for cell in old.cells}
    for cell in new.cells:
        if TIMING_TAG not in cell.metadata.get("tags", []):
            cell.metadata.pop(SOURCE_KEY, None)
            continue
        source = hashlib.sha256(cell.source.encode()).hexdigest()[:16]
        earlier = before[cell.id]
        if earlier.metadata.get(SOURCE_KEY) == source and not refresh:
            cell.outputs = earlier.outputs
        cell.metadata[SOURCE_KEY] = source


def as_text(nb):
    """Return ``nb`` as it is stored, without when and where it was run."""
    nb = nbformat.from_dict(nb)
    nb.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    nb.nbformat, nb.nbformat_minor = 4, 5
    for cell in nb.cells:
        for key in ("execution", "collapsed", "scrolled", "trusted"):
            cell.metadata.pop(key, None)
    text = nbformat.writes(nb, indent=1, sort_keys=True, ensure_ascii=False)
    return text.rstrip("\n") + "\n"


def executed(path, refresh_timings=False):
    """Return the text of the notebook at ``path`` after a run."""
    old = nbformat.read(path, as_version=4)
    new = nbformat.from_dict(old)
    keep_guard(new)
    run(new, path.parent)
    keep_timings(old, new, refresh_timings)
    return as_text(new)


def export_pictures(path):
    """Write the figures of the page at ``path`` that are needed outside."""
    for (page, cell_id), target in PICTURES.items():
        if page != path.stem:
            continue
        nb = nbformat.read(path, as_version=4)
        (cell,) = (cell for cell in nb.cells if cell.id == cell_id)
        target.write_bytes(base64.b64decode(cell.outputs[0].data["image/png"]))


def main():
    """Run the notebooks; return 1 if one failed or, with --check, differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--refresh-timings", action="store_true")
    parser.add_argument("files", nargs="*", type=Path)
    args = parser.parse_args()
    os.environ.update(kernel_environment())

    failed = False
    for path in args.files or toc_notebooks():
        start = time.perf_counter()
        try:
            text = executed(path, args.refresh_timings)
        except CellExecutionError as error:
            print(f"{path}: a cell failed, nothing written\n{error}")
            failed = True
            continue
        same = text == path.read_text(encoding="utf-8")
        if args.check:
            failed |= not same
        elif not same:
            path.write_text(text, encoding="utf-8")
            export_pictures(path)
        state = "unchanged" if same else "differs" if args.check else "written"
        seconds = time.perf_counter() - start
        with contextlib.suppress(ValueError):
            path = path.resolve().relative_to(ROOT)
        print(f"{path}: {state} ({seconds:.1f} s)", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
