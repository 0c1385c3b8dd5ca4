"""How long the notebooks of the book run, for whoever plans lessons.

usage: running_times.py [STEM ...]

Each is run from top to bottom on a fresh kernel, with one BLAS thread.
``processor`` are the seconds that the kernel kept a processor busy, which
hardly depends on what else a machine does; ``clock`` are those that passed.
Nothing is written into the notebooks.
"""

import json
import os
import platform
import sys
import time
from pathlib import Path

import nbformat
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from execute_notebooks import (  # noqa: E402, found by the line above
    kernel_environment,
    run,
    toc_notebooks,
)

FILE = Path(__file__).with_suffix(".json")


def processor_seconds() -> float:
    """Return the seconds that ended child processes kept a processor busy."""
    times = os.times()
    return times.children_user + times.children_system


def measured(path: Path) -> dict:
    """Run one notebook; return what it took."""
    before, started = processor_seconds(), time.perf_counter()
    run(nbformat.read(path, as_version=4), path.parent)
    clock = time.perf_counter() - started
    return {
        "processor": round(processor_seconds() - before, 1),
        "clock": round(clock, 1),
    }


def main() -> None:
    """Measure the notebooks that are named, or all, and store the times."""
    os.environ.update(kernel_environment())
    stored = json.loads(FILE.read_text()) if FILE.exists() else {"seconds": {}}
    stored["environment"] = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
    }
    for path in toc_notebooks():
        if sys.argv[1:] and path.stem not in sys.argv[1:]:
            continue
        stored["seconds"][path.stem] = measured(path)
        print(path.stem, stored["seconds"][path.stem], flush=True)
        FILE.write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
