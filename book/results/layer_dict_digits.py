"""Train the layer-dict document's network on the digits, in many variants.

All runs are [64, 15, 10], ReLU and sigmoid, batches of 15 of which the last
is dropped, 100 epochs, weights updated by sums and biases by means, from the
document's start. The legacy generator `RandomState(seed)` draws weights and
shuffles, as `np.random.seed` did in 2017. What varies:

- delta: the sigmoid's slope at a (as published) or at z, or cross-entropy;
- pixels: raw (0 to 16, as published) or unit (0 to 1);
- first_layer: a factor on the first layer's weights at the start;
- learning_rate (0.001 in the document), sum_biases, and the seed;
- epochs_at_a: the first epochs have the slope at a, whatever comes after;
- split: None trains on all 1797 digits, as published; a number from 0 to 19
  is one of scikit-learn's stratified splits, with 30 % held out.

    python book/results/layer_dict_digits.py

writes layer_dict_digits.json beside this file. Runs that are in it already
are not repeated, and it is safe to interrupt: every finished run is stored
at once.
"""

import json
import os
import platform
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one run per core instead
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import sklearn
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedShuffleSplit
from threadpoolctl import threadpool_info

import nnlib
from nnlib.flaws import layer_dict as flaws

FILE = Path(__file__).with_suffix(".json")
SETTINGS = {
    "design": "layer_dict",
    "sizes": [64, 15, 10],
    "batch_size": 15,
    "recorded_epochs": [1, 2, 5, 10, 20, 30, 50, 70, 100],
    "n_splits": 20,
    "held_out": 0.3,
    "random_state_of_the_splits": 0,
}


class Job(NamedTuple):
    """One run; what is left out is as published."""

    seed: int
    delta: str = "slope at a"
    pixels: str = "raw"
    learning_rate: float = 1e-3
    first_layer: float = 1.0
    sum_biases: bool = False
    split: int | None = None
    epochs_at_a: int = 0


DELTAS = ("slope at a", "slope at z", "cross-entropy")
RATES = {
    "raw": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
    "unit": (1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
}
CLAIMS = [  # twenty seeds each
    ("slope at a", "raw", 1e-3),
    ("slope at z", "raw", 1e-3),
    ("cross-entropy", "raw", 2.2e-4),
]
SPLITS = [  # twenty splits each
    ("slope at a", "raw", 1e-3),
    ("slope at z", "raw", 1e-3),
    ("slope at a", "unit", 3e-2),
    ("slope at z", "unit", 3e-2),
    ("cross-entropy", "unit", 1e-2),
]
TEN = range(1, 11)
JOBS = list(
    dict.fromkeys(
        [Job(seed, *case) for case in CLAIMS for seed in range(1, 21)]
        + [Job(s, "slope at z", epochs_at_a=1) for s in range(1, 21)]
        + [Job(k + 1, *case, split=k) for case in SPLITS for k in range(20)]
        + [Job(seed, sum_biases=True) for seed in TEN]
        + [
            Job(seed, "slope at z", pixels, rate, factor)
            for pixels, factor in (("raw", 1 / 16), ("unit", 16.0))
            for rate, seed in product(RATES[pixels], TEN)
        ]
        + [
            Job(seed, delta, pixels, rate)
            for delta, pixels in product(DELTAS, RATES)
            for rate, seed in product(RATES[pixels], TEN)
        ]
    )
)


def rows(split: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the rows to learn from, and of those held out."""
    labels = nnlib.datasets.digits().labels
    if split is None:
        return np.arange(len(labels)), np.arange(0)
    splits = StratifiedShuffleSplit(
        SETTINGS["n_splits"],
        test_size=SETTINGS["held_out"],
        random_state=SETTINGS["random_state_of_the_splits"],
    )
    return list(splits.split(labels, labels))[split]


def network(job: Job, state: np.random.RandomState) -> Any:
    """Return the untrained network, with the output delta that is asked."""
    net = flaws.start_as_published(
        SETTINGS["sizes"],
        state,
        cost="cross_entropy" if job.delta == "cross-entropy" else "quadratic",
    )
    if job.delta == "slope at a":
        net.activations[3] = flaws.AT_ACTIVATION
    net.w[1] = net.w[1] * job.first_layer
    return net


def train(job: Job, epochs: int = 100) -> dict[str, Any]:
    """Return what one run scores after the recorded epochs."""
    data = nnlib.datasets.digits(scale=job.pixels)
    ours, others = (data.take(part) for part in rows(job.split))
    state = np.random.RandomState(job.seed)
    net = network(job, state)
    later = net.activations[3]
    scores: list[float] = []
    held_out: list[float] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(1, epochs + 1):
            early = epoch <= job.epochs_at_a
            net.activations[3] = flaws.AT_ACTIVATION if early else later
            flaws.epoch_as_published(
                net,
                ours.X,
                ours.Y,
                job.learning_rate,
                state,
                SETTINGS["batch_size"],
                job.sum_biases,
            )
            if epoch in SETTINGS["recorded_epochs"]:
                scores.append(round(net.accuracy(ours.X, ours.Y), 5))
                if len(others):
                    score = net.accuracy(others.X, others.Y)
                    held_out.append(round(score, 5))
    answers = set(net.predict(data.X).argmax(axis=1).tolist())
    return {
        **job._asdict(),
        "train_accuracy": scores,
        "held_out_accuracy": held_out or None,
        "never_answered": sorted(set(range(10)) - answers),
        "mean_bias": [float(f"{abs(b).mean():.4g}") for b in net.b.values()],
    }


def environment() -> dict[str, Any]:
    """Return what the numbers were made with."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "nnlib": nnlib.__version__,
        "machine": platform.machine(),
        "blas": sorted(
            f"{i['internal_api']} {i['version']}, {i['num_threads']} thread"
            for i in threadpool_info()
            if i["user_api"] == "blas"
        ),
    }


def job_of(run: dict[str, Any]) -> Job:
    """Return the job that a stored run was."""
    return Job(**{k: value for k, value in run.items() if k in Job._fields})


def save(runs: list[dict[str, Any]]) -> None:
    """Write the results file whole, or not at all."""
    places = {job: place for place, job in enumerate(JOBS)}
    runs = sorted(runs, key=lambda run: places[job_of(run)])
    text = json.dumps(
        {"settings": SETTINGS, "environment": environment(), "runs": runs}
    )
    text = text.replace('{"seed"', '\n{"seed"') + "\n"
    unfinished = FILE.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(FILE)


def main() -> None:
    """Run what is missing, as many at once as there are cores."""
    runs = []
    if FILE.exists():
        runs = json.loads(FILE.read_text(encoding="utf-8"))["runs"]
    done = {job_of(run) for run in runs}
    finished = Parallel(n_jobs=-1, return_as="generator_unordered")(
        delayed(train)(job) for job in JOBS if job not in done
    )
    for run in finished:
        runs.append(run)
        save(runs)
        print(job_of(run), run["train_accuracy"][-1])


if __name__ == "__main__":
    main()
