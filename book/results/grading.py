"""How long a class of 200 takes to grade, hostile notebooks among them.

usage: grading.py [JOBS]   (needs requirements-classroom.txt)

The notebooks are made from the exercises: right ones, partly wrong ones with
answers drawn from the known wrong ones, unsolved ones, and every attack of
``tests/attacks.py`` once.
"""

import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]
from attacks import ATTACKS, CHAPTER, written  # noqa: E402

from nnlib.classroom import editions  # noqa: E402
from nnlib.classroom.folder import Settings, grade_folder  # noqa: E402
from nnlib.classroom.submission import (  # noqa: E402
    Result,
    chapter_exercises,
)
from nnlib.exercises import EXERCISES  # noqa: E402

FILE = Path(__file__).with_suffix(".json")
NOTEBOOKS = 200
CHAPTERS = [
    "neuron-to-network",
    "costs",
    CHAPTER,
    "referee",
    "learning",
]


def answers(kind: str, chapter: str, rng: np.random.Generator) -> dict:
    """Return {name: source} of one student's answers."""
    names = chapter_exercises(chapter)
    if kind == "unsolved":
        return {}
    sources = {}
    for name in names:
        exercise = EXERCISES[name]
        rights = [exercise.solution, *exercise.rights]
        wrongs = [wrong.body for wrong in exercise.wrongs]
        wrong = kind == "mixed" and rng.random() < 0.5
        choices = wrongs if wrong else rights
        body = choices[rng.integers(len(choices))]
        sources[name] = exercise.source(body)
    return sources


def hand_in(folder: Path, port: int = 9) -> dict[str, int]:
    """Write the notebooks; return how many there are of each kind."""
    rng = np.random.default_rng(0)
    mix = {"right": 60, "unsolved": 16, "hostile": len(ATTACKS)}
    mix["mixed"] = NOTEBOOKS - sum(mix.values())
    trap = {"secret": str(folder / "secret.txt"), "port": port}
    for name, attack in ATTACKS.items():
        file = folder / f"hostile {name}".replace("/", " ") / "a.ipynb"
        file.parent.mkdir(parents=True)
        file.write_bytes(written(attack, trap))
    for kind in ("right", "mixed", "unsolved"):
        for number in range(mix[kind]):
            chapter = CHAPTERS[number % len(CHAPTERS)]
            page = editions.answered(chapter, answers(kind, chapter, rng))
            file = folder / f"{kind} {number:03}" / f"{chapter}.ipynb"
            file.parent.mkdir()
            file.write_text(json.dumps(page))
    return mix


def main() -> None:
    """Grade them, and store what it took."""
    jobs = int(sys.argv[1]) if sys.argv[1:] else 2
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        mix = hand_in(folder / "submitted")
        started, before = time.perf_counter(), os.times()
        for done in grade_folder(
            folder / "submitted", folder / "out", Settings(seed=1), jobs
        ):
            print(*done, flush=True)
        clock, after = time.perf_counter() - started, os.times()
        results = [
            Result.from_json(path.read_text())
            for path in (folder / "out" / "results").glob("*.json")
        ]
    hostile = [r.seconds for r in results if r.student.startswith("hostile")]
    right = [r for r in results if r.student.startswith("right")]
    assert all(r.total == len(r.reports) for r in right)
    FILE.write_text(
        json.dumps(
            {
                "notebooks": len(results),
                "mix": mix,
                "jobs": jobs,
                "clock": round(clock, 1),
                "processor": round(
                    after.children_user
                    + after.children_system
                    - before.children_user
                    - before.children_system,
                    1,
                ),
                "hostile_seconds": round(float(np.mean(hostile)), 2),
                "points": {
                    kind: sum(
                        r.total for r in results if r.student.startswith(kind)
                    )
                    for kind in mix
                },
                "environment": {
                    "python": platform.python_version(),
                    "numpy": np.__version__,
                    "machine": platform.machine(),
                    "cpus": os.cpu_count(),
                },
            },
            indent=1,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
