"""Time whole epochs on MNIST: the sixth design, the floor, and its peers.

usage: bench.py [--turns N] [--only N] [--out FILE]

In one process, for three networks, each in float64 and in float32, the
candidates take turns, an epoch each: the matrix products of the same
shapes and nothing else, by the quickest call that NumPy has, and by
`np.matmul`; `nnlib`'s workspace; scikit-learn's MLPClassifier;
and PyTorch on the processor, eager, where it is installed (`pip install -r
requirements-bench.txt`). Written to book/results/bench.json, with versions
and threads: seconds and, as ratios, medians over the turns. A busy machine
changes the seconds more than the ratios; a quiet one is better for both.

One thread, unless OMP_NUM_THREADS says otherwise.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"]

import argparse
import contextlib
import json
import platform
import sys
import time
import warnings
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_info

import nnlib
from nnlib import bench, training
from nnlib.storage import replacing

try:
    import torch
except ImportError:
    torch = None

ROOT = Path(__file__).resolve().parents[1]
THREADS = int(os.environ["OMP_NUM_THREADS"])
TASKS = [  # sizes, batch size, learning rate, the ratio aimed at
    ([784, 30, 10], 10, 3.0, 1.5),
    ([784, 100, 10], 100, 3.0, 1.2),
    ([784, 512, 10], 128, 0.3, 1.15),
]


def workspace(X, Y, sizes, batch_size, eta, **how):
    """Return an epoch of nnlib's, and the network."""
    rng = np.random.default_rng(0)
    net = nnlib.DESIGNS["workspace"].initialize(
        sizes, rng=rng, dtype=X.dtype, **bench.SETTINGS
    )
    return bench.epoch_of(net, X, Y, batch_size, eta, rng, **how), net


def scikit_learn(X, labels, sizes, batch_size, eta):
    """Return an epoch of MLPClassifier's: sigmoid, then its own softmax."""
    net = MLPClassifier(
        sizes[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=batch_size,
        learning_rate_init=eta / 10,  # its gradients are larger
        momentum=0,
        nesterovs_momentum=False,
        random_state=0,
    )
    return lambda: net.partial_fit(X, labels, classes=np.arange(10))


def pytorch(X, Y, sizes, batch_size, eta):
    """Return an epoch of PyTorch's: the same network, loss and step."""
    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.Sigmoid()]
    net = torch.nn.Sequential(*layers).to(x.dtype)
    optimizer = torch.optim.SGD(net.parameters(), lr=eta)

    def epoch():
        for batch in torch.randperm(len(x)).split(batch_size):
            optimizer.zero_grad()
            error = net(x[batch]) - y[batch]
            loss = (error * error).sum() / (2 * len(batch))
            loss.backward()
            optimizer.step()

    return epoch


def compare(images, sizes, batch_size, eta, dtype, turns):
    """Return seconds and ratios of one network in one dtype."""
    X = np.ascontiguousarray(images.X, dtype)
    Y = np.ascontiguousarray(images.Y, dtype)
    ours, net = workspace(X, Y, sizes, batch_size, eta)
    works = {
        "products": bench.bare_products(X, sizes, batch_size),
        "products by matmul": bench.bare_products(
            X, sizes, batch_size, bench.by_matmul
        ),
        "workspace": ours,
        "scikit-learn": scikit_learn(X, images.labels, sizes, batch_size, eta),
    }
    if torch is not None:
        works["pytorch"] = pytorch(X, Y, sizes, batch_size, eta)
    for work in works.values():
        work()  # the first epoch warms up, and counts for nothing
    wall = bench.take_turns(works, turns)
    cpu = bench.take_turns(works, turns, time.process_time)
    calls = bench.profile(net, X, Y, batch_size)
    return {
        "dtype": np.dtype(dtype).name,
        "seconds": {name: round(min(t), 4) for name, t in wall.items()},
        "cpu_seconds": {name: round(min(t), 4) for name, t in cpu.items()},
        "over_products": {
            name: round(bench.ratio(t, cpu["products"]), 3)
            for name, t in cpu.items()
        },
        "over_products_wall": {
            name: round(bench.ratio(t, wall["products"]), 3)
            for name, t in wall.items()
        },
        "workspace_over_matmul": round(
            bench.ratio(cpu["workspace"], cpu["products by matmul"]), 3
        ),
        "over_workspace": {
            name: round(bench.ratio(t, cpu["workspace"]), 3)
            for name, t in cpu.items()
        },
        "test_accuracy": round(accuracy(net), 4),
        "microseconds_by_kind": by_kind(calls),
        "calls": calls,
    }


KINDS = {
    "take": "fetching the batch",
    "dot": "matrix products",
    "__setitem__": "the first layer's bias",
}


def by_kind(calls):
    """Return the microseconds of a step, summed by what they are for."""
    total = {}
    for i, (name, _, microseconds) in enumerate(calls):
        kind = KINDS.get(name, "activations and deltas, ufuncs")
        if i == len(calls) - 1:
            kind = "the update"
        total[kind] = round(total.get(kind, 0) + microseconds, 2)
    return total


def accuracy(net):
    """Return how much of the test set the trained network reads."""
    test = nnlib.datasets.mnist("test")
    return net.accuracy(test.X, test.Y)


def memory(images):
    """Return the bytes of an epoch beyond data and parameters."""
    found = {}
    for n in (10_000, 20_000, 40_000):
        part = images.take(slice(n))
        epoch, _ = workspace(part.X, part.Y, *TASKS[1][:3])
        epoch()
        found[n] = bench.peak_bytes(epoch)
    return found


def progress(epoch_seconds, n_batches=6000):
    """Return what a bar adds to an epoch of this length, as a part of it."""

    def walk(bar):
        bar.begin(1)
        for _ in bar.watch(iter(range(n_batches))):
            pass
        bar.close()

    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stderr(nowhere),
    ):
        seconds = bench.take_turns(
            {
                "with": lambda: walk(training.Bar(1, n_batches)),
                "without": lambda: walk(training.NoBar()),
            },
            25,
            time.process_time,
        )
    added = min(seconds["with"]) - min(seconds["without"])
    return round(added / epoch_seconds, 4)


def environment():
    """Return what the numbers were made with."""
    packages = {}
    for name in ("numpy", "scikit-learn", "torch"):
        with contextlib.suppress(PackageNotFoundError):
            packages[name] = version(name)
    return {
        "python": platform.python_version(),
        **packages,
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "blas": [
            f"{i['internal_api']} {i['version']} ({i['architecture']})"
            for i in threadpool_info()
            if i["user_api"] == "blas"
        ],
        "threads": THREADS,
    }


def main():
    """Compare, tell, and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--only", type=int, help="the first, second or third")
    parser.add_argument("--out", default=ROOT / "book/results/bench.json")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    if torch is not None:
        torch.set_num_threads(THREADS)
    images, tasks = nnlib.datasets.mnist("train"), []
    chosen = TASKS if args.only is None else [TASKS[args.only - 1]]
    for sizes, batch_size, eta, aim in chosen:
        task = {"sizes": sizes, "batch_size": batch_size, "aim": aim}
        for dtype in ("float64", "float32"):
            found = compare(images, sizes, batch_size, eta, dtype, args.turns)
            tasks.append({**task, **found})
            print(sizes, batch_size, dtype, found["over_products"])
    results = {
        "environment": {**environment(), "turns": args.turns},
        "tasks": tasks,
        "peak_bytes_by_samples": memory(images),
        "progress_overhead": progress(tasks[0]["cpu_seconds"]["workspace"]),
    }
    print(results["environment"])
    print(results["peak_bytes_by_samples"], results["progress_overhead"])
    with replacing(Path(args.out)) as file:
        file.write(json.dumps(results, indent=1).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main())
