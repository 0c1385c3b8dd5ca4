"""Train the bias-row document's network on XOR from 200 starts a setting.

A setting is a hidden width, the spread of the first weights in each of the
two layers, and η. Start number s draws its weights from N(0, 1) with
``default_rng(s)``, and each layer is multiplied by its spread; so start s
is the same start, larger or smaller, in every setting. η is the document's:
it multiplies a gradient that is a *sum* over the four rows, of half the
error E = Σ (a - y)². In `nnlib`, where a cost is a mean, that is the
learning rate 4 η. Every step takes all four rows.

Each start makes 100,000 steps. Starts that do not have all four answers
right by then go on to 500,000; in the document's own setting all of them
go on, to 1,000,000.

    python book/results/bias_row_xor.py

writes bias_row_xor.json beside this file. Settings that are in it already
are not repeated, and it is safe to interrupt: every finished setting is
stored at once.

For each setting there is a row per start, with the columns

    seed, first, right, E_1000, E_10000, E_50000, E_100000, end,
    first_later, right_later, E_later, steps_to_1e-5, weights

where ``first`` is the number of steps after which all four answers were
right for the first time (None for never), ``right`` how many are right
after 100,000 steps, ``E_k`` the error after k steps, ``end`` the kind of
end after 100,000 steps (see `kind_of_end`); what follows belongs to starts
that went on (None for the others), counted from the first step of all.
``weights`` are those after 100,000 steps, rounded, layer by layer, of the
starts that had not solved it.
"""

import argparse
import json
import os
import platform
import re
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one setting per core instead
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from joblib import Parallel, delayed
from threadpoolctl import threadpool_info

import nnlib
from nnlib.many_starts import ManyStarts

FILE = Path(__file__).with_suffix(".json")
STEPS, LATER, DOCUMENT_LATER = 100_000, 500_000, 1_000_000
LOOKS = (1000, 10_000, 50_000, 100_000)
N_STARTS = 200
GOAL = 1e-5  # the document's stopping rule, E <= GOAL
COLUMNS = [
    "seed",
    "first",
    "right",
    *(f"E_{k}" for k in LOOKS),
    "end",
    "first_later",
    "right_later",
    "E_later",
    "steps_to_1e-5",
    "weights",
]


def setting(hidden: int, first: float, second: float, eta: float) -> dict:
    """Return a setting under its words."""
    return {"hidden": hidden, "spread": [first, second], "eta": eta}


DOCUMENT = setting(2, 0.1, 0.1, 0.2)
SETTINGS = [
    DOCUMENT,
    setting(2, 1, 1, 0.2),
    setting(2, 0.1, 1, 0.2),
    setting(2, 1, 0.1, 0.2),
    setting(2, 3, 3, 0.2),
    setting(2, 0.1, 0.1, 1),
    setting(2, 1, 1, 1),
    setting(2, 0.1, 0.1, 5),
    setting(3, 0.1, 0.1, 0.2),
    setting(3, 1, 1, 0.2),
    setting(4, 0.1, 0.1, 0.2),
    setting(4, 1, 1, 0.2),
]


def starts(hidden: int, spread: list[float], seeds: range) -> ManyStarts:
    """Return [2, hidden, 1] networks side by side, one per seed."""
    Net = nnlib.DESIGNS["bias_row"]
    stack = ManyStarts(
        [
            Net.initialize(
                [2, hidden, 1],
                rng=np.random.default_rng(seed),
                initializer="standard_normal",
            )
            for seed in seeds
        ]
    )
    stack.weights = [s * V1 for s, V1 in zip(spread, stack.weights)]
    return stack


def follow(
    stack: ManyStarts, eta: float, steps: int, looks: tuple = ()
) -> dict:
    """Train; return first and last answers, and errors on the way."""
    xor = nnlib.datasets.xor()
    T, n = xor.Y > 0.5, len(xor)
    first = np.full(len(stack.weights[0]), -1)
    goal, errors = first.copy(), {}
    walk = stack.walk(xor.X, xor.Y, learning_rate=n * eta, steps=steps)
    for i, outputs in enumerate(walk):
        right = ((outputs > 0.5) == T).sum(axis=(1, 2))
        error = ((outputs - xor.Y) ** 2).sum(axis=(1, 2))
        first[(right == n) & (first < 0)] = i
        goal[(error <= GOAL) & (goal < 0)] = i
        if i in looks or i == steps:
            errors[i] = error
    return {"first": first, "goal": goal, "right": right, "errors": errors}


def kind_of_end(right: int, error: float) -> str:
    """Name an end: solved, or by the level that the error is near.

    A level is the error of a network that cannot tell some rows apart and
    gives each group of them its mean target: 1 for all four together, 2/3
    for three, 1/2 for two with different targets.
    """
    if right == 4:
        return "solved"
    levels = {"1": 1.0, "2/3": 2 / 3, "1/2": 0.5}
    name = min(levels, key=lambda name: abs(levels[name] - error))
    return name if abs(levels[name] - error) < 0.05 else "between"


def study(setting: dict, seeds: range = range(N_STARTS)) -> dict:
    """Return the setting with a row per start."""
    stack = starts(setting["hidden"], setting["spread"], seeds)
    early = follow(stack, setting["eta"], STEPS, LOOKS)
    last = early["errors"][STEPS]
    end = [kind_of_end(*pair) for pair in zip(early["right"], last)]
    later = DOCUMENT_LATER if setting == DOCUMENT else LATER
    on = np.array([e != "solved" for e in end]) | (setting == DOCUMENT)
    rows = [
        [
            seed,
            _step(early["first"][i]),
            int(early["right"][i]),
            *(_digits(early["errors"][k][i]) for k in LOOKS),
            end[i],
            *[None] * 5,
        ]
        for i, seed in enumerate(seeds)
    ]
    kept = [V1.copy() for V1 in stack.weights]
    if on.any():
        stack = stack.take(on)
        late = follow(stack, setting["eta"], later - STEPS)
        for j, i in enumerate(np.flatnonzero(on)):
            rows[i][-5:-1] = [
                rows[i][1]
                if rows[i][1] is not None
                else _step(late["first"][j], STEPS),
                int(late["right"][j]),
                _digits(late["errors"][later - STEPS][j]),
                _step(late["goal"][j], STEPS),
            ]
            if end[i] != "solved":
                rows[i][-1] = [np.round(V1[i], 6).tolist() for V1 in kept]
    return {**setting, "later": later, "rows": rows}


def _step(i: int, before: int = 0) -> int | None:
    return int(i) + before if i >= 0 else None


def _digits(number: float) -> float:
    return float(f"{number:.5g}")


def environment() -> dict:
    """Return what the numbers were made with."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "nnlib": nnlib.__version__,
        "machine": platform.machine(),
        "blas": sorted(
            f"{i['internal_api']} {i['version']}, {i['num_threads']} thread"
            for i in threadpool_info()
            if i["user_api"] == "blas"
        ),
    }


def key(setting: dict) -> tuple:
    """Return the setting as something to look up."""
    return setting["hidden"], *setting["spread"], setting["eta"]


def save(studies: list[dict]) -> None:
    """Write the results file whole, or not at all."""
    order = [key(s) for s in SETTINGS]
    results = {
        "steps": STEPS,
        "columns": COLUMNS,
        "environment": environment(),
        "studies": sorted(studies, key=lambda s: order.index(key(s))),
    }
    text = json.dumps(results, separators=(",", ":"))
    text = re.sub(r'(\{"hidden"|\[\d+,(?:\d+|null),\d,)', r"\n\1", text) + "\n"
    unfinished = FILE.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(FILE)


def main(jobs: int) -> None:
    """Run the settings that are missing, ``jobs`` at once."""
    studies = []
    if FILE.exists():
        studies = json.loads(FILE.read_text(encoding="utf-8"))["studies"]
    done = {key(s) for s in studies}
    missing = [s for s in SETTINGS if key(s) not in done]
    finished = Parallel(n_jobs=jobs, return_as="generator_unordered")(
        delayed(study)(s) for s in missing
    )
    for result in finished:
        studies.append(result)
        save(studies)
        ends = [row[COLUMNS.index("end")] for row in result["rows"]]
        print(
            key(result),
            {end: ends.count(end) for end in sorted(set(ends))},
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="200 starts on XOR")
    parser.add_argument("--jobs", type=int, default=-1, help="at once")
    main(parser.parse_args().jobs)
