"""Train on MNIST by four optimizers, at eleven learning rates each.

Each run is [784, 30, 10], ReLU and softmax, from He's start. An arm says
what it trains on: "main" is 1000 updates on 4000 images in batches of 20.
"small" and "whole" are 100 updates on 500 images, in batches of 10 or with
all 500 in each. A thousand other training images (validation) are there to
choose the learning rate by, and 2000 test images to judge. A seed decides
the weights and the shuffles. Costs that are not finite are null.

    python book/results/optimizers_mnist.py

writes optimizers_mnist.json beside this file. Runs that are in it already
are not repeated; every hundred runs what is finished is stored.
"""

import json
import os
import platform
from functools import cache
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
    "sizes": [784, 30, 10],
    "n_validation": 1000,
    "n_test": 2000,
    "arms": {
        "main": {"n_train": 4000, "batch_size": 20, "epochs": 5},
        "small": {"n_train": 500, "batch_size": 10, "epochs": 2},
        "whole": {"n_train": 500, "batch_size": None, "epochs": 100},
    },
}
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adam")
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
KEYS = ("arm", "optimizer", "schedule", "learning_rate", "seed")
JOBS = [
    *product(["main"], OPTIMIZERS, ["constant", "cosine"], RATES, range(5)),
    *product(["small", "whole"], OPTIMIZERS, ["constant"], RATES, range(5)),
]


@cache
def images() -> tuple:
    """Return 4000 images to learn from, 1000 to choose by, and 2000."""
    learned = nnlib.datasets.mnist("train", 5000)
    cut = len(learned) - SETTINGS["n_validation"]
    test = nnlib.datasets.mnist("test", SETTINGS["n_test"])
    return learned.take(slice(cut)), learned.take(slice(cut, None)), test


def train(
    arm: str, optimizer: str, schedule: str, rate: float, seed: int
) -> dict:
    """Return what one run ends with."""
    how, (learned, validation, test) = SETTINGS["arms"][arm], images()
    learned = learned.take(slice(how["n_train"]))
    rng = np.random.default_rng(seed)
    net = nnlib.DESIGNS[SETTINGS["design"]].initialize(
        SETTINGS["sizes"], rng=rng
    )
    with np.errstate(all="ignore"):  # some rates end in NaN
        history = net.fit(
            learned.X,
            learned.Y,
            epochs=how["epochs"],
            batch_size=how["batch_size"],
            learning_rate=rate,
            rng=rng,
            optimizer=optimizer,
            schedule=schedule,
            validation=(validation.X, validation.Y),
            record_every=how["epochs"],
        )
        test_accuracy = net.accuracy(test.X, test.Y)
    return dict(zip(KEYS, (arm, optimizer, schedule, rate, seed))) | {
        "train_cost": finite(history.cost[-1]),
        "validation_cost": finite(history.validation_cost[-1]),
        "validation_accuracy": round(history.validation_accuracy[-1], 4),
        "test_accuracy": round(test_accuracy, 4),
    }


def finite(cost: float) -> float | None:
    """Return five digits of a cost, or None."""
    return float(f"{cost:.5g}") if np.isfinite(cost) else None


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
    place = {job: i for i, job in enumerate(JOBS)}
    runs = sorted(runs, key=lambda run: place[job_of(run)])
    text = json.dumps(
        {"settings": SETTINGS, "environment": environment(), "runs": runs}
    )
    text = text.replace('{"arm"', '\n{"arm"') + "\n"
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
        if count % 100 == 0 or count == len(missing):
            save(runs)
            print(count, "of", len(missing), *job, flush=True)


if __name__ == "__main__":
    main()
