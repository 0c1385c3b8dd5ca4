"""Train the row-matrix document's networks: the donut, and every pairing.

*donut*: the document's settings for its two-class problem (1400 points to
train on, 372 held out, quadratic cost, batches of 10, η = 0.1, 1001
epochs) with two, three and four hidden units, ten seeds each.

*pairs*: [784, 30, 10] on the first 5000 MNIST images, batches of 10, five
epochs: the three recommended pairs of output and cost, four activations in
the hidden layer, three initializers, three seeds, six learning rates each. The
next 5000 training images say which learning rate is best; the official
test images say how good it is.

*scaled*: one of the pairs with softmax in the hidden layer, again, with the
output layer's first weights multiplied by the number of hidden units.

    python book/results/row_matrix_runs.py

writes row_matrix_runs.json beside this file. Runs that are in it already
are not repeated, and it is safe to interrupt: every finished run is stored
at once.
"""

import json
import os
import platform
from itertools import product
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one run per core instead
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from joblib import Parallel, delayed
from threadpoolctl import threadpool_info

import nnlib

FILE = Path(__file__).with_suffix(".json")
SETTINGS = {
    "design": "row_matrix",
    "batch_size": 10,
    "donut": {
        "n_train": 1400,
        "n_validation": 372,
        "epochs": 1001,
        "learning_rate": 0.1,
        "hidden_units": [2, 3, 4],
        "seeds": 10,
    },
    "pairs": {
        "sizes": [784, 30, 10],
        "n_train": 5000,
        "n_validation": 5000,
        "epochs": 5,
        "cost": ["quadratic", "cross_entropy", "log_likelihood"],
        "hidden": ["sigmoid", "relu", "leaky_relu", "softmax"],
        "initializer": [
            "scaled_uniform",
            "normalized_uniform",
            "normal_over_fan_out",
        ],
        "learning_rate": [0.03, 0.1, 0.3, 1.0, 3.0, 10.0],
        "seeds": 3,
    },
}
OUTPUT = {
    "quadratic": "sigmoid",
    "cross_entropy": "sigmoid",
    "log_likelihood": "softmax",
}
Net = nnlib.DESIGNS[SETTINGS["design"]]


def donut_jobs() -> list[dict]:
    """Return a job per number of hidden units and seed."""
    s = SETTINGS["donut"]
    pairs = product(range(s["seeds"]), s["hidden_units"])
    return [{"kind": "donut", "units": u, "seed": k} for k, u in pairs]


def pairs_jobs() -> list[dict]:
    """Return a job per cost, activation, initializer and seed."""
    s = SETTINGS["pairs"]
    names = ("cost", "hidden", "initializer")
    settings = list(product(*(s[name] for name in names)))
    return [
        {"kind": "pairs", **dict(zip(names, values, strict=True)), "seed": k}
        for k in range(s["seeds"])
        for values in settings
    ]


def scaled_jobs() -> list[dict]:
    """Return a job per seed."""
    job = {
        "kind": "scaled",
        "cost": "log_likelihood",
        "hidden": "softmax",
        "initializer": "scaled_uniform",
        "factor": 30.0,
    }
    return [job | {"seed": k} for k in range(SETTINGS["pairs"]["seeds"])]


JOBS = donut_jobs() + pairs_jobs() + scaled_jobs()


def train_donut(units: int, seed: int, epochs: int | None = None) -> dict:
    """Return one run's end; the seed draws the data, weights, shuffles."""
    s, rng = SETTINGS["donut"], np.random.default_rng(seed)
    train = nnlib.datasets.donut(s["n_train"], rng=rng)
    held_out = nnlib.datasets.donut(s["n_validation"], rng=rng)
    net = Net.initialize([2, units, 1], rng=rng)
    epochs = epochs or s["epochs"]
    history = net.fit(
        train.X,
        train.Y,
        epochs=epochs,
        batch_size=SETTINGS["batch_size"],
        learning_rate=s["learning_rate"],
        rng=rng,
        validation=(held_out.X, held_out.Y),
        record_every=epochs,
    )
    return {
        "train_cost": round(history.cost[-1], 6),
        "train_accuracy": round(history.accuracy[-1], 5),
        "validation_accuracy": round(history.validation_accuracy[-1], 5),
    }


def train_pairs(
    cost: str,
    hidden: str,
    initializer: str,
    seed: int,
    learning_rates: list[float] | None = None,
    factor: float = 1.0,
) -> dict:
    """Return the ends of a run per learning rate, from one start."""
    s = SETTINGS["pairs"]
    n, m = s["n_train"], s["n_validation"]
    images = nnlib.datasets.mnist("train", n + m)
    train, choose = images.take(slice(None, n)), images.take(slice(n, None))
    test = nnlib.datasets.mnist("test")
    ends: dict = {"validation_accuracy": [], "test_accuracy": []}
    for learning_rate in learning_rates or s["learning_rate"]:
        rng = np.random.default_rng(seed)
        net = Net.initialize(
            s["sizes"],
            rng=rng,
            initializer=initializer,
            hidden=hidden,
            output=OUTPUT[cost],
            cost=cost,
        )
        first, last = net.to_layers()
        net = net.with_layers([first, last._replace(W=factor * last.W)])
        with np.errstate(all="ignore"):  # diverging is a result, too
            net.fit(
                train.X,
                train.Y,
                epochs=s["epochs"],
                batch_size=SETTINGS["batch_size"],
                learning_rate=learning_rate,
                rng=rng,
                record_every=s["epochs"],
            )
            for name, look in zip(ends, (choose, test), strict=True):
                ends[name].append(round(net.accuracy(look.X, look.Y), 4))
    return ends


def run(job: dict) -> dict:
    """Return the job with its results."""
    settings = {key: value for key, value in job.items() if key != "kind"}
    train = train_donut if job["kind"] == "donut" else train_pairs
    return job | train(**settings)


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


def key(job: dict) -> tuple:
    """Return what tells a job, or its run, from all others."""
    names = ("kind", "units", "cost", "hidden", "initializer", "seed")
    return tuple(str(job.get(name)) for name in names)


def save(runs: list[dict]) -> None:
    """Write the results file whole, or not at all."""
    text = json.dumps(
        {
            "settings": SETTINGS,
            "environment": environment(),
            "runs": sorted(runs, key=key),
        }
    )
    text = text.replace('{"kind"', '\n{"kind"') + "\n"
    unfinished = FILE.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(FILE)


def main() -> None:
    """Run what is missing, as many at once as there are cores."""
    runs = []
    if FILE.exists():
        runs = json.loads(FILE.read_text(encoding="utf-8"))["runs"]
    done = {key(r) for r in runs}
    missing = [job for job in JOBS if key(job) not in done]
    finished = Parallel(
        n_jobs=int(os.environ.get("JOBS", "-1")),
        return_as="generator_unordered",
    )(delayed(run)(job) for job in missing)
    for result in finished:
        runs.append(result)
        save(runs)
        print(result)


if __name__ == "__main__":
    main()
