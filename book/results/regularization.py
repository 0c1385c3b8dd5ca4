"""Train on 600 digits, with right and with wrong labels, regularized or not.

Each run is [64, 100, 10], tanh and softmax, from Glorot's start, 100 epochs
of batches of 20 at a learning rate of 0.2. A seed draws 600 digits to learn
from, 300 for validation and 897 for the test, and in half of the runs gives
a fifth of the 600 a wrong label. What varies is the regularizer and its
strength: l2 and l1 (λ), dropout (the share dropped), or early stopping
(the patience, in epochs; the best epoch's weights are kept).

    python book/results/regularization.py

writes regularization.json beside this file. Runs that are in it already
are not repeated; every thirty runs what is finished is stored.
"""

import json
import os
import platform
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from threadpoolctl import threadpool_info

import nnlib
from nnlib.datasets import one_hot
from nnlib.estimator import Best
from nnlib.training import patience

FILE = Path(__file__).with_suffix(".json")
SETTINGS = {
    "design": "workspace",
    "sizes": [64, 100, 10],
    "initializer": "glorot_uniform",
    "hidden": "tanh",
    "n_train": 600,
    "n_validation": 300,
    "epochs": 100,
    "batch_size": 20,
    "learning_rate": 0.2,
}
STRENGTHS = {
    "none": [0.0],
    "l2": [1.0, 3.0, 10.0],
    "l1": [0.3, 1.0, 3.0],
    "dropout": [0.2, 0.5, 0.8],
    "early stopping": [3, 10],
}
WRONG = (0.0, 0.2)
KEYS = ("wrong", "method", "strength", "seed")
JOBS = [
    (wrong, method, strength, seed)
    for wrong in WRONG
    for method, strengths in STRENGTHS.items()
    for strength in strengths
    for seed in range(10)
]


def draw(wrong: float, rng: np.random.Generator) -> tuple:
    """Return (learned, given labels, validation, test)."""
    digits = nnlib.datasets.digits()
    n, m = SETTINGS["n_train"], SETTINGS["n_validation"]
    order = rng.permutation(len(digits))
    learned, validation, test = map(digits.take, np.split(order, [n, n + m]))
    given, k = learned.labels.copy(), round(wrong * n)
    given[:k] = (given[:k] + rng.integers(1, 10, k)) % 10
    return learned, given, validation, test


def train(wrong: float, method: str, strength: float, seed: int) -> dict:
    """Return what one run ends with."""
    s, rng = SETTINGS, np.random.default_rng(seed)
    learned, given, validation, test = draw(wrong, rng)
    net = nnlib.DESIGNS[s["design"]].initialize(
        s["sizes"], rng=rng, initializer=s["initializer"], hidden=s["hidden"]
    )
    how, best = {"record_every": s["epochs"]}, Best(net)
    if method == "early stopping":
        enough = patience(int(strength))
        how = {"stop": lambda history: best.look(history) or enough(history)}
    elif method != "none":
        how[method] = strength
    history = net.fit(
        learned.X,
        one_hot(given, 10),
        epochs=s["epochs"],
        batch_size=s["batch_size"],
        learning_rate=s["learning_rate"],
        rng=rng,
        validation=(validation.X, validation.Y),
        **how,
    )
    if method == "early stopping":
        net = net.with_layers(best.layers)
    answers = net.predict(learned.X).argmax(axis=1)
    is_wrong = given != learned.labels
    weights = np.concatenate([W.ravel() for W, _ in net.to_layers()])
    return {
        **dict(zip(KEYS, (wrong, method, strength, seed))),
        "epochs": history.epoch[-1],
        "learned": round(np.mean(answers == given).item(), 5),
        "n_wrong": int(is_wrong.sum()),
        "believed": int(np.sum(is_wrong & (answers == given))),
        "seen_through": int(np.sum(is_wrong & (answers == learned.labels))),
        "weight_rms": round(np.sqrt(np.mean(weights**2)).item(), 5),
        "validation_accuracy": round(
            net.accuracy(validation.X, validation.Y), 5
        ),
        "test_accuracy": round(net.accuracy(test.X, test.Y), 5),
        "test_cost": round(net.cost(test.X, test.Y), 5),
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


def job_of(run: dict) -> tuple:
    """Return the job that a stored run is of."""
    return tuple(run[key] for key in KEYS)


def save(runs: list[dict]) -> None:
    """Write the results file whole, or not at all."""
    runs = sorted(runs, key=lambda run: JOBS.index(job_of(run)))
    text = json.dumps(
        {"settings": SETTINGS, "environment": environment(), "runs": runs}
    )
    text = text.replace('{"wrong"', '\n{"wrong"') + "\n"
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
