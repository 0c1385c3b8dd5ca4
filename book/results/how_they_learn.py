"""Train one network on the digits, with one thing changed at a time.

The network to start from is [64, 30, 10], sigmoids and the quadratic cost,
weights N(0, 1) over the root of the fan-in, pixels from 0 to 1, batches of
10, no regularizer, 40 epochs at a learning rate of 1. Each variant changes
one setting, or for two pairs of settings both, and is trained at the same
rate and at eight others; the best of them has the highest mean accuracy on
digits held out for the choice. A seed decides which digits are learned from
(500), which the rate is chosen on (400) and which judge (897); then it
draws the weights and the shuffles, the same for every variant.

    python book/results/how_they_learn.py

writes how_they_learn.json beside this file.
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

FILE = Path(__file__).with_suffix(".json")
SETTINGS = {
    "design": "workspace",
    "sizes": [64, 30, 10],
    "n_train": 500,
    "n_validation": 400,
    "epochs": 40,
    "start": {
        "initializer": "scaled_normal",
        "pixels": "unit",
        "output": "sigmoid",
        "cost": "quadratic",
        "batch_size": 10,
        "l2": 0.0,
        "l1": 0.0,
    },
    "learning_rate": 1.0,
}
CHANGES = {
    "initializer": [
        {"initializer": "standard_normal"},
        {"initializer": "small_normal"},
        {"initializer": "normal_over_fan_out"},
    ],
    "scaling": [
        {"pixels": "raw"},
        {"pixels": "centered"},
        {"pixels": "raw, centered"},
    ],
    "cost": [
        {"cost": "cross_entropy"},
        {"output": "softmax"},
        {"output": "softmax", "cost": "log_likelihood"},
    ],
    "batch": [{"batch_size": 1}, {"batch_size": 100}, {"batch_size": None}],
    "regularizer": [{"l2": 0.03}, {"l2": 0.3}, {"l1": 0.03}],
}
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
SEEDS = range(10)
VARIANTS = [{}, *(v for variants in CHANGES.values() for v in variants)]


def data(seed: int, pixels: str) -> tuple:
    """Return (learned, validation, test) as a seed deals them."""
    digits = nnlib.datasets.digits(scale="raw")
    order = np.random.default_rng(seed).permutation(len(digits))
    cuts = np.cumsum([SETTINGS["n_train"], SETTINGS["n_validation"]])
    rows = np.split(order, cuts)
    X = digits.X if "raw" in pixels else digits.X / 16
    if "centered" in pixels:
        X = X - X[rows[0]].mean(axis=0)
    return tuple((X[part], digits.Y[part]) for part in rows)


def train(
    change: dict, rate: float, seed: int, design: str = "", epochs: int = 0
) -> dict:
    """Return the test accuracy after every epoch, and how it ended."""
    s = SETTINGS
    how = {**s["start"], **change}
    learned, validation, test = data(seed, how["pixels"])
    rng = np.random.default_rng([seed, 1])
    net = nnlib.DESIGNS[design or s["design"]].initialize(
        s["sizes"],
        rng=rng,
        hidden="sigmoid",
        **{key: how[key] for key in ("initializer", "output", "cost")},
    )
    with np.errstate(all="ignore"):  # a rate far too large ends in NaN
        history = net.fit(
            *learned,
            epochs=epochs or s["epochs"],
            learning_rate=rate,
            rng=rng,
            validation=test,
            **{key: how[key] for key in ("batch_size", "l2", "l1")},
        )
        chosen_by = net.accuracy(*validation)
    return {
        "test_accuracy": history.validation_accuracy,
        "train_accuracy": history.accuracy[-1],
        "validation_accuracy": chosen_by,
    }


def study(change: dict) -> dict:
    """Return one variant's runs: all ends, and two rates' whole curves."""
    runs = {
        rate: [train(change, rate, seed) for seed in SEEDS] for rate in RATES
    }

    def ends(key: str) -> dict:
        last = {
            rate: [np.ravel(run[key])[-1] for run in runs[rate]]
            for rate in RATES
        }
        return {str(r): np.round(a, 4).tolist() for r, a in last.items()}

    validation = ends("validation_accuracy")
    best = max(RATES, key=lambda rate: np.mean(validation[str(rate)]))
    curves = {
        str(rate): [np.round(r["test_accuracy"], 4).tolist() for r in kept]
        for rate in sorted({best, SETTINGS["learning_rate"]})
        for kept in [runs[rate]]
    }
    return {
        "change": change,
        "best_rate": best,
        "validation_accuracy": validation,
        "test_accuracy": ends("test_accuracy"),
        "train_accuracy": ends("train_accuracy"),
        "curves": curves,
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


def main() -> None:
    """Train every variant, tell, and write the file whole."""
    studies = []
    for change in VARIANTS:
        studies.append(study(change))
        last = studies[-1]
        rates = ("1.0", str(last["best_rate"]))
        medians = [np.median(last["test_accuracy"][r]) for r in rates]
        print(change, last["best_rate"], np.round(medians, 3), flush=True)
    text = json.dumps(
        {
            "settings": {**SETTINGS, "rates": RATES, "n_seeds": len(SEEDS)},
            "environment": environment(),
            "studies": studies,
        }
    )
    text = text.replace('{"change"', '\n{"change"') + "\n"
    unfinished = FILE.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(FILE)


if __name__ == "__main__":
    main()
