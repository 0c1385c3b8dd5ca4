"""Flaws of the bias-row document, each beside its repair.

Throughout, weights are bias-row weights, (fan_out, fan_in + 1) a layer.

References
----------
"A Simple Neural Network - With Numpy in Python", mlnotebook, 2017.
"""

from __future__ import annotations

import functools
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from nnlib.activations import sigmoid
from nnlib.datasets import xor
from nnlib.designs.bias_row import BiasRow
from nnlib.flaws.flaw import Effect, Flaw, outcome
from nnlib.gradcheck import complex_step
from nnlib.initializers import small_normal
from nnlib.layouts import LAYOUTS, append_ones_row
from nnlib.many_starts import ManyStarts
from nnlib.types import Array, flatten, unflatten

LAYOUT = LAYOUTS["bias_last_column"]
ETA = 0.2  # the document's, for a sum over the rows


# One list for the class, or one for each network.


class SharedWeights:
    """Networks whose list of weights is made once, with the class."""

    weights: ClassVar[list[Array]] = []  # this is the flaw

    def __init__(self, sizes: Sequence[int], rng: np.random.Generator) -> None:
        for fan_in, fan_out in pairwise(sizes):
            self.weights.append(draw(fan_in, fan_out, rng))


class OwnWeights:
    """Networks whose list of weights is made with each of them."""

    def __init__(self, sizes: Sequence[int], rng: np.random.Generator) -> None:
        self.weights = []
        for fan_in, fan_out in pairwise(sizes):
            self.weights.append(draw(fan_in, fan_out, rng))


def draw(fan_in: int, fan_out: int, rng: np.random.Generator) -> Array:
    """Return the document's random weights of a layer."""
    return LAYOUT.pack(small_normal(fan_in, fan_out, rng))


def outputs_of(weights: Sequence[Array], X: Array) -> Array:
    """Return the outputs, (n, n_outputs): sigmoids all the way."""
    A = X.T
    for W1 in weights:
        A = sigmoid(W1 @ append_ones_row(A))
    return A.T


def measure_shared(rng: np.random.Generator) -> Effect:
    """What making and training a second network does to a first."""
    effect, data = {}, xor()
    for form, kind in [("broken", SharedWeights), ("fixed", OwnWeights)]:
        Net: Any = type("Net", (kind,), {"weights": []})  # a fresh list
        first, sizes = Net([2, 2, 1], rng), [2, 2, 1]
        before = outputs_of(first.weights[:2], data.X)
        second = Net(sizes, rng)
        n_matrices = len(second.weights)
        train(second.weights[:2], data.X, data.Y, steps=100)
        moved = abs(outputs_of(first.weights[:2], data.X) - before).max()
        wide, other = Net([2, 4, 1], rng), Net([3, 5, 2], rng)
        effect[form] = {
            "matrices of a second (2, 2, 1)": n_matrices,
            "the first moves when the second trains": bool(moved > 0),
            "hidden units of a (2, 4, 1)": len(wide.weights[0]),
            "a (3, 5, 2) on three inputs": outcome(
                outputs_of, other.weights[:2], rng.random((4, 3))
            ),
        }
    return effect


def train(weights: list[Array], X: Array, Y: Array, steps: int) -> None:
    """Take the document's steps, in place."""
    for _ in range(steps):
        net = BiasRow.from_layers([LAYOUT.unpack(W1) for W1 in weights])
        for W1, nabla in zip(weights, net.back_prop(X, Y)):
            W1 -= ETA * len(X) * nabla


# The sum over the rows, or their mean.


def summed(delta: Array, A1: Array) -> Array:
    """Return the gradient of the sum of the losses."""
    return delta @ A1.T


def averaged(delta: Array, A1: Array) -> Array:
    """Return the gradient of the mean of the losses."""
    return delta @ A1.T / A1.shape[1]


def measure_summed(rng: np.random.Generator) -> Effect:
    """What happens when every row of the data is there 64 times."""
    k, data = 64, xor()
    delta, A1 = rng.standard_normal((1, 4)), rng.random((3, 4))
    copies = np.tile(delta, k), np.tile(A1, k)
    nets = [
        BiasRow.initialize([2, 3, 1], rng=rng, initializer="standard_normal")
        for _ in range(10)
    ]
    effect = {}
    for form, gradient in [("broken", summed), ("fixed", averaged)]:
        longer = np.linalg.norm(gradient(*copies)) / np.linalg.norm(
            gradient(delta, A1)
        )
        walk = ManyStarts(nets).walk(
            data.X, data.Y, learning_rate=ETA * 4 * longer, steps=300
        )
        errors = [((A - data.Y) ** 2).sum(axis=(1, 2)) for A in walk]
        rises = np.diff(errors, axis=0).max(axis=0) > 0.01
        effect[form] = {
            "a step is longer by": round(float(longer), 9),
            "runs of ten whose error jumps up": int(rises.sum()),
        }
    return effect


# The error that is returned, and the one that the step goes down.


def squared_error(A: Array, Y: Array) -> Any:
    """Return Σ (a - y)²."""
    return np.sum((A - Y) ** 2)


def half_squared_error(A: Array, Y: Array) -> Any:
    """Return ½ Σ (a - y)², whose slope at a is a - y."""
    return np.sum((A - Y) ** 2) / 2


def measure_doubled(rng: np.random.Generator) -> Effect:
    """Slope of the error that is reported over the gradient in use."""
    data, net = xor(), BiasRow.initialize([2, 2, 1], rng=rng)
    layers = net.to_layers()
    theta, v = flatten(layers), rng.standard_normal(9)
    used = len(data) * flatten(net.gradients(data.X, data.Y)) @ v
    effect = {}
    for form, error in [
        ("broken", squared_error),
        ("fixed", half_squared_error),
    ]:

        def reported(theta: Array, error: Callable[..., Any] = error) -> Any:
            moved = net.with_layers(
                unflatten(theta, layers), dtype=np.complex128
            )
            return error(moved.predict(data.X), data.Y)

        ratio = complex_step(reported, theta, v) / used
        effect[form] = {"slope over gradient": round(float(ratio), 9)}
    return effect


# The error of which weights: those before the step, or those after it?


def step_and_error_before(
    net: BiasRow, X: Array, Y: Array, eta: float
) -> float:
    """Take a step; return the error of the weights that are gone."""
    error = squared_error(net.predict(X), Y)
    net.update(net.back_prop(X, Y), eta * len(X))
    return float(error)


def step_and_error_after(
    net: BiasRow, X: Array, Y: Array, eta: float
) -> float:
    """Take a step; return the error of the weights that are there."""
    net.update(net.back_prop(X, Y), eta * len(X))
    return float(squared_error(net.predict(X), Y))


def measure_before(rng: np.random.Generator) -> Effect:
    """The error returned, minus that of the outputs printed beside it."""
    effect, data = {}, xor()
    net = BiasRow.initialize([2, 2, 1], rng=rng)
    for form, step in [
        ("broken", step_and_error_before),
        ("fixed", step_and_error_after),
    ]:
        one = net.with_layers(net.to_layers())
        returned = step(one, data.X, data.Y, ETA)
        shown = float(squared_error(one.predict(data.X), data.Y))
        effect[form] = {
            "returned minus shown": returned - shown,
            "the same error": returned == shown,
        }
    return effect


# A gradient as a sum of planes, or as one product.


def gradient_by_planes(delta: Array, A1: Array) -> Array:
    """Multiply every delta by every input, a plane a row; then add up."""
    planes = delta.T[:, :, None] * A1.T[:, None, :]  # (n, fan_out, fan_in + 1)
    return planes.sum(axis=0)


def gradient_by_product(delta: Array, A1: Array) -> Array:
    """Return the same sum as one matrix product."""
    return delta @ A1.T


def peak_memory(function: Callable[..., Array], *args: Array) -> int:
    """Return the most bytes that a call held at once, its result included."""
    tracemalloc.start()
    try:
        function(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def measure_planes(rng: np.random.Generator) -> Effect:
    """Memory of a layer from 784 to 30 units for 100 rows."""
    delta, A1 = rng.standard_normal((30, 100)), rng.random((785, 100))
    result = 8 * 30 * 785  # bytes of a gradient
    return {
        form: {
            "memory at its peak, in gradients": round(
                peak_memory(gradient, delta, A1) / result
            )
        }
        for form, gradient in [
            ("broken", gradient_by_planes),
            ("fixed", gradient_by_product),
        ]
    }


# A start that takes its time, and one that does not.


def two_small(rng: np.random.Generator) -> BiasRow:
    """Return two hidden units with the document's small weights."""
    return BiasRow.initialize([2, 2, 1], rng=rng)


def four_ordinary(rng: np.random.Generator) -> BiasRow:
    """Return four hidden units with weights from N(0, 1)."""
    return BiasRow.initialize(
        [2, 4, 1], rng=rng, initializer="standard_normal"
    )


def measure_start(rng: np.random.Generator) -> Effect:
    """How many of ten starts have XOR right within 3,000 steps."""
    effect, data = {}, xor()
    for form, start in [("broken", two_small), ("fixed", four_ordinary)]:
        stack = ManyStarts([start(rng) for _ in range(10)])
        for _ in stack.walk(data.X, data.Y, learning_rate=4 * ETA, steps=3000):
            pass
        right = (stack.outputs(data.X) > 0.5) == (data.Y > 0.5)
        effect[form] = {"right, of ten": int(right.all(axis=(1, 2)).sum())}
    return effect


# When to stop: at an error that is never reached, or at answers.


def tiny_error(A: Array, Y: Array) -> bool:
    """Say whether Σ (a - y)² is at most 1e-5."""
    return bool(squared_error(A, Y) <= 1e-5)


def clear_answers(A: Array, Y: Array) -> bool:
    """Say whether every output is within 0.1 of its target."""
    return bool(abs(A - Y).max() <= 0.1)


def measure_stop(rng: np.random.Generator) -> Effect:
    """Whether a start that learns fast is done within 5,000 steps."""
    effect, data = {}, xor()
    stack = ManyStarts([four_ordinary(rng)])
    walk = stack.walk(data.X, data.Y, learning_rate=4 * ETA, steps=5000)
    answers = [A[0] for A in walk]
    for form, done in [("broken", tiny_error), ("fixed", clear_answers)]:
        effect[form] = {
            "stops within 5,000 steps": any(
                done(A, data.Y) for A in reversed(answers)
            )
        }
    return effect


# The transpose that the printed equation lacks.


def product_as_printed(delta: Array, A1: Array) -> Array:
    """Multiply the two as the equation has them."""
    return delta @ A1


def measure_transpose(rng: np.random.Generator) -> Effect:
    """What becomes of the output layer of (2, 2, 1) and four rows."""
    delta, A1 = rng.random((1, 4)), rng.random((3, 4))
    return {
        "broken": {"outcome": outcome(product_as_printed, delta, A1)},
        "fixed": {"outcome": outcome(gradient_by_product, delta, A1)},
    }


# An exponential that overflows on one side.


def sigmoid_one_way(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)), taken at its word."""
    return 1 / (1 + np.exp(-z))


def measure_overflow(rng: np.random.Generator) -> Effect:
    """What z = -1000 does where an overflow is an error."""
    z, effect = np.array([-1000.0]), {}
    for form, f in [("broken", sigmoid_one_way), ("fixed", sigmoid)]:
        with np.errstate(over="raise"):
            ends = outcome(f, z)
        with np.errstate(over="ignore"):
            effect[form] = {"outcome": ends, "value": float(f(z)[0])}
    return effect


# One example, handed over as a row without a batch around it.


def inputs_as_they_come(X: Array) -> Array:
    """Return the first layer's A1, whatever the axes of ``X``."""
    n = X.shape[0]
    return np.vstack([X.T, np.ones((1, n))])


def inputs_as_rows(X: Array) -> Array:
    """Return the first layer's A1; a single row is a batch of one."""
    return append_ones_row(np.atleast_2d(X).T)


def measure_row(rng: np.random.Generator) -> Effect:
    """What becomes of a single example of shape (2,)."""
    W1, x = rng.random((2, 3)), rng.random(2)
    return {
        form: {
            "shape of A1": inputs(x).shape,
            "W1 @ A1": outcome(np.matmul, W1, inputs(x)),
        }
        for form, inputs in [
            ("broken", inputs_as_they_come),
            ("fixed", inputs_as_rows),
        ]
    }


# A demonstration for two versions of Python, and for one.


def print_statement() -> str:
    """Return a line in the old way, and a line in the new."""
    return "print 'Input', 'Output'\nprint('Error', 0.5)\n"


def print_function() -> str:
    """Return both lines in the new way."""
    return "print('Input', 'Output')\nprint('Error', 0.5)\n"


def measure_print(rng: np.random.Generator) -> Effect:
    """Whether Python 3 accepts the lines."""
    return {
        form: {"compiling": outcome(compile, lines(), "demo", "exec")}
        for form, lines in [
            ("broken", print_statement),
            ("fixed", print_function),
        ]
    }


_flaw = functools.partial(Flaw, document="bias_row")

FLAWS = [
    _flaw(
        name="shared-weights",
        source="class body: weights = [], appended to in __init__",
        effect="a second network has the first one's weights, and moves them",
        broken=SharedWeights,
        fixed=OwnWeights,
        measure=measure_shared,
    ),
    _flaw(
        name="summed-over-rows",
        source="backProp: np.sum over the examples, no division",
        effect="the same learning rate is a longer step with more rows",
        broken=summed,
        fixed=averaged,
        measure=measure_summed,
    ),
    _flaw(
        name="doubled-error",
        source="backProp: error = Σ (a - y)², the step goes down half of it",
        effect="the returned error has twice the slope of the gradient used",
        broken=squared_error,
        fixed=half_squared_error,
        measure=measure_doubled,
    ),
    _flaw(
        name="error-before-step",
        source="backProp: returns the error from before the update",
        effect="the last error printed is not that of the outputs beside it",
        broken=step_and_error_before,
        fixed=step_and_error_after,
        measure=measure_before,
    ),
    _flaw(
        name="three-axis-gradient",
        source="backProp: transposes to three axes, multiplies, sums",
        effect="holds a plane of products for every row, and is slower",
        broken=gradient_by_planes,
        fixed=gradient_by_product,
        measure=measure_planes,
    ),
    _flaw(
        name="small-start",
        source="__init__: N(0, 0.1²) for two hidden units on XOR",
        effect="rests for thousands of steps before it learns anything",
        broken=two_small,
        fixed=four_ordinary,
        measure=measure_start,
    ),
    _flaw(
        name="unreachable-stop",
        source="the demonstration: stops at an error of 1e-5",
        effect="the rule never ends a run; the limit on the steps does",
        broken=tiny_error,
        fixed=clear_answers,
        measure=measure_stop,
    ),
    _flaw(
        name="missing-transpose",
        source="the update's equation: δ O, without a transpose",
        effect="the printed product does not exist for four rows",
        broken=product_as_printed,
        fixed=gradient_by_product,
        measure=measure_transpose,
    ),
    _flaw(
        name="one-way-sigmoid",
        source="sigmoid: exp(-x) for every x",
        effect="overflows, with a warning, far on the left",
        broken=sigmoid_one_way,
        fixed=sigmoid,
        measure=measure_overflow,
    ),
    _flaw(
        name="row-without-batch",
        source="FP: takes the number of examples from the first axis",
        effect="a single row is read as several examples and does not fit",
        broken=inputs_as_they_come,
        fixed=inputs_as_rows,
        measure=measure_row,
    ),
    _flaw(
        name="print-statement",
        source="the demonstration: print with parentheses, and without",
        effect="no version of Python runs all of it as it is meant",
        broken=print_statement,
        fixed=print_function,
        measure=measure_print,
    ),
]
