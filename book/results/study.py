"""The reproduction study: what the documents claim, and what was measured.

A `Claim` is a sentence of a document with the settings that check it.
Some claims are checked by runs that a chapter's own script has made (see
`CHAPTERS`); the others are trained here. Settings that change only the
scale of a step are rewritten for `nnlib`, where a gradient is the mean over
the batch and N is the size of the training set:

- a gradient *summed* over batches of 120 and η = 0.001 are η = 0.12;
- λ = 0.5 divided by the *batch* of 100 instead of by N = 60,000 is λ = 300.

    make study

trains what is missing and writes study.json beside this file, through
tools/run_study.py, which has the options. `gather` reads all runs.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one run per core instead
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

import nnlib
from nnlib.activations import softmax
from nnlib.datasets.targets import Dataset
from nnlib.designs.row_matrix import RowMatrix
from nnlib.flaws.row_matrix import softmax_with_floor
from nnlib.regularizers import Penalty
from nnlib.types import Array, Layer, flatten, unflatten

FOLDER = Path(__file__).parent
FILE = Path(__file__).with_suffix(".json")
CHECKPOINT_SECONDS = 60.0

Settings = dict[str, Any]
Run = dict[str, Any]

# -- the claims --------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """A sentence of a document, and what has to be run to check it.

    Parameters
    ----------
    document : the design that is the document's, as in `nnlib.DESIGNS`.
    source : where the claim is made, as in the bibliography.
    says : the claim; for a row to compare with, what is different there.
    settings : what is run.
    claimed : the document's numbers as printed, under names that `values`
        knows; none for a row to compare with, ``beside`` a claim.
    seeds : how many runs, from seed 0 on.
    chapter : the script that makes the runs; this file's own if empty.
    together : how many seeds are trained side by side.
    seconds : a run's, on a free core; the progress bar goes by them.
    """

    document: str
    source: str
    says: str
    settings: Settings
    claimed: dict[str, str] | None = None
    seeds: int = 10
    beside: str = ""
    chapter: str = ""
    together: int = 1
    seconds: float = 1.0


_DONUT = {
    "design": "row_matrix",
    "data": "donut",
    "n_train": 1400,
    "n_test": 372,
    "sizes": [2, 4, 1],
    "batch_size": 10,
    "learning_rate": 0.1,
    "epochs": 1001,
    "record_every": 100,
}
_ROWS = {
    "design": "row_matrix, its own softmax",
    "data": "mnist",
    "scale": "raw",
    "n_train": 60_000,
    "sizes": [784, 100, 10],
    "hidden": "relu",
    "output": "softmax",
    "cost": "log_likelihood",
    "initializer": "normal_over_fan_out",
    "batch_size": 100,
    "learning_rate": 1e-4,
    "l2": 300.0,
    "epochs": 101,
    "record_every": 10,
}
_ROWS_5000 = _ROWS | {
    "n_train": 5000,
    "initializer": "scaled_uniform",
    "batch_size": 200,
    "learning_rate": 1e-3,
    "l2": 0.0,
}
_DIGITS = {
    "design": "layer_dict, as published",
    "data": "digits",
    "scale": "raw",
    "n_train": 1797,
    "sizes": [64, 15, 10],
    "batch_size": 15,
    "learning_rate": 0.001,
    "epochs": 100,
}
_VANILLA = {
    "design": "bias_row_softmax",
    "shuffled": False,
    "data": "mnist",
    "scale": "raw",
    "n_train": 60_000,
    "sizes": [784, 30, 10],
    "initializer": "uniform",
    "batch_size": 120,
    "learning_rate": 0.12,
    "epochs": 1000,
    "record_every": 50,
    "dtype": "float32",
}

CLAIMS: dict[str, Claim] = {
    "columns": Claim(
        "column_vectors",
        "nielsen2015",
        "95.42 % of the test images at the best of 30 epochs",
        {
            "design": "column_vectors",
            "data": "mnist",
            "scale": "unit",
            "n_train": 50_000,
            "sizes": [784, 30, 10],
            "batch_size": 10,
            "learning_rate": 3.0,
            "epochs": 30,
        },
        claimed={"best_test_accuracy": "0.9542"},
        chapter="column_vectors_mnist",
    ),
    "xor": Claim(
        "bias_row",
        "mlnotebook2017",
        "XOR is solved within 100,000 steps, with an error of 0.000291",
        {
            "design": "bias_row",
            "data": "xor",
            "n_train": 4,
            "sizes": [2, 2, 1],
            "batch_size": 4,
            "learning_rate": 0.8,
            "epochs": 100_000,
        },
        claimed={"solved": "1", "error_if_solved": "0.000291"},
        seeds=200,
        chapter="bias_row_xor",
    ),
    "donut": Claim(
        "row_matrix",
        "graesser2016",
        "four hidden units: 100 % of both parts",
        _DONUT,
        claimed={"test_accuracy": "1.00"},
        chapter="row_matrix_runs",
    ),
    "donut-2": Claim(
        "row_matrix",
        "graesser2016",
        "two hidden units stay at 83 to 84.5 %",
        _DONUT | {"sizes": [2, 2, 1], "epochs": 2001},
        claimed={"test_accuracy": "0.8441"},
        seconds=25,
    ),
    "rows-5000": Claim(
        "row_matrix",
        "graesser2016",
        "first 5000 images: 98.52 % of them, 90.71 % of the test images",
        _ROWS_5000,
        claimed={"train_accuracy": "0.9852", "test_accuracy": "0.9071"},
        seconds=8,
    ),
    "rows-5000-softmax": Claim(
        "row_matrix",
        "graesser2016",
        "the same, with the softmax of the formula",
        _ROWS_5000 | {"design": "row_matrix"},
        beside="rows-5000",
        seconds=8,
    ),
    "rows": Claim(
        "row_matrix",
        "graesser2016",
        "all images: 97.62 % of them, 96.19 % of the test images",
        _ROWS,
        claimed={"train_accuracy": "0.9762", "test_accuracy": "0.9619"},
        seconds=60,
    ),
    "rows-softmax": Claim(
        "row_matrix",
        "graesser2016",
        "the same, with the softmax of the formula",
        _ROWS | {"design": "row_matrix"},
        beside="rows",
        seconds=60,
    ),
    "rows-scaled": Claim(
        "row_matrix",
        "graesser2016",
        "pixels from 0 to 1, He's start, η = 0.1, λ = 5 over N, 30 epochs",
        _ROWS
        | {
            "design": "row_matrix",
            "scale": "unit",
            "initializer": "he_normal",
            "learning_rate": 0.1,
            "l2": 5.0,
            "epochs": 30,
        },
        beside="rows",
        seconds=20,
    ),
    "digits": Claim(
        "layer_dict",
        "vink2017",
        "1.00 of all digits, those it was trained on",
        _DIGITS,
        claimed={"train_accuracy": "1.00"},
        seeds=20,
        chapter="layer_dict_digits",
    ),
    "digits-true-gradient": Claim(
        "layer_dict",
        "vink2017",
        "the same, with the slope taken at z",
        _DIGITS | {"design": "layer_dict, summed weights"},
        seeds=20,
        beside="digits",
        chapter="layer_dict_digits",
    ),
    "digits-held-out": Claim(
        "layer_dict",
        "vink2017",
        "as published, on 30 % of the digits kept apart",
        _DIGITS | {"n_train": 1257},
        seeds=20,
        beside="digits",
        chapter="layer_dict_digits",
    ),
    "vanilla": Claim(
        "bias_row_softmax",
        "varma2017",
        "about 95 % of the test images after 1000 epochs",
        _VANILLA,
        claimed={"test_accuracy": "0.95"},
        together=10,
        seconds=60,
    ),
    "vanilla-float64": Claim(
        "bias_row_softmax",
        "varma2017",
        "the same in float64, 50 epochs",
        _VANILLA | {"epochs": 50, "dtype": "float64"},
        beside="vanilla",
        together=10,
        seconds=6,
    ),
    "vanilla-scaled": Claim(
        "bias_row_softmax",
        "varma2017",
        "pixels from 0 to 1, weights over √fan_in, shuffled, 100 epochs",
        _VANILLA
        | {
            "shuffled": True,
            "scale": "unit",
            "initializer": "lecun_normal",
            "epochs": 100,
        },
        beside="vanilla",
        seconds=30,
    ),
}

OWN = [name for name, claim in CLAIMS.items() if not claim.chapter]


def place_of(claimed: str, numbers: np.ndarray) -> str:
    """Say where a printed number stands among ours, rounded like it."""
    digits = len(claimed.partition(".")[2])
    low, high = np.round([numbers.min(), numbers.max()], digits)
    if float(claimed) < low:
        return "below"
    return "above" if float(claimed) > high else "inside"


def in_words(s: Settings) -> str:
    """Return the settings as one line."""
    words = [
        "-".join(map(str, s["sizes"])),
        f"{s['n_train']:,} samples",
        f"batch {s['batch_size']}",
        f"η {s['learning_rate']:g}",
        f"λ {s['l2']:g}" if s.get("l2") else "",
        f"{s['epochs']:,} epochs",
        "raw pixels" if s.get("scale") == "raw" else "",
        s.get("dtype", ""),
    ]
    return ", ".join(filter(None, words))


def values(runs: list[Run], measure: str) -> np.ndarray:
    """Return a number per run that has it: a column's last, or its best."""
    column = measure.removeprefix("best_")
    which = max if column != measure else _last
    return np.array([which(run[column]) for run in runs if column in run])


def _last(column: list[float] | float) -> float:
    return column[-1] if isinstance(column, list) else column


# -- one run -----------------------------------------------------------------


class OwnSoftmax(RowMatrix):
    """The row-matrix document's: 0.001 is added to every exponential.

    The costs that are recorded are those of the softmax of the formula.
    """

    @property
    def _activations(self) -> list[Any]:
        *hidden, output = super()._activations
        return [*hidden, replace(output, function=_with_floor)]


def _with_floor(z: Array, axis: int) -> Array:
    return softmax_with_floor(z)


DESIGNS = nnlib.DESIGNS | {"row_matrix, its own softmax": OwnSoftmax}
NETWORK = ("initializer", "hidden", "output", "cost", "dtype")


def mnist(s: Settings, rng: Any) -> tuple[Dataset, Dataset]:
    """Return the first training images, and the 10,000 test images."""
    options = {"scale": s["scale"], "dtype": s.get("dtype", "float64")}
    return (
        nnlib.datasets.mnist("train", s["n_train"], **options),
        nnlib.datasets.mnist("test", **options),
    )


def donut(s: Settings, rng: Any) -> tuple[Dataset, Dataset]:
    """Return two donuts, in the sizes of the document's two files."""
    return (
        nnlib.datasets.donut(s["n_train"], rng=rng),
        nnlib.datasets.donut(s["n_test"], rng=rng),
    )


DATA: dict[str, Callable[..., tuple[Dataset, Dataset]]] = {
    "mnist": mnist,
    "donut": donut,
}


def train(
    name: str,
    seeds: list[int],
    *,
    epochs: int | None = None,
    checkpoint: Path | None = None,
) -> list[Run]:
    """Return a run per seed, which draws data, first weights, and shuffles.

    Parameters
    ----------
    seeds : several only where the claim's are trained side by side.
    epochs : fewer than the claim's, for a slice.
    checkpoint : where to keep unfinished runs, and to take them up again.
    """
    s, started = CLAIMS[name].settings, perf_counter()
    rngs = [np.random.default_rng(seed) for seed in seeds]
    data, test = DATA[s["data"]](s, rngs[0])
    options = {k: s[k] for k in NETWORK if k in s}
    Net = DESIGNS[s["design"]]
    nets = [Net.initialize(s["sizes"], rng=r, **options) for r in rngs]
    runs: list[Run] = [
        {"claim": name, "seed": seed, "seconds": 0.0, "epoch": []}
        for seed in seeds
    ]
    if checkpoint is not None and checkpoint.exists():
        nets, runs = _take_up(checkpoint, nets, rngs)
    before, kept = runs[0]["seconds"], started
    for stop in _stops(epochs or s["epochs"], s["record_every"]):
        done = max(runs[0]["epoch"], default=0)
        if stop <= done:
            continue
        advance = _advance if s.get("shuffled", True) else _advance_in_order
        nets = advance(nets, data, s, stop - done, rngs)
        for net, run in zip(nets, runs):
            _record(run, stop, net, data, test, s)
        now = perf_counter()
        for run in runs:
            run["seconds"] = round(before + (now - started) / len(runs), 1)
        if checkpoint is not None and now - kept > CHECKPOINT_SECONDS:
            _keep(checkpoint, nets, rngs, runs)
            kept = now
    made_with = environment()
    return [
        run | {"never_answered": _silent(net, test), "environment": made_with}
        for net, run in zip(nets, runs)
    ]


def _stops(epochs: int, every: int) -> list[int]:
    """Return the epochs to look at: the first, every so many, the last."""
    return sorted({1, *range(every, epochs, every), epochs})


def _advance(
    nets: list[nnlib.Network],
    data: Dataset,
    s: Settings,
    epochs: int,
    rngs: list[np.random.Generator],
) -> list[nnlib.Network]:
    """Return the networks so many epochs later, each shuffled by its rng."""
    for net, rng in zip(nets, rngs):
        history = net.fit(
            data.X,
            data.Y,
            epochs=epochs,
            batch_size=s["batch_size"],
            learning_rate=s["learning_rate"],
            l2=s.get("l2", 0.0),
            rng=rng,
            record_every=epochs,
        )
        if history.interrupted:  # cut short: not to be taken for a whole
            raise KeyboardInterrupt
    return nets


def _advance_in_order(
    nets: list[nnlib.Network],
    data: Dataset,
    s: Settings,
    epochs: int,
    rngs: list[np.random.Generator],
) -> list[nnlib.Network]:
    """Return the networks so many epochs later, with no shuffle at all."""
    stack, size = SideBySide(nets), s["batch_size"]
    for start in epochs * list(range(0, len(data), size)):
        batch = slice(start, start + size)
        stack.step(data.X[batch], data.Y[batch], s["learning_rate"])
    return stack.networks()


class SideBySide:
    """Networks of one shape that see the same batches, trained at once.

    The first layers of S networks, which all have the same input, are one
    wide matrix: the long products are made once for all of them. For tanh,
    softmax and the log-likelihood; a test compares it with the design.
    """

    def __init__(self, nets: list[nnlib.Network]) -> None:
        self.nets, S = nets, len(nets)
        hidden, output = zip(*(net.to_layers() for net in nets))
        self.W1 = np.hstack([W for W, _ in hidden])  # (fan_in, S * H)
        self.b1 = np.hstack([b for _, b in hidden])  # (S * H,)
        self.W2 = np.stack([W for W, _ in output])  # (S, H, K)
        self.b2 = np.stack([b for _, b in output])[:, None]  # (S, 1, K)
        self.apart = (S, self.W2.shape[1])

    def step(self, X: Array, Y: Array, learning_rate: float) -> None:
        """Take one step along each network's gradient of the mean loss."""
        eta, n = learning_rate / len(X), len(X)
        A = np.tanh(X @ self.W1 + self.b1)  # (n, S * H)
        H = A.reshape(n, *self.apart).swapaxes(0, 1)  # (S, n, H)
        delta = softmax(H @ self.W2 + self.b2) - Y  # (S, n, K)
        pulled = (delta @ self.W2.swapaxes(1, 2)).swapaxes(0, 1)
        delta1 = pulled.reshape(n, -1) * (1 - A * A)  # (n, S * H)
        self.W2 -= eta * (H.swapaxes(1, 2) @ delta)
        self.b2 -= eta * delta.sum(axis=1, keepdims=True)
        self.W1 -= eta * (X.T @ delta1)
        self.b1 -= eta * delta1.sum(axis=0)

    def networks(self) -> list[nnlib.Network]:
        """Return the networks with the weights that they have now."""
        S = len(self.nets)
        parts = zip(
            np.split(self.W1, S, axis=1),
            np.split(self.b1, S),
            self.W2,
            self.b2[:, 0],
        )
        return [
            net.with_layers([Layer(W1, b1), Layer(W2, b2)])
            for net, (W1, b1, W2, b2) in zip(self.nets, parts)
        ]


def _record(
    run: Run,
    epoch: int,
    net: nnlib.Network,
    data: Dataset,
    test: Dataset,
    s: Settings,
) -> None:
    """Append what the network scores now to the run's columns."""
    run["epoch"].append(epoch)
    penalty = Penalty(s.get("l2", 0.0), n_train=len(data))
    for part, look in (("train", data), ("test", test)):
        cost, accuracy = net._evaluate(look.X, look.Y, penalty)
        run.setdefault(f"{part}_cost", []).append(round(cost, 6))
        run.setdefault(f"{part}_accuracy", []).append(round(accuracy, 5))


def _silent(net: nnlib.Network, test: Dataset) -> list[int]:
    """Return the classes that the network never answers."""
    answers = net.predict(test.X).argmax(axis=1)
    return sorted(set(range(test.Y.shape[1])) - set(answers.tolist()))


def _keep(
    path: Path, nets: list[nnlib.Network], rngs: list[Any], runs: list[Run]
) -> None:
    """Store unfinished runs, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {str(i): flatten(net.to_layers()) for i, net in enumerate(nets)}
    states = [rng.bit_generator.state for rng in rngs]
    words = json.dumps({"runs": runs, "rngs": states})
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    with unfinished.open("wb") as file:
        np.savez(file, words=np.array(words), **arrays)
    unfinished.replace(path)


def _take_up(
    path: Path, nets: list[nnlib.Network], rngs: list[Any]
) -> tuple[list[nnlib.Network], list[Run]]:
    """Return networks and runs as kept; set every rng to its place."""
    with np.load(path) as file:
        words = json.loads(str(file["words"]))
        nets = [
            net.with_layers(unflatten(file[str(i)], net.to_layers()))
            for i, net in enumerate(nets)
        ]
    for rng, state in zip(rngs, words["rngs"]):
        rng.bit_generator.state = state
    return nets, words["runs"]


def environment() -> dict[str, Any]:
    """Return what a run's numbers are made with."""
    from threadpoolctl import threadpool_info

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


# -- the results -------------------------------------------------------------


def load(file: Path = FILE) -> dict[str, Any]:
    """Return this script's results; empty ones where there is no file.

    Raises
    ------
    ValueError : the file is damaged.
    """
    if not file.exists():
        return {"claims": {}, "environments": [], "runs": []}
    try:
        results = json.loads(file.read_text(encoding="utf-8"))
        for run in results["runs"]:
            claim = results["claims"][run["claim"]]
            results["environments"][run["environment"]]
            complete = run["epoch"][-1] == claim["settings"]["epochs"]
            if not complete or len(run["test_accuracy"]) != len(run["epoch"]):
                raise ValueError(f"a run of {run['claim']} is cut short")
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ValueError(
            f"{file} is damaged ({type(error).__name__}: {error}). Bring it "
            f"back with 'git checkout {file}', or move it away to start anew."
        ) from error
    return results


def outdated(results: dict[str, Any]) -> set[str]:
    """Return the claims whose runs were made with other settings."""
    return {
        name
        for name, claim in results["claims"].items()
        if name in CLAIMS
        and claim["settings"] != CLAIMS[name].settings
        and any(run["claim"] == name for run in results["runs"])
    }


def gather() -> dict[str, list[Run]]:
    """Return every claim's runs: this script's, and the chapters'."""
    runs: dict[str, list[Run]] = {name: [] for name in CLAIMS}
    for run in load()["runs"]:
        runs.setdefault(run["claim"], []).append(run)
    for script, read in CHAPTERS.items():
        file = FOLDER / f"{script}.json"
        if file.exists():
            for name, run in read(json.loads(file.read_text("utf-8"))):
                runs[name].append(run)
    return runs


def _columns(results: dict[str, Any]) -> Iterator[tuple[str, Run]]:
    """Yield chapter 7's runs that start as the document starts."""
    for run in results["runs"]:
        if run["initializer"] == "standard_normal":
            yield "columns", run


def _xor(results: dict[str, Any]) -> Iterator[tuple[str, Run]]:
    """Yield chapter 8's starts in the document's setting."""
    document = {"hidden": 2, "spread": [0.1, 0.1], "eta": 0.2}
    (rows,) = (
        setting["rows"]
        for setting in results["studies"]
        if document.items() <= setting.items()
    )
    for row in rows:
        start = dict(zip(results["columns"], row, strict=True))
        solved = start["end"] == "solved"
        run = {
            "seed": start["seed"],
            "solved": float(solved),
            "error": start["E_100000"],
            "first": start["first"],
        }
        if solved:
            run["error_if_solved"] = start["E_100000"]
        yield "xor", run


def _donut(results: dict[str, Any]) -> Iterator[tuple[str, Run]]:
    """Yield chapter 9's donuts with four hidden units."""
    for run in results["runs"]:
        if run["kind"] == "donut" and run["units"] == 4:
            yield "donut", run | {"test_accuracy": run["validation_accuracy"]}


def _digits(results: dict[str, Any]) -> Iterator[tuple[str, Run]]:
    """Yield chapter 10's runs on raw pixels at the document's settings."""
    published = {
        "pixels": "raw",
        "learning_rate": 1e-3,
        "first_layer": 1.0,
        "sum_biases": False,
        "epochs_at_a": 0,
    }
    for run in results["runs"]:
        if not published.items() <= run.items() or run["seed"] > 20:
            continue
        if run["split"] is not None and run["delta"] == "slope at a":
            score = run["held_out_accuracy"]
            yield "digits-held-out", run | {"test_accuracy": score}
        elif run["split"] is None and run["delta"] == "slope at a":
            yield "digits", run
        elif run["split"] is None and run["delta"] == "slope at z":
            yield "digits-true-gradient", run


CHAPTERS: dict[str, Callable[..., Iterator[tuple[str, Run]]]] = {
    "column_vectors_mnist": _columns,
    "bias_row_xor": _xor,
    "row_matrix_runs": _donut,
    "layer_dict_digits": _digits,
}
