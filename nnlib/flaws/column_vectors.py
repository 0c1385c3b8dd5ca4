"""Flaws of the column-vectors document, each beside its repair.

References
----------
Tang, "Neural Network Code in Python 3 from Scratch", 2021.
"""

from __future__ import annotations

import functools
import io
import operator
import pickle
import random
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from nnlib.activations import sigmoid_derivative
from nnlib.datasets import mnist
from nnlib.designs.bias_row import BiasRow
from nnlib.designs.column_vectors import ColumnVectors, Pair, as_pairs
from nnlib.flaws.flaw import Effect, Flaw, fastest, outcome
from nnlib.initializers import scaled_normal, standard_normal
from nnlib.types import Array, Layer

# Counting correct guesses: the entry of y, or the place of its 1?


def count_by_entry(net: ColumnVectors, pairs: list[Pair]) -> int:
    """Add up y's entries at the guesses: y[guess] has shape (1,)."""
    return sum(int(y[np.argmax(net.feedforward(x))]) for x, y in pairs)


def count_by_place(net: ColumnVectors, pairs: list[Pair]) -> int:
    """Count where the guess is the place of y's largest entry."""
    return net.evaluate(pairs)


def measure_count(rng: np.random.Generator) -> Effect:
    """Say whether counting runs: on current NumPy one of them raises."""
    net = ColumnVectors.initialize([4, 3], rng=rng)
    pairs = as_pairs(rng.random((5, 4)), np.eye(3)[[0, 1, 2, 0, 1]])
    return {
        "broken": {"outcome": outcome(count_by_entry, net, pairs)},
        "fixed": {"outcome": outcome(count_by_place, net, pairs)},
    }


# The first pre-activations: how large, and what slope is left to learn by?


def pre_activations(X: Array, layer: Layer) -> Array:
    """Return the first layer's Z, (n_samples, fan_out)."""
    return X @ layer.W + layer.b


def saturation(Z: Array) -> dict[str, float]:
    """Return the spread of Z and how much slope the sigmoid has left."""
    slopes = sigmoid_derivative(Z)
    return {
        "standard deviation of z": float(Z.std()),
        "share with |z| > 5": float(np.mean(abs(Z) > 5)),
        "mean slope": float(slopes.mean()),
        "median slope": float(np.median(slopes)),
    }


def measure_start(rng: np.random.Generator) -> Effect:
    """Saturation of 30 hidden units on 1000 MNIST images in [0, 1]."""
    X = mnist("train", 1000).X
    return {
        form: saturation(pre_activations(X, draw(784, 30, rng)))
        for form, draw in [
            ("broken", standard_normal),
            ("fixed", scaled_normal),
        ]
    }


def raw_pixels(X: Array) -> Array:
    """Return the pixels as the files have them, 0 to 255."""
    return X


def unit_pixels(X: Array) -> Array:
    """Return the pixels between 0 and 1."""
    return X / 255


def measure_pixels(rng: np.random.Generator) -> Effect:
    """Saturation of the document's start on raw and on scaled pixels."""
    X = mnist("train", 1000, scale="raw").X
    layer = standard_normal(784, 30, rng)
    return {
        form: saturation(pre_activations(scale(X), layer))
        for form, scale in [("broken", raw_pixels), ("fixed", unit_pixels)]
    }


# The price of a Python loop over the examples.


def gradients_one_by_one(layers: list[Layer], X: Array, Y: Array) -> Any:
    """Return the mean gradients, a pass through the network per example."""
    return ColumnVectors.from_layers(layers).gradients(X, Y)


def gradients_at_once(layers: list[Layer], X: Array, Y: Array) -> Any:
    """Return the same gradients, all columns in one matrix."""
    return BiasRow.from_layers(layers).gradients(X, Y)


def measure_loop(rng: np.random.Generator) -> Effect:
    """Seconds for the gradients of 100 images through [784, 30, 10].

    Behind the door: neither its checks nor the making of a network is timed.
    """
    data = mnist("train", 100)
    loop = ColumnVectors.initialize([784, 30, 10], rng=rng)
    batch = BiasRow.from_layers(loop.to_layers())
    return {
        form: {"seconds": fastest(net._gradients, data.X, data.Y)}
        for form, net in [("broken", loop), ("fixed", batch)]
    }


# Pairs that can be walked once, and pairs that can be walked again.


def pairs_once(X: Array, Y: Array) -> Iterator[Pair]:
    """Return a zip: the second walk through it finds nothing."""
    return zip((x[:, None] for x in X), (y[:, None] for y in Y), strict=True)


def measure_pairs(rng: np.random.Generator) -> Effect:
    """Examples seen by a first and by a second training run."""
    X, Y = rng.random((5, 4)), rng.random((5, 3))
    effect = {}
    for form, make in [("broken", pairs_once), ("fixed", as_pairs)]:
        pairs: Iterable[Pair] = make(X, Y)
        effect[form] = {
            "first run": len(list(pairs)),
            "second run": len(list(pairs)),
        }
    return effect


# A pickle is a program.


class ArraysOnly(pickle.Unpickler):
    """An unpickler that builds NumPy arrays and calls nothing else."""

    allowed = frozenset({"_reconstruct", "_frombuffer", "ndarray", "dtype"})

    def find_class(self, module: str, name: str) -> Any:
        """Return the named global, if arrays are made of it."""
        if module.split(".")[0] != "numpy" or name not in self.allowed:
            raise pickle.UnpicklingError(f"refused: {module}.{name}")
        return super().find_class(module, name)


def load_anything(packed: bytes) -> Any:
    """Unpickle, calling whatever the bytes say."""
    return pickle.loads(packed)  # this is the flaw


def load_arrays(packed: bytes) -> Any:
    """Unpickle NumPy arrays and plain containers, nothing else."""
    return ArraysOnly(io.BytesIO(packed)).load()


class Trap:
    """An object whose pickle asks for a call; here, of a harmless one."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how to rebuild me: by calling operator.concat."""
        return operator.concat, ("anything could ", "run here")


def measure_pickle(rng: np.random.Generator) -> Effect:
    """What comes of a pickle that asks for a function call."""
    trap, arrays = pickle.dumps(Trap()), pickle.dumps(rng.random(3))
    return {
        form: {
            "a trap": outcome(load, trap),
            "arrays": outcome(load, arrays),
            "bytes in the trap": len(trap),
        }
        for form, load in [("broken", load_anything), ("fixed", load_arrays)]
    }


# Two generators, of which the reader seeds one.


def order_from_global(n: int, rng: np.random.Generator) -> list[int]:
    """Shuffle with Python's own global generator; ``rng`` is not asked."""
    order = list(range(n))
    random.shuffle(order)
    return order


def order_from_rng(n: int, rng: np.random.Generator) -> list[int]:
    """Shuffle with the generator that was handed in."""
    return rng.permutation(n).tolist()


def measure_order(rng: np.random.Generator) -> Effect:
    """Say whether two shuffles that are seeded alike are equal."""
    seed = int(rng.integers(2**32))
    effect = {}
    for form, shuffle in [
        ("broken", order_from_global),
        ("fixed", order_from_rng),
    ]:
        first, second = (
            shuffle(100, np.random.default_rng(seed)) for _ in range(2)
        )
        effect[form] = {"repeatable": first == second}
    return effect


# A target that is not a column.


def delta_unchecked(a: Array, y: Array) -> Array:
    """Return a - y, whatever comes of the two shapes."""
    return a - y


def delta_checked(a: Array, y: Array) -> Array:
    """Return a - y, of one shape."""
    if a.shape != y.shape:
        raise ValueError(f"y must have shape {a.shape}, got {y.shape}")
    return a - y


def measure_delta(rng: np.random.Generator) -> Effect:
    """What becomes of an activation (10, 1) and a target (10,)."""
    a, y = rng.random((10, 1)), rng.random(10)
    return {
        "broken": {
            "outcome": outcome(delta_unchecked, a, y),
            "shape": delta_unchecked(a, y).shape,
        },
        "fixed": {"outcome": outcome(delta_checked, a, y), "shape": None},
    }


_flaw = functools.partial(Flaw, document="column_vectors")

FLAWS = [
    _flaw(
        name="count-by-entry",
        source="evaluate: int(...) of an array of shape (1,)",
        effect="raises TypeError on NumPy 2.4 and newer",
        broken=count_by_entry,
        fixed=count_by_place,
        measure=measure_count,
    ),
    _flaw(
        name="saturated-start",
        source="__init__: weights from N(0, 1), whatever the fan-in",
        effect="most hidden units start where the sigmoid is flat",
        broken=standard_normal,
        fixed=scaled_normal,
        measure=measure_start,
    ),
    _flaw(
        name="raw-pixels",
        source="mnist_loader: relies on a file that is scaled already",
        effect="on pixels from 0 to 255 every hidden unit is saturated",
        broken=raw_pixels,
        fixed=unit_pixels,
        measure=measure_pixels,
    ),
    _flaw(
        name="loop-over-examples",
        source="update_mini_batch: backprop once per example",
        effect="spends its time in Python instead of in the products",
        broken=gradients_one_by_one,
        fixed=gradients_at_once,
        measure=measure_loop,
    ),
    _flaw(
        name="single-use-pairs",
        source="load_data_together: returns zip objects",
        effect="a second training run sees no example and raises nothing",
        broken=pairs_once,
        fixed=as_pairs,
        measure=measure_pairs,
    ),
    _flaw(
        name="pickled-data",
        source="load_data: pickle.load of a downloaded file",
        effect="loading data can run any program",
        broken=load_anything,
        fixed=load_arrays,
        measure=measure_pickle,
    ),
    _flaw(
        name="two-generators",
        source="SGD: random.shuffle beside np.random.randn",
        effect="seeding NumPy does not make a run repeatable",
        broken=order_from_global,
        fixed=order_from_rng,
        measure=measure_order,
    ),
    _flaw(
        name="target-not-a-column",
        source="cost_derivative: no look at the shapes",
        effect="(10, 1) - (10,) broadcasts to (10, 10)",
        broken=delta_unchecked,
        fixed=delta_checked,
        measure=measure_delta,
    ),
]
