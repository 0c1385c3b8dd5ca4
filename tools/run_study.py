"""Run what the reproduction study still lacks, and store it.

    make study                                   all that is missing
    make study ARGS="vanilla rows --jobs 1"      these claims alone
    make study ARGS=--list                       what is there already
    make study ARGS="--scheduler tcp://10.0.0.5:8786"

The claims and the training are in book/results/study.py; the results go to
study.json beside it. Runs that are stored are not repeated. It is safe to
interrupt, at any moment and in any way: a finished run is stored at once,
and of an unfinished one about the last minute is done again.

The runs share this machine's cores, one thread each. With the address of a
Dask scheduler they go to its workers instead; those need nnlib installed.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed, parallel_config
from tqdm import tqdm

RESULTS = Path(__file__).resolve().parents[1] / "book" / "results"
sys.path.insert(0, str(RESULTS))

import study  # noqa: E402, for it lies in that folder

Job = tuple[str, list[int]]  # a claim, and seeds that are trained at once

# -- the results file --------------------------------------------------------


def save(new: Iterable[study.Run], file: Path) -> dict[str, Any]:
    """Add runs to the results file; return all that is in it now."""
    with alone(file):
        results = study.load(file)
        made_with = results["environments"]
        runs = [
            run | {"environment": made_with[run["environment"]]}
            for run in results["runs"]
        ]
        runs = {key(run): run for run in [*runs, *new]}
        results["runs"] = list(runs.values())
        write(results, file)
    return results


def forget(name: str, file: Path) -> None:
    """Drop the runs of one claim, whatever settings they were made with."""
    with alone(file):
        results = json.loads(file.read_text(encoding="utf-8"))
        made_with = results["environments"]
        results["runs"] = [
            run | {"environment": made_with[run["environment"]]}
            for run in results["runs"]
            if run["claim"] != name
        ]
        write(results, file)


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Wait until no other study is writing this file.

    Two studies can then run at once, say of different claims: each reads
    what the other has stored before it writes. The lock is the system's,
    and is gone when its holder is.
    """
    try:
        import fcntl
    except ImportError:  # Windows: one study at a time
        yield
        return
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def key(run: study.Run) -> tuple[str, int]:
    """Return what tells a run from all others."""
    return run["claim"], run["seed"]


def write(results: dict[str, Any], file: Path) -> None:
    """Write the file whole or not at all, one claim and one run a line.

    Each run has its environment in full; in the file, its number.
    """
    used = {run["claim"] for run in results["runs"]}
    claims = {n: c for n, c in results["claims"].items() if n in used}
    for name in set(study.OWN) - study.outdated(results):
        claims[name] = as_json(study.CLAIMS[name])
    order = sorted(claims, key=[*study.CLAIMS, *claims].index)
    runs = sorted(
        results["runs"], key=lambda r: (order.index(r["claim"]), r["seed"])
    )
    environments = []
    for run in runs:
        if run["environment"] not in environments:
            environments.append(run["environment"])
    runs = [
        run | {"environment": environments.index(run["environment"])}
        for run in runs
    ]
    text = "\n".join(
        [
            '{"claims": {',
            ",\n".join(f'"{n}": {json.dumps(claims[n])}' for n in order),
            f'}}, "environments": {json.dumps(environments)},',
            '"runs": [',
            ",\n".join(map(json.dumps, runs)),
            "]}\n",
        ]
    )
    unfinished = file.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


def as_json(claim: study.Claim) -> dict[str, Any]:
    """Return what the results file says of a claim."""
    names = ("document", "source", "says", "settings", "claimed", "seeds")
    return {name: getattr(claim, name) for name in names}


# -- the work ----------------------------------------------------------------


def missing(
    results: dict[str, Any], names: Iterable[str], seeds: int | None = None
) -> list[Job]:
    """Return the jobs that are not in the results, claim by claim."""
    done = {key(run) for run in results["runs"]}
    jobs = []
    for name in names:
        claim = study.CLAIMS[name]
        left = [
            seed
            for seed in range(seeds or claim.seeds)
            if (name, seed) not in done
        ]
        for i in range(0, len(left), claim.together):
            jobs.append((name, left[i : i + claim.together]))
    return jobs


def place(folder: Path | None, name: str, seeds: list[int]) -> Path | None:
    """Return where unfinished runs are kept."""
    return folder and folder / f"{name} {' '.join(map(str, seeds))}.npz"


def finished(
    jobs: list[Job], n_jobs: int, folder: Path | None
) -> Iterator[list[study.Run]]:
    """Yield the runs as they finish, a job's at a time."""
    parallel = Parallel(n_jobs, return_as="generator_unordered", batch_size=1)
    yield from parallel(
        delayed(study.train)(
            name,
            seeds,
            epochs=study.CLAIMS[name].settings["epochs"],
            checkpoint=place(folder, name, seeds),
        )
        for name, seeds in jobs
    )


@contextmanager
def backend(scheduler: str | None) -> Iterator[None]:
    """Send joblib's work to a Dask cluster, if there is an address."""
    if scheduler is None:
        yield
        return
    from distributed import Client

    with Client(scheduler) as client:
        for script in ("study", *study.CHAPTERS):
            client.upload_file(str(RESULTS / f"{script}.py"))
        n = len(client.scheduler_info(n_workers=-1)["workers"])
        print(f"Dask at {scheduler}: {n} workers", file=sys.stderr)
        with parallel_config("dask"):
            yield


def run_chapters(names: Iterable[str], n_jobs: int) -> None:
    """Let the chapters' own scripts make the runs that they lack."""
    for script in dict.fromkeys(study.CLAIMS[n].chapter for n in names):
        if not script:
            continue
        main = importlib.import_module(script).main
        takes_jobs = "jobs" in inspect.signature(main).parameters
        main(**{"jobs": n_jobs} if takes_jobs else {})


def run_own(
    jobs: list[Job], n_jobs: int, file: Path, folder: Path | None
) -> int:
    """Train and store; return how many runs were not reached."""
    left = sum(len(seeds) for _, seeds in jobs)
    bar = tqdm(
        total=sum(study.CLAIMS[name].seconds * len(k) for name, k in jobs),
        bar_format="{percentage:3.0f}%|{bar:30}|{postfix}, {remaining} to go",
        postfix=f"{left} runs to do",
    )
    try:
        for runs in finished(jobs, n_jobs, folder):
            save(runs, file)
            name, seeds = runs[0]["claim"], [run["seed"] for run in runs]
            if folder:
                place(folder, name, seeds).unlink(missing_ok=True)
            left -= len(runs)
            bar.set_postfix_str(f"{left} runs to do", refresh=False)
            bar.update(study.CLAIMS[name].seconds * len(runs))
    except KeyboardInterrupt:
        pass
    bar.close()
    return left


def shorten(epochs: int) -> None:
    """Let this script's own claims have so many epochs."""
    for name in study.OWN:
        claim = study.CLAIMS[name]
        study.CLAIMS[name] = replace(
            claim, settings=claim.settings | {"epochs": epochs}
        )


def listing() -> str:
    """Return a line per claim: how many of its runs are stored."""
    gathered = study.gather()
    return "\n".join(
        f"{name:22s}{len(gathered[name]):4d} of {claim.seeds}"
        for name, claim in study.CLAIMS.items()
    )


# -- the command -------------------------------------------------------------


def arguments() -> argparse.ArgumentParser:
    """Return the command's options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("claims", nargs="*", help="these alone, in this order")
    add("--list", action="store_true", help="say what is there already")
    add("--jobs", type=int, default=-1, help="runs at once; -1: all cores")
    add("--seeds", type=int, help="this many of each claim")
    add("--epochs", type=int, help="a trial: fewer, into another --file")
    add("--scheduler", help="a Dask scheduler's address")
    add("--forget", metavar="CLAIM", help="drop this claim's runs")
    add("--file", type=Path, default=study.FILE, help="the results file")
    return parser


def main() -> int:
    """Run what is missing; return the exit code."""
    parser = arguments()
    args = parser.parse_args()
    for name in [*args.claims, *filter(None, [args.forget])]:
        if name not in study.CLAIMS:
            known = ", ".join(study.CLAIMS)
            parser.error(f"no claim {name!r}; there are {known}")
    if args.epochs and args.file == study.FILE:
        parser.error("--epochs is for a trial: name another --file for it")
    signal.signal(signal.SIGTERM, stop)
    try:
        return run(args)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def stop(*_: Any) -> None:
    """Stop as Ctrl-C does; at a second signal, at once."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise KeyboardInterrupt


def run(args: argparse.Namespace) -> int:
    """Do what the options say; return the exit code."""
    if args.forget:
        forget(args.forget, args.file)
        return 0
    if args.epochs:
        shorten(args.epochs)
    results = study.load(args.file)
    if args.list:
        print(listing())
        return 0
    names = args.claims or list(study.OWN if args.epochs else study.CLAIMS)
    own = [name for name in names if name in study.OWN]
    for name in sorted(study.outdated(results) & set(own)):
        raise ValueError(
            f"The runs of {name!r} in {args.file} were made with other "
            f"settings: drop them with '--forget {name}'."
        )
    jobs = missing(save([], args.file), own, args.seeds)
    # A cluster's workers need not see this machine's disk.
    folder = None if args.scheduler else args.file.parent / ".unfinished"
    with backend(args.scheduler):
        run_chapters(names, args.jobs)
        left = run_own(jobs, args.jobs, args.file, folder) if jobs else 0
    if left:
        print(
            f"Stopped with {left} runs still to do. "
            "The same command goes on from here.",
            file=sys.stderr,
        )
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
