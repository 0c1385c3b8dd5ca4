"""Time the five designs as batch, width and depth grow, beside the floor.

usage: bench_layouts.py [--seconds S] [--only PART] [--out FILE]

Whole epochs on random data, the five designs and the bare matrix products
in turns, for at least S seconds at every size. Kept is the shortest, in
processor time of this process: what other programs take does not count.
Memory is the highest that an epoch needs beyond its data and parameters.
Written to book/results/bench_layouts.json, with versions and threads.

The allocator is told to keep memory that was given back, as far as it can
be told (glibc's can): otherwise a candidate pays for what the one before it
did. What that changes is measured too, in processes of their own.

One thread, unless OMP_NUM_THREADS says otherwise.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"]

import argparse
import json
import platform
import resource
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

import nnlib
from nnlib import bench, tally
from nnlib.flaws.bias_row import gradient_by_planes, gradient_by_product
from nnlib.storage import replacing

OUT = Path(__file__).parents[1] / "book" / "results" / "bench_layouts.json"
THREADS = int(os.environ["OMP_NUM_THREADS"])
HEADLINE = [784, 30, 10]
NOTHING = [1, 1, 1]  # calls, and no numbers to speak of
# What grows, and the network and the batch at each of its values.
SWEEPS = {
    "batch": {n: (HEADLINE, n) for n in (1, 3, 10, 30, 100, 300, 1000)},
    "width": {w: ([w, w, w], 100) for w in (8, 16, 32, 64, 128, 256, 512)},
    "depth": {d: ([64] * (d + 2), 100) for d in (1, 2, 4, 8, 16, 32)},
    "nothing": {1: (NOTHING, 1)},
}
KINDS_AT = (1, 100, 1000)  # batches at which operations are told apart
ORDERS = {"rows": np.ascontiguousarray, "columns": np.asfortranarray}
LEAST = 100  # examples an epoch, so that a clock can see it
KEEP = {
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**32),
}


def network(design, sizes):
    """Return a network of the headline's kind."""
    rng = np.random.default_rng(0)
    return nnlib.FIVE[design].initialize(sizes, rng=rng, **bench.SETTINGS)


def epochs(sizes, n):
    """Return one epoch of each candidate by name, and steps in each."""
    steps = max(1, LEAST // n)
    X, Y = bench.random_task(sizes, n * steps)
    works = {"products": bench.bare_products(X, sizes, n)}
    for name in nnlib.FIVE:
        rng = np.random.default_rng(0)
        net = network(name, sizes)
        works[name] = bench.epoch_of(net, X, Y, n, 0.1, rng)
    return works, steps


def fastest(works, seconds, least=3):
    """Return each one's shortest time, after turns for so many seconds."""
    bench.take_turns(works, 1, time.process_time)  # warms up
    found = dict.fromkeys(works, np.inf)
    start, turns = time.process_time(), 0
    while turns < least or time.process_time() - start < seconds:
        turns += 1
        taken = bench.take_turns(works, 1, time.process_time)
        found = {name: min(found[name], *taken[name]) for name in works}
    return found


def short(number):
    """Return a number with four digits, as many as mean something."""
    return float(f"{number:.4g}")


def sweep(points, seconds):
    """Return seconds and bytes of a step, as lists by candidate."""
    time_of = {name: [] for name in ("products", *nnlib.FIVE)}
    peak_of = {name: [] for name in nnlib.FIVE}
    for sizes, n in points.values():
        works, steps = epochs(sizes, n)
        for name, t in fastest(works, seconds).items():
            time_of[name].append(short(t / steps))
        for name in nnlib.FIVE:
            peak_of[name].append(bench.peak_bytes(works[name]))
        print(sizes, n, {k: f"{v[-1]:.2g}" for k, v in time_of.items()})
    return {"values": list(points), "seconds": time_of, "peak_bytes": peak_of}


def kinds(sizes, n, steps, seconds):
    """Return what each design's operations are for, and their seconds.

    "whole" are the seconds of a step that nobody watches.
    """
    X, Y = bench.random_task(sizes, n)
    found = {}
    for name in nnlib.FIVE:
        net = network(name, sizes)
        each = tally.operations(net, X, Y, steps)
        found[name] = {
            kind: {key: short(value) for key, value in numbers.items()}
            for kind, numbers in tally.by_kind(each).items()
        }
        rng = np.random.default_rng(0)
        whole = {"whole": bench.epoch_of(net, X, Y, None, 0.1, rng)}
        found[name]["whole"] = short(fastest(whole, seconds)["whole"])
    return found


def one_by_one(width, seconds):
    """Return an example's seconds in bare products: alone, and in a batch."""
    sizes = [width] * 3
    X, _ = bench.random_task(sizes, LEAST)
    works = {str(n): bench.bare_products(X, sizes, n) for n in (1, LEAST)}
    return {n: short(t / LEAST) for n, t in fastest(works, seconds).items()}


def order(width, seconds):
    """Return seconds of a `bias_row` step, its weights in either order.

    And of adding two arrays of the shape of its weights, in place.
    """
    sizes = [width] * 3
    X, Y = bench.random_task(sizes, LEAST)
    A, B = np.random.default_rng(0).random((2, width, width + 1))
    works = {}
    for name, arrange in ORDERS.items():
        net = network("bias_row", sizes)
        net.weights = [arrange(W1) for W1 in net.weights]
        rng = np.random.default_rng(0)
        works[f"step, {name}"] = bench.epoch_of(net, X, Y, None, 0.1, rng)
        C = arrange(A)
        works[f"add, {name}"] = partial(np.add, C, B, C)
    return {k: short(t) for k, t in fastest(works, seconds).items()}


def outer(fan_in, fan_out, seconds):
    """Return seconds of a column times a row, each way NumPy has for it."""
    rng = np.random.default_rng(0)
    delta, row = rng.random((fan_out, 1)), rng.random((1, fan_in))
    works = {
        "@": lambda: delta @ row,
        "np.dot": lambda: np.dot(delta, row),
        "*": lambda: delta * row,
    }
    return {k: short(t) for k, t in fastest(works, seconds, 20).items()}


def planes(n, seconds):
    """Return what the planes of the bias-row document cost, and a product."""
    rng = np.random.default_rng(0)
    delta, A1 = rng.standard_normal((30, n)), rng.random((785, n))
    works = {
        "planes": lambda: gradient_by_planes(delta, A1),
        "product": lambda: gradient_by_product(delta, A1),
    }
    return {
        "seconds": {k: short(t) for k, t in fastest(works, seconds).items()},
        "peak_bytes": {k: bench.peak_bytes(w) for k, w in works.items()},
    }


def step(design, n):
    """Return the seconds of one step and the fresh pages it is given."""
    works, steps = epochs(HEADLINE, n)
    epoch = {design: works[design]}
    seconds = fastest(epoch, 0.5)[design] / steps
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        works[design]()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    return {"seconds": short(seconds), "pages": (after - before) / 10 / steps}


def fresh(n, turns=3):
    """Return `step` of two designs, each way the allocator may be told."""
    usual = {k: v for k, v in os.environ.items() if k not in KEEP}
    found = {}
    for design in ("bias_row", "layer_dict"):
        command = [sys.executable, __file__, "--step", design, str(n)]
        found[design] = {}
        for _ in range(turns):
            for way, env in [("usual", usual), ("kept", usual | KEEP)]:
                done = subprocess.run(
                    command, env=env, capture_output=True, check=True
                )
                again = json.loads(done.stdout)
                before = found[design].get(way, again)
                quickest = min(before, again, key=lambda s: s["seconds"])
                found[design][way] = quickest
    return found


def environment():
    """Return what the numbers were made with."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "nnlib": nnlib.__version__,
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "blas": [
            f"{i['internal_api']} {i['version']} ({i['architecture']})"
            for i in threadpool_info()
            if i["user_api"] == "blas"
        ],
        "threads": THREADS,
        "clock": "processor time of the process, shortest",
        "allocator": KEEP,
    }


def parts(seconds):
    """Return what is measured: part -> a function that measures it."""
    shorter = seconds / 4
    widths = SWEEPS["width"]
    return {
        "sweeps": lambda: {
            name: sweep(points, seconds) for name, points in SWEEPS.items()
        },
        "kinds": lambda: {
            name: {
                str(n): kinds(sizes, n, max(20, 3000 // n), shorter / 2)
                for n in KINDS_AT
            }
            for name, sizes in (("headline", HEADLINE), ("nothing", NOTHING))
        },
        "one_by_one": lambda: {str(w): one_by_one(w, shorter) for w in widths},
        "outer": lambda: {
            f"{i} to {o}": outer(i, o, shorter)
            for i, o in ((8, 8), (64, 64), (784, 30), (512, 512))
        },
        "order": lambda: {str(w): order(w, shorter) for w in (100, 500, 512)},
        "planes": lambda: {
            str(n): planes(n, shorter) for n in (10, 100, 1000)
        },
        "fresh": lambda: {str(n): fresh(n) for n in (100, 300, 1000)},
    }


def main():
    """Measure, tell, and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", help="a part to measure anew")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--step", nargs=2, help="for its own processes")
    args = parser.parse_args()
    if args.step:
        print(json.dumps(step(args.step[0], int(args.step[1]))))
        return
    if not KEEP.items() <= os.environ.items():
        sys.stdout.flush()
        command = [sys.executable, *sys.argv]
        os.execve(sys.executable, command, os.environ | KEEP)
    results = {
        "environment": {**environment(), "seconds_at_a_size": args.seconds},
        "settings": {
            name: {str(value): list(point) for value, point in points.items()}
            for name, points in SWEEPS.items()
        },
    }
    if args.only:
        results = json.loads(args.out.read_text(encoding="utf-8"))
    for name, measure in parts(args.seconds).items():
        if args.only in (None, name):
            print(name, flush=True)
            results[name] = measure()
    with replacing(args.out) as file:
        file.write(json.dumps(results, indent=1).encode() + b"\n")


if __name__ == "__main__":
    main()
