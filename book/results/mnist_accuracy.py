"""Read as many MNIST digits as a plain fully connected network can.

The sixth design in float32, ReLU and softmax, Adam with a cosine schedule.
`RECIPES` go from a plain network to one with dropout, shifts of up to two
pixels, small distortions, averaged weights, and several networks that
vote. Which is best is decided on the last 10,000 training images; then
chosen ones train on all 60,000 and look at the test set, once.

    python book/results/mnist_accuracy.py --list
    python book/results/mnist_accuracy.py choose [RECIPE ...] [--seeds 3]
    python book/results/mnist_accuracy.py final RECIPE ... [--seeds 1]

writes mnist_accuracy.json beside this file, after every run; runs that are
in it already are not repeated, so it is safe to interrupt. The seconds are
those of training, augmentation included, with the threads stated: two, or
OMP_NUM_THREADS. A vote's members are trained one after the other, and its
seconds are their sum.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"]

import argparse
import json
import platform
import time
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

import nnlib
from nnlib.optimizers import Adam, Optimizer
from nnlib.storage import replacing

FILE = Path(__file__).with_suffix(".json")
SIDE = 28
N_HELD_OUT = 10_000

PLAIN = {
    "hidden": [512, 512],
    "epochs": 20,
    "batch_size": 128,
    "learning_rate": 1e-3,
    "schedule": "constant",
    "dropout": 0.0,
    "shift": 0.0,  # pixels, at most, in either direction
    "distort": 0.0,  # 1: turns of 10°, scales of 10 %, waves of a pixel
    "average": 0.0,  # the part of the average that stays at each update
    "members": 1,
}
COSINE = {**PLAIN, "schedule": "cosine"}
DROPOUT = {**COSINE, "dropout": 0.2}
SHIFTS = {**DROPOUT, "shift": 2.0}
DISTORTED = {**SHIFTS, "shift": 1.0, "distort": 1.0}
AVERAGED = {**DISTORTED, "average": 0.999}
WIDE = {
    **AVERAGED,
    "hidden": [1024, 1024],
    "batch_size": 256,
    "learning_rate": 1.5e-3,
}
RECIPES = {  # each of the first ones changes one thing
    "plain": PLAIN,
    "cosine": COSINE,
    "dropout": DROPOUT,
    "shifts": SHIFTS,
    "distorted": DISTORTED,
    "averaged": AVERAGED,
    "three minutes": {**AVERAGED, "epochs": 30},
    "wide, a vote of three": {**WIDE, "epochs": 36, "members": 3},
}


# Augmentation. Shifting, turning and bending an image by bilinear
# interpolation is linear in its pixels, so it is one product with a matrix
# (784, 784), which has four numbers in each column.

GROUP = 64  # images that are bent alike


def augment(x, rng, *, shift: float, distort: float) -> None:
    """Move the images in these rows, in place, a group of them alike."""
    for start in range(0, len(x), GROUP):
        rows = x[start : start + GROUP]
        rows[...] = rows @ bend(rng, shift, distort)


def bend(rng, shift: float, distort: float) -> np.ndarray:
    """Return a random (784, 784) matrix M: rows of images times M move."""
    center = (SIDE - 1) / 2
    grid = np.indices((SIDE, SIDE)) - center  # (2, 28, 28): y, x
    turn, slant = rng.uniform(-1, 1, 2) * np.deg2rad(10) * distort
    scale = 1 + 0.1 * distort * rng.uniform(-1, 1, 2)
    c, s = np.cos(turn), np.sin(turn)
    linear = np.array([[c, -s], [s + slant, c]]) * scale[:, None]
    source = np.tensordot(linear, grid, 1) + center
    source += rng.uniform(-shift, shift, (2, 1, 1))
    if distort:
        source += distort * waves(rng)
    return interpolation(source.reshape(2, -1))


def smoothing(width: float = 4.0) -> np.ndarray:
    """Return (28, 28): the weights of a Gaussian along one axis."""
    i = np.arange(SIDE)
    G = np.exp(-0.5 * ((i[:, None] - i) / width) ** 2)
    return G / G.sum(axis=1, keepdims=True)


SMOOTHING = smoothing()


def waves(rng) -> np.ndarray:
    """Return a smooth field (2, 28, 28) of displacements, of about 1 pixel.

    References
    ----------
    Simard, Steinkraus and Platt, "Best practices for convolutional neural
    networks applied to visual document analysis", 2003.
    """
    noise = rng.uniform(-1, 1, (2, SIDE, SIDE))
    field = SMOOTHING @ noise @ SMOOTHING.T
    return field / field.std()


def interpolation(source: np.ndarray) -> np.ndarray:
    """Return the matrix that reads each pixel at ``source`` (2, 784).

    A pixel read outside of the image is 0, as MNIST's margin is.
    """
    M = np.zeros((SIDE * SIDE, SIDE * SIDE), np.float32)
    corner = np.floor(source).astype(int)
    y1, x1 = source - corner  # how far past the corner, 0 to 1
    columns = np.arange(SIDE * SIDE)
    for dy, wy in ((0, 1 - y1), (1, y1)):
        for dx, wx in ((0, 1 - x1), (1, x1)):
            y, x = corner[0] + dy, corner[1] + dx
            inside = (y >= 0) & (y < SIDE) & (x >= 0) & (x < SIDE)
            here = (y * SIDE + x)[inside], columns[inside]
            M[here] = (wy * wx)[inside]
    return M


# Averaging.


class Averaged(Optimizer):
    """Adam, beside a running average of the parameters it leads through."""

    n_memories = 1

    def __init__(self, keep: float) -> None:
        super().__init__()
        self.keep, self.adam = keep, Adam()

    def begin(self, parameters) -> None:
        """Start the average at 0; `average` corrects for that."""
        super().begin(parameters)
        self.adam.begin(parameters)

    def update(self, parameters, gradients, learning_rate) -> None:
        """Let Adam step, then move the average."""
        self.n_updates += 1
        self.adam.update(parameters, gradients, learning_rate)
        for w, g, average in zip(parameters, gradients, self.memory[0]):
            average *= self.keep
            np.multiply(w, 1 - self.keep, out=g)
            average += g

    def average(self) -> np.ndarray:
        """Return the averaged parameters in one vector."""
        whole = np.concatenate(self.memory[0])
        return whole / (1 - self.keep**self.n_updates)


# Runs.


def train(recipe: dict, seed: int, images, epochs: int | None = None):
    """Return a trained network, and the seconds that it took."""
    r, rng = recipe, np.random.default_rng(seed)
    net = nnlib.DESIGNS["workspace"].initialize(
        [SIDE * SIDE, *r["hidden"], 10], rng=rng, dtype=np.float32
    )
    keep = r["average"]
    optimizer = Averaged(keep) if keep else Adam()
    change = None
    if r["shift"] or r["distort"]:
        change = partial(augment, shift=r["shift"], distort=r["distort"])
    epochs = epochs or r["epochs"]
    start = time.perf_counter()
    net.fit(
        images.X,
        images.Y,
        epochs=epochs,
        record_every=epochs,
        batch_size=r["batch_size"],
        learning_rate=r["learning_rate"],
        schedule=r["schedule"],
        optimizer=optimizer,
        dropout=r["dropout"],
        augment=change,
        rng=rng,
    )
    if keep:
        net.theta[...] = optimizer.average()
    return net, time.perf_counter() - start


def run(name: str, stage: str, seed: int, epochs: int | None = None) -> dict:
    """Return what a recipe reads of the held-out images, or of the test's."""
    recipe, train_set = RECIPES[name], nnlib.datasets.mnist("train")
    if stage == "choose":
        n = len(train_set) - N_HELD_OUT
        train_set, test = (
            train_set.take(slice(n)),
            train_set.take(slice(n, None)),
        )
    else:
        test = nnlib.datasets.mnist("test")
    outputs, seconds, members = 0.0, 0.0, []
    for member in range(recipe["members"]):
        net, needed = train(recipe, 1000 * seed + member, train_set, epochs)
        found = net.predict(test.X)
        outputs, seconds = outputs + found, seconds + needed
        members.append(right(found, test))
    done = {
        "recipe": name,
        "stage": stage,
        "seed": seed,
        "accuracy": right(outputs, test),
        "members": members,
        "seconds": round(seconds, 1),
        "threads": int(os.environ["OMP_NUM_THREADS"]),
        "parameters": int(net.theta.size) * recipe["members"],
    }
    if stage == "final":
        done["misread"] = misread(outputs, test)
    return done


def misread(outputs, data) -> list[list[int]]:
    """Return the images that are misread, each with its answer."""
    answers = outputs.argmax(axis=1)
    wrong = np.flatnonzero(answers != data.labels)
    return np.column_stack([wrong, answers[wrong]]).tolist()


def right(outputs, data) -> float:
    """Return the fraction of rows whose largest output is the label's."""
    return float(np.mean(outputs.argmax(axis=1) == data.labels))


def environment() -> dict:
    """Return what the numbers were made with."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "nnlib": nnlib.__version__,
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "blas": sorted(
            f"{i['internal_api']} {i['version']}, {i['num_threads']} threads"
            for i in threadpool_info()
            if i["user_api"] == "blas"
        ),
    }


def stored() -> list[dict]:
    """Return the runs of the results file."""
    if not FILE.exists():
        return []
    return json.loads(FILE.read_text(encoding="utf-8"))["runs"]


def save(new: dict) -> None:
    """Add a run to the results file, which is written whole or not at all."""
    order = list(RECIPES)
    runs = sorted(
        [*stored(), new],
        key=lambda r: (r["stage"], order.index(r["recipe"]), r["seed"]),
    )
    text = json.dumps(
        {"recipes": RECIPES, "environment": environment(), "runs": runs}
    )
    text = text.replace('{"recipe"', '\n{"recipe"') + "\n"
    with replacing(FILE) as file:
        file.write(text.encode())


def main() -> None:
    """Run what is missing, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("stage", nargs="?", choices=["choose", "final"])
    parser.add_argument("recipes", nargs="*", metavar="RECIPE")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    if args.list or args.stage is None:
        for name, recipe in RECIPES.items():
            print(f"{name}: {recipe}")
        return
    if args.stage == "final" and not args.recipes:
        parser.error("final needs the recipes that were chosen")
    done = {(r["recipe"], r["stage"], r["seed"]) for r in stored()}
    for seed in range(args.seeds):
        for name in args.recipes or RECIPES:
            if (name, args.stage, seed) in done:
                continue
            new = run(name, args.stage, seed)
            save(new)
            print(new, flush=True)


if __name__ == "__main__":
    main()
