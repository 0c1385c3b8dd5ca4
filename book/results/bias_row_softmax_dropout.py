"""Train with dropout, with its mask on the way back and without it.

A hundred runs: ten seeds, two learning rates, and five ways to train
[784, 100, 10] with tanh and softmax on the first 10,000 MNIST images,
scaled to [0, 1], weights from U(-1, 1) / √fan_in; batches of 100, 40
epochs, in single precision. The official 10,000 test images are looked at
after every tenth epoch and change nothing. The five ways:

    none        no dropout
    right       half of the hidden units dropped
    forgetful   the same, but the gradient goes back without the masks
    gentle      right, with a fifth of the hidden units dropped
    document    forgetful, and half of the inputs and of the ones too

A seed draws weights, shuffles and masks; right and forgetful get the same.

    python book/results/bias_row_softmax_dropout.py

writes bias_row_softmax_dropout.json beside this file. Runs that are in it
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
from nnlib.designs.bias_row_softmax import BiasRowSoftmax
from nnlib.flaws.bias_row_softmax import (
    backprop_without_masks,
    mask_everything,
)
from nnlib.layouts import prepend_ones_row
from nnlib.types import Array

FILE = Path(__file__).with_suffix(".json")
SETTINGS = {
    "sizes": [784, 100, 10],
    "n_train": 10_000,
    "epochs": 40,
    "record_every": 10,
    "batch_size": 100,
    "dtype": "float32",
    "initializer": "scaled_uniform",
}


class Forgetful(BiasRowSoftmax):
    """Goes back without the masks."""

    def backprop(self, X: Array, Y: Array, masks=None) -> list[Array]:
        """Return the gradients as if no unit had been dropped."""
        if masks is None:
            return super().backprop(X, Y)
        return backprop_without_masks(self, X, Y, masks)


class Document(BiasRowSoftmax):
    """Drops inputs, units and ones; goes back without the units' masks."""

    def backprop(self, X: Array, Y: Array, masks=None) -> list[Array]:
        """Return the gradients; ``masks`` only lends its generator."""
        if masks is None:
            return super().backprop(X, Y)
        W1, W2 = self.weights
        A0 = self._drop(prepend_ones_row(X.T))  # (1 + n_inputs, n)
        Z1 = W1 @ A0
        A1 = self._drop(prepend_ones_row(np.tanh(Z1)))
        delta2 = self._activations[-1].forward(W2 @ A1, axis=0) - Y.T
        pulled = (W2.T @ delta2)[1:]
        delta1 = self._activations[0].backward(Z1, pulled, axis=0)
        return [delta1 @ A0.T / len(X), delta2 @ A1.T / len(X)]

    def _drop(self, A1: Array) -> Array:
        return mask_everything(A1, 0.5, self.rng).astype(A1.dtype)


WAYS = {
    "none": (BiasRowSoftmax, 0.0),
    "right": (BiasRowSoftmax, 0.5),
    "forgetful": (Forgetful, 0.5),
    "gentle": (BiasRowSoftmax, 0.2),
    "document": (Document, 0.5),
}
JOBS = [
    (way, learning_rate, seed)
    for seed in range(10)
    for learning_rate in (0.12, 0.5)
    for way in WAYS
]


def train(way: str, learning_rate: float, seed: int, epochs: int) -> dict:
    """Return the history of one run."""
    s, (Design, dropout) = SETTINGS, WAYS[way]
    rng = np.random.default_rng(seed)
    images = nnlib.datasets.mnist("train", s["n_train"], dtype=s["dtype"])
    test = nnlib.datasets.mnist("test", dtype=s["dtype"])
    net = Design.initialize(
        s["sizes"], rng=rng, initializer=s["initializer"], dtype=s["dtype"]
    )
    net.rng = np.random.default_rng(1000 + seed)  # Document's own masks
    history = net.fit(
        images.X,
        images.Y,
        epochs=epochs,
        batch_size=s["batch_size"],
        learning_rate=learning_rate,
        rng=rng,
        dropout=dropout,
        validation=(test.X, test.Y),
        record_every=s["record_every"],
    )
    return {
        "way": way,
        "learning_rate": learning_rate,
        "seed": seed,
        "epoch": history.epoch,
        "train_cost": [round(c, 6) for c in history.cost],
        "train_accuracy": [round(a, 5) for a in history.accuracy],
        "test_accuracy": [round(a, 4) for a in history.validation_accuracy],
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
    runs = sorted(
        runs, key=lambda r: (r["way"], r["learning_rate"], r["seed"])
    )
    text = json.dumps(
        {"settings": SETTINGS, "environment": environment(), "runs": runs}
    )
    text = text.replace('{"way"', '\n{"way"') + "\n"
    unfinished = FILE.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(FILE)


def main() -> None:
    """Run what is missing, as many at once as there are cores."""
    runs = []
    if FILE.exists():
        runs = json.loads(FILE.read_text(encoding="utf-8"))["runs"]
    done = {(r["way"], r["learning_rate"], r["seed"]) for r in runs}
    missing = [job for job in JOBS if job not in done]
    finished = Parallel(n_jobs=-1, return_as="generator_unordered")(
        delayed(train)(*job, SETTINGS["epochs"]) for job in missing
    )
    for run in finished:
        runs.append(run)
        save(runs)
        print(
            run["way"],
            run["learning_rate"],
            run["seed"],
            run["test_accuracy"][-1],
        )


if __name__ == "__main__":
    main()
