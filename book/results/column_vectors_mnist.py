"""Train the column-vectors document's network on 50,000 MNIST images.

Twenty runs: ten seeds with the document's initializer, ten with the same
weights divided by √fan_in. Each run is [784, 30, 10], batches of 10,
η = 3, on the first 50,000 training images, for 30 epochs; the official
10,000 test images are looked at after every epoch and change nothing.

    python book/results/column_vectors_mnist.py

writes column_vectors_mnist.json beside this file. Runs that are in it
already are not repeated, and it is safe to interrupt: every finished run
is stored at once.
"""

import json
import os
import platform
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one run per core instead
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from joblib import Parallel, delayed
from threadpoolctl import threadpool_info

import nnlib

FILE = Path(__file__).with_suffix(".json")
SETTINGS = {
    "design": "column_vectors",
    "sizes": [784, 30, 10],
    "n_train": 50_000,
    "epochs": 30,
    "batch_size": 10,
    "learning_rate": 3.0,
}
JOBS = [
    (initializer, seed)
    for seed in range(10)
    for initializer in ("standard_normal", "scaled_normal")
]


def train(initializer: str, seed: int, epochs: int) -> dict:
    """Return the history of one run; the seed draws weights and shuffles."""
    s = SETTINGS
    rng = np.random.default_rng(seed)
    images = nnlib.datasets.mnist("train", s["n_train"])
    test = nnlib.datasets.mnist("test")
    net = nnlib.DESIGNS[s["design"]].initialize(
        s["sizes"], rng=rng, initializer=initializer
    )
    history = net.fit(
        images.X,
        images.Y,
        epochs=epochs,
        batch_size=s["batch_size"],
        learning_rate=s["learning_rate"],
        rng=rng,
        validation=(test.X, test.Y),
    )
    guesses = net.predict(test.X).argmax(axis=1)
    return {
        "initializer": initializer,
        "seed": seed,
        "train_cost": [round(c, 6) for c in history.cost],
        "train_accuracy": [round(a, 5) for a in history.accuracy],
        "test_accuracy": [round(a, 4) for a in history.validation_accuracy],
        "never_guessed": sorted(set(range(10)) - set(guesses.tolist())),
    }


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


def save(runs: list[dict]) -> None:
    """Write the results file whole, or not at all."""
    runs = sorted(runs, key=lambda r: (r["initializer"], r["seed"]))
    text = json.dumps(
        {"settings": SETTINGS, "environment": environment(), "runs": runs}
    )
    text = text.replace('{"initializer"', '\n{"initializer"') + "\n"
    unfinished = FILE.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(FILE)


def main() -> None:
    """Run what is missing, as many at once as there are cores."""
    runs = []
    if FILE.exists():
        runs = json.loads(FILE.read_text(encoding="utf-8"))["runs"]
    done = {(r["initializer"], r["seed"]) for r in runs}
    missing = [job for job in JOBS if job not in done]
    finished = Parallel(n_jobs=-1, return_as="generator_unordered")(
        delayed(train)(*job, SETTINGS["epochs"]) for job in missing
    )
    for run in finished:
        runs.append(run)
        save(runs)
        print(run["initializer"], run["seed"], run["test_accuracy"][-1])


if __name__ == "__main__":
    main()
