"""The quiz of the chapter "Speed and memory"."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from nnlib.bench import random_task
from nnlib.designs import FIVE
from nnlib.exercises.quiz import Option, Question
from nnlib.scaling import Line, slope
from nnlib.tally import Operation, kind, operations, watch


def step_of(sizes: list[int], n: int) -> list[Operation]:
    """Return the operations of a step of `layer_dict`, n examples."""
    net = FIVE["layer_dict"].initialize(sizes, rng=np.random.default_rng(0))
    return operations(net, *random_task(sizes, n))


def products_of(sizes: list[int], way: str = "all") -> int:
    """Return the multiplications in a step's products, of one example.

    Parameters
    ----------
    way : "forward" for those of the forward pass alone, or "all".
    """
    layers = [i * o for i, o in pairwise(sizes)]
    forward = sum(layers)
    return forward if way == "forward" else 3 * forward - layers[0]


def one_more_layer(way: str = "all") -> tuple[float, float]:
    """Return the growth of operations and multiplications, as shares."""
    small, large = [784, 30, 10], [784, 30, 30, 10]
    ops = len(step_of(large, 1)) / len(step_of(small, 1))
    times = products_of(large, way) / products_of(small, way)
    return round(ops - 1, 2), round(times - 1, 2)


def largest(sizes: list[int], n: int) -> str:
    """Say what the largest array is that a step makes."""
    made = max(step_of(sizes, n), key=lambda op: op.new_bytes)
    if kind(made.name) == "copies":
        return "batch"
    return "weights" if made.shape == tuple(sizes[:2]) else "hidden"


def new_bytes(rows: Any) -> int:
    """Return the bytes that picking, turning and cutting makes."""
    record: list[Operation] = []
    X = watch(np.zeros((1000, 784)), record)
    X[rows].T[1:]
    return sum(op.new_bytes for op in record)


rng = np.random.default_rng(0)
PICKED = rng.permutation(1000)[:100]
EXAMPLE = Line(120.0, 3.0)  # µs for a step, and for an example


def epoch_at(n: float, line: Line = EXAMPLE) -> float:
    """Return an epoch's time, per example, in batches of n."""
    return line.at(n) / n


def slope_at(n: float) -> float:
    """Return the slope of an epoch's time in the batch, at n."""
    near = [0.999 * n, 1.001 * n]
    return slope(near, [epoch_at(m) for m in near])


def of_half(line: Line = EXAMPLE) -> float:
    """Return the share of the time that twice the batch n* leaves."""
    return epoch_at(2 * line.even, line) / epoch_at(line.even, line)


QUESTIONS = [
    Question(
        name="twice-the-batch",
        text=(
            "A step takes $a + c\\,n$, and your batches have exactly "
            "$n^* = a / c$ examples. You double them. What is left of the "
            "time of an epoch?"
        ),
        options=(
            Option(
                "A half: there are half as many steps",
                0.5,
                "Half as many, and each of them longer: you left out the "
                "price of the examples. That holds far below $n^*$.",
                comes_from=lambda: (
                    epoch_at(2, Line(120.0, 0.0))
                    / epoch_at(1, Line(120.0, 0.0))
                ),
            ),
            Option(
                "About 71%: at $n^*$ the slope is −½",
                2**-0.5,
                "The slope is −½ at $n^*$ itself. It flattens as you go, so "
                "a straight line promises a little too much.",
                comes_from=lambda: 2 ** slope_at(EXAMPLE.even),
            ),
            Option(
                "75%",
                0.75,
                "Per example it was $c + c$, and is $c/2 + c$. From here on "
                "there is ever less to save.",
            ),
            Option(
                "All: the multiplications are as many",
                1.0,
                "They are, and they are half of what you paid at $n^*$. The "
                "other half is paid once a step.",
                comes_from=lambda: (
                    epoch_at(2, Line(0.0, 3.0)) / epoch_at(1, Line(0.0, 3.0))
                ),
            ),
        ),
        key=of_half,
    ),
    Question(
        name="one-more-layer",
        text=(
            "A step of `layer_dict`, [784, 30, 10]. A second hidden layer of "
            "30 units is put in. How many more NumPy operations does a step "
            "ask for, and how many more multiplications are in its products?"
        ),
        options=(
            Option(
                "38% more operations, 6% more multiplications",
                (0.38, 0.06),
                "A layer brings its calls however small it is; 30 by 30 "
                "weights are little beside 784 by 30. With a batch of one "
                "you would feel the first, with a thousand the second.",
            ),
            Option(
                "38% more of both",
                (0.38, 0.38),
                "The operations do not care how large an array is. The "
                "multiplications do, and the new matrix is a small one.",
                comes_from=lambda: (one_more_layer()[0],) * 2,
            ),
            Option(
                "38% more operations, 4% more multiplications",
                (0.38, 0.04),
                "You counted the way forward. Each new weight meets its "
                "examples three times, while the first layer's, which carry "
                "no delta back, do so twice.",
                comes_from=lambda: one_more_layer("forward"),
            ),
        ),
        key=one_more_layer,
    ),
    Question(
        name="largest",
        text=(
            "Sizes [256, 256, 10] and a batch of 32. What is the largest "
            "array that a step of `layer_dict` makes?"
        ),
        options=(
            Option(
                "The copy of the batch",
                "batch",
                "So it is with 30 hidden units and hundreds of examples. Here "
                "the batch has 32 rows of 256 numbers, and the weights 256.",
                comes_from=lambda: largest([784, 30, 10], 200),
            ),
            Option(
                "The hidden activations, which have to wait for the way back",
                "hidden",
                "They wait, but there are only 32 rows of them. A gradient "
                "has no row per example and is larger here.",
                mistake="bias-row/gradient: no sum over the samples",
            ),
            Option(
                "An array as large as the first layer's weights",
                "weights",
                "Its gradient, and more of that size in the update. They do "
                "not grow with the batch, and for small batches they count "
                "most.",
            ),
        ),
        key=lambda: largest([256, 256, 10], 32),
    ),
    Question(
        name="new-bytes",
        text=(
            "`X` is (1000, 784) in float64, `batch` an array of 100 row "
            "numbers. How many bytes of new arrays does `X[batch].T[1:]` "
            "make?"
        ),
        options=(
            Option(
                "None: these are all views",
                0,
                "The turn and the cut are views. Shuffled rows have no "
                "common stride, so they are copied; the rows of a slice, "
                "`X[:100]`, would not be.",
                comes_from=lambda: new_bytes(slice(100)),
            ),
            Option(
                "627,200",
                627_200,
                "The rows that are picked: 100 · 784 · 8. Turning them and "
                "cutting one off copies nothing.",
            ),
            Option(
                "1,880,800: three arrays",
                1_880_800,
                "There are three arrays and one piece of memory. `.T` "
                "exchanges the strides, and `[1:]` begins a little later.",
                comes_from=lambda: sum(
                    np.empty(shape).nbytes
                    for shape in ((100, 784), (784, 100), (783, 100))
                ),
            ),
        ),
        key=lambda: new_bytes(PICKED),
    ),
]
