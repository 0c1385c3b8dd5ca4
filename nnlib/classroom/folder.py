"""A folder of submissions: several workers, one notebook at a time each.

A worker is a process of its own. Whatever becomes of it, the others go on,
and what was graded stays graded: each result is a file, written at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import queue
import secrets
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nnlib.classroom import feedback
from nnlib.classroom.child import Child
from nnlib.classroom.submission import FILE_LIMIT, Result, grade
from nnlib.classroom.wasm import Wasm

GRACE = 30.0  # seconds beyond a notebook's own, before its worker is ended
SKIPPED = (".ipynb_checkpoints", "__MACOSX")


@dataclass(frozen=True)
class Settings:
    """How to grade.

    Attributes
    ----------
    sandbox : whether to use WebAssembly; else a second Python, which
        protects nothing.
    seconds : for each notebook.
    seed : of the numbers that no student has seen; drawn if None.
    assignment : the notebook that was handed out, as text; "" if all of a
        chapter's exercises count.
    """

    sandbox: bool = True
    seconds: float = 120.0
    seed: int | None = None
    assignment: str = ""


def submissions(folder: Path) -> list[tuple[str, Path]]:
    """Return (student, notebook) of each notebook in a folder, in order.

    A student is a folder of its own, whatever is below it, or the name of a
    notebook that lies at the top.

    Raises
    ------
    ValueError : there is no such folder, or no notebook in it.
    """
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    found = []
    for path in sorted(folder.rglob("*.ipynb")):
        parts = path.relative_to(folder).parts
        if not any(part in SKIPPED for part in parts) and not path.is_dir():
            student = parts[0] if len(parts) > 1 else path.stem
            found.append((student, path))
    if not found:
        raise ValueError(f"there is no notebook in {folder}")
    return found


def grade_folder(
    folder: Path, out: Path, settings: Settings, jobs: int = 1
) -> Iterator[tuple[int, int]]:
    """Grade all notebooks; yield (graded, of) as it goes.

    What an earlier run left in ``out`` is not done again, unless notebook or
    settings have changed. The table and the pages are written at the end, or
    when it is interrupted.

    Raises
    ------
    ValueError : there is nothing to grade.
    """
    todo = submissions(folder)
    (out / "results").mkdir(parents=True, exist_ok=True)
    settings = _seeded(settings, out)
    places = [_place(folder, out, path, settings) for _, path in todo]
    left = [(w, p) for w, p in zip(todo, places) if not p.exists()]
    done = len(todo) - len(left)
    yield done, len(todo)
    steps = _graded(left, settings, jobs)
    try:
        with contextlib.closing(steps):
            for number, _ in enumerate(steps, 1):
                yield done + number, len(todo)
    finally:
        report(places, out)


def _seeded(settings: Settings, out: Path) -> Settings:
    """Return settings with a seed: the one given, an earlier one, or new."""
    kept = out / "results" / "seed"
    if settings.seed is None and not kept.exists():
        _write(kept, str(secrets.randbelow(2**31)))
    seed = int(kept.read_text()) if settings.seed is None else settings.seed
    return replace(settings, seed=seed)


def _place(folder: Path, out: Path, path: Path, settings: Settings) -> Path:
    """Return the result's file, named by all that the result depends on."""
    digest = hashlib.sha256(repr(settings).encode())
    digest.update(str(path.relative_to(folder)).encode())
    with contextlib.suppress(OSError):
        if path.is_file() and path.stat().st_size <= FILE_LIMIT:
            digest.update(path.read_bytes())
    return out / "results" / f"{digest.hexdigest()[:32]}.json"


def _write(path: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def report(places: Sequence[Path], out: Path) -> None:
    """Write grades.csv and the pages, of what is graded so far."""
    texts = [p.read_text(encoding="utf-8") for p in places if p.exists()]
    results = [Result.from_json(text) for text in texts]
    _write(out / "grades.csv", feedback.table(results))
    (out / "feedback").mkdir(exist_ok=True)
    for student, page in feedback.pages(results).items():
        _write(out / "feedback" / f"{student}.html", page)


def _graded(
    left: Sequence[tuple[tuple[str, Path], Path]],
    settings: Settings,
    jobs: int,
) -> Iterator[None]:
    """Grade what is left; yield once for each."""
    idle: queue.Queue[Worker] = queue.Queue()
    workers = [Worker(settings) for _ in range(min(jobs, len(left)))]
    for worker in workers:
        idle.put(worker)

    def one(student: str, path: Path, place: Path) -> None:
        worker = idle.get()
        try:
            _write(place, worker.grade(student, path))
        finally:
            idle.put(worker)

    pool = ThreadPoolExecutor(max(len(workers), 1))
    try:
        for future in as_completed(
            [pool.submit(one, *who, place) for who, place in left]
        ):
            future.result()
            yield
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.end()
        pool.shutdown()


class Worker:
    """A process that grades, replaced when it does not answer."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.process: Any = None
        self.ended = False

    def grade(self, student: str, path: Path) -> str:
        """Return a notebook's result, as JSON."""
        if self.process is None or not self.process.is_alive():
            self._start()
        try:
            self.pipe.send((student, str(path)))
            if self.pipe.poll(self.settings.seconds + GRACE):
                return self.pipe.recv()
            why = "it did not come to an end"
        except (EOFError, OSError):
            why = "its process came to an end"
        self._kill()
        if self.ended:
            raise InterruptedError("grading was interrupted")
        return Result(student, path.name, note=f"Not graded: {why}.").as_json()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=work, args=(theirs, self.settings), daemon=True
        )
        self.process.start()
        theirs.close()

    def _kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()

    def end(self) -> None:
        """End the process for good."""
        self.ended = True
        self._kill()


def work(pipe: Connection, settings: Settings) -> None:
    """Grade what comes through the pipe, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides
    _bound_memory()
    opener = Wasm if settings.sandbox else Child
    assignment = Path(settings.assignment) if settings.assignment else None
    judge = partial(
        grade,
        opener=opener,
        seconds=settings.seconds,
        seed=settings.seed,
        assignment=assignment,
    )
    with contextlib.suppress(EOFError, OSError):
        while True:
            student, path = pipe.recv()
            pipe.send(judge(Path(path), student=student).as_json())


def _bound_memory(room: int = 4 << 30) -> None:
    """Keep this process to so many bytes of its own, where that is known."""
    if os.name == "posix":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (room, room))
