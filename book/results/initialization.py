"""Train ten hidden layers on the digits, from seven starts.

Each run is [64, 64, ..., 64, 10]: ten hidden layers, tanh, ReLU or sigmoid,
and a softmax. It sees 958 of the 1797 digits for 20 epochs in batches of
20; 300 others (validation) are there to choose the learning rate by, and
the remaining 539 (test) to judge. A seed decides the split, the weights and
the shuffles.

    python book/results/initialization.py

writes initialization.json beside this file. Runs that are in it already
are not repeated; every thirty runs what is finished is stored.
"""

import json
import os
import platform
from itertools import product
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from threadpoolctl import threadpool_info

import nnlib

FILE = Path(__file__).with_suffix(".json")
SETTINGS = {
    "design": "workspace",
    "sizes": [64] * 11 + [10],
    "n_train": 958,
    "n_validation": 300,
    "epochs": 20,
    "batch_size": 20,
}
HIDDEN = ("tanh", "relu", "sigmoid")
STARTS = (
    "standard_normal",
    "small_normal",
    "scaled_uniform",
    "lecun_normal",
    "uniform",
    "glorot_uniform",
    "he_normal",
)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
SEEDS = range(5)
KEYS = ("hidden", "initializer", "learning_rate", "seed")
JOBS = list(product(HIDDEN, STARTS, RATES, SEEDS))


def train(hidden: str, initializer: str, rate: float, seed: int) -> dict:
    """Return what one run ends with."""
    s = SETTINGS
    rng = np.random.default_rng(seed)
    digits = nnlib.datasets.digits()
    order = rng.permutation(len(digits))
    cuts = [s["n_train"], s["n_train"] + s["n_validation"]]
    learned, validation, test = map(digits.take, np.split(order, cuts))
    net = nnlib.DESIGNS[s["design"]].initialize(
        s["sizes"], rng=rng, initializer=initializer, hidden=hidden
    )
    with np.errstate(all="ignore"):  # some starts end in NaN
        net.fit(
            learned.X,
            learned.Y,
            epochs=s["epochs"],
            batch_size=s["batch_size"],
            learning_rate=rate,
            rng=rng,
            record_every=s["epochs"],
        )
        accuracies = {
            f"{name}_accuracy": round(net.accuracy(data.X, data.Y), 5)
            for name, data in [
                ("train", learned),
                ("validation", validation),
                ("test", test),
            ]
        }
    return dict(zip(KEYS, (hidden, initializer, rate, seed))) | accuracies


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


def job_of(run: dict) -> tuple:
    """Return the job that a stored run is of."""
    return tuple(run[key] for key in KEYS)


def save(runs: list[dict]) -> None:
    """Write the results file whole, or not at all."""
    runs = sorted(runs, key=lambda run: JOBS.index(job_of(run)))
    text = json.dumps(
        {"settings": SETTINGS, "environment": environment(), "runs": runs}
    )
    text = text.replace('{"hidden"', '\n{"hidden"') + "\n"
    unfinished = FILE.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(FILE)


def main() -> None:
    """Run what is missing, one run after the other."""
    runs = []
    if FILE.exists():
        runs = json.loads(FILE.read_text(encoding="utf-8"))["runs"]
    done = set(map(job_of, runs))
    missing = [job for job in JOBS if job not in done]
    for count, job in enumerate(missing, start=1):
        runs.append(train(*job))
        if count % 30 == 0 or count == len(missing):
            save(runs)
            print(count, "of", len(missing), *job, flush=True)


if __name__ == "__main__":
    main()
