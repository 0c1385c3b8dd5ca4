"""The exhibits: fifteen flaws, each built into training that runs.

An exhibit takes a form of a flaw, broken or fixed, and puts it into the
part of a `Program` where its document has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from nnlib.activations import Activation, relu_derivative, sigmoid
from nnlib.datasets import Dataset, digits, donut, mnist
from nnlib.designs.bias_row import BiasRow
from nnlib.designs.bias_row_softmax import BiasRowSoftmax
from nnlib.designs.column_vectors import ColumnVectors, as_pairs
from nnlib.designs.layer_dict import LayerDict
from nnlib.designs.row_matrix import RowMatrix
from nnlib.flaws import FLAWS
from nnlib.flaws.bias_row import LAYOUT as LAST_COLUMN
from nnlib.flaws.bias_row_softmax import LAYOUT as FIRST_COLUMN
from nnlib.flaws.bias_row_softmax import thinned
from nnlib.flaws.column_vectors import gradients_at_once
from nnlib.museum.detectors import DETECTORS, gaps_of, look
from nnlib.museum.program import Program, Task, twin_gradients
from nnlib.network import Network
from nnlib.optimizers import Decay
from nnlib.regularizers import dropout_mask
from nnlib.types import Array, Layer


@dataclass(frozen=True)
class Exhibit:
    """A flaw in a program.

    Attributes
    ----------
    flaw : its name in `nnlib.flaws.FLAWS`.
    part : the part of the program that it is in.
    build : takes a form of the flaw, returns a program with it.
    """

    flaw: str
    part: str
    build: Callable[[Any], Program]

    def program(self, form: str) -> Program:
        """Return a new program with the form "broken" or "fixed"."""
        return self.build(getattr(FLAWS[self.flaw], form))

    def seen_by(self, form: str = "broken") -> dict[str, str]:
        """Return each detector's verdict, everything made anew for it.

        Only scores are kept: the longest part, and `gaps` has use for them.
        """
        return {
            name: look(
                name,
                self.part,
                *(scored if name == "accuracy" else programs)(self, form),
            )
            for name in DETECTORS
        }

    def gaps(self) -> Array:
        """Return the score minus the repaired program's, a seed at a time."""
        return gaps_of(*scored(self, "broken"))


def programs(exhibit: Exhibit, form: str) -> tuple[Program, Program]:
    """Return the program with this form of a flaw, and the repaired one."""
    return exhibit.program(form), exhibit.program("fixed")


scored = cache(programs)  # those that `gaps_of` trains, and keeps the gaps of


# Tasks: a few hundred digits, or points of a donut.


@cache
def _digits(scale: str) -> tuple[Dataset, Dataset]:
    data = digits(scale=scale)
    rng = np.random.default_rng(0)
    order = rng.permutation(len(data))
    return data.take(order[:300]), data.take(order[300:600])


def digits_task(
    learning_rate: float,
    epochs: int = 3,
    batch_size: int = 16,
    scale: str = "unit",
) -> Task:
    """Return 300 digits to learn, 300 to be scored on, 12 hidden units."""
    train, test = _digits(scale)
    return Task([64, 12, 10], train, test, batch_size, learning_rate, epochs)


@cache
def _images() -> tuple[Dataset, Dataset]:
    return mnist("train", 200), mnist("test", 200)


def donut_task() -> Task:
    """Return 200 points of a donut to learn, 200 to be scored on."""
    rng = np.random.default_rng(0)
    train, test = (donut(200, rng=rng) for _ in range(2))
    return Task([2, 4, 1], train, test, 10, 2.0, 4)


def started(Net: Any, **settings: Any) -> Callable[..., Network]:
    """Return the part `start` for a design."""
    return lambda sizes, rng: Net.initialize(sizes, rng=rng, **settings)


def at_once(
    net: Network, X: Array, Y: Array, masks: list[Array]
) -> list[Layer]:
    """Return the gradients of column vectors, without the loop."""
    return gradients_at_once(net.to_layers(), X, Y)


COLUMNS = {
    "start": started(ColumnVectors, initializer="scaled_normal"),
    "gradients": at_once,
}


# Column vectors.


def with_start(draw: Callable[..., Layer]) -> Program:
    """Draw every layer by a form of "saturated-start"."""

    def start(sizes: list[int], rng: np.random.Generator) -> Network:
        return ColumnVectors.from_layers(
            [draw(i, o, rng) for i, o in pairwise(sizes)]
        )

    task = Task([784, 12, 10], *_images(), 10, 3.0, 2)
    return Program(task, start, gradients=at_once)


def with_count(count: Callable[..., int]) -> Program:
    """Count the right answers by a form of "count-by-entry"."""

    def score(net: Network, train: Dataset, test: Dataset) -> float:
        return count(net, as_pairs(test.X, test.Y)) / len(test)

    return Program(digits_task(3.0), **COLUMNS, score=score)


def with_pairs(pairs: Callable[..., Any]) -> Program:
    """Hand over the data as a form of "single-use-pairs" makes them."""
    return Program(digits_task(3.0), **COLUMNS, examples=pairs)


# The bias row.


class SameArrays(BiasRow):
    """The design, with arrays that stay the same ones as they are updated."""

    def _hold(self, layers: list[Layer]) -> None:
        packed = [LAST_COLUMN.pack(layer) for layer in layers]
        self.weights = getattr(self, "weights", packed)
        for mine, new in zip(self.weights, packed):
            mine[:] = new


def with_weights(kind: type) -> Program:
    """Keep the weights in a class of "shared-weights", made for this."""
    Weights: Any = type("Weights", (kind,), {"weights": []})

    def start(sizes: list[int], rng: np.random.Generator) -> Network:
        weights = Weights(sizes, rng).weights[: len(sizes) - 1]
        net = SameArrays([LAST_COLUMN.unpack(W1) for W1 in weights])
        net.weights = weights
        return net

    return Program(digits_task(3.0), start)


def with_error(error: Callable[..., Any]) -> Program:
    """Report a form of "doubled-error", a row's share of it."""

    def cost(net: Network, X: Array, Y: Array, masks: list[Array]) -> Any:
        return error(net.predict(X), Y) / len(X)

    return Program(digits_task(3.0), started(BiasRow), cost=cost)


def with_product(product: Callable[..., Array]) -> Program:
    """Multiply deltas by inputs in a form of "three-axis-gradient"."""

    def gradients(
        net: BiasRow, X: Array, Y: Array, masks: list[Array]
    ) -> list[Layer]:
        A1s, _, As = net._forward(X)
        delta = (As[-1] - Y.T) * As[-1] * (1 - As[-1])
        nablas = [product(delta, A1s[1]) / len(X)]
        delta = (net.weights[1].T @ delta)[:-1] * As[0] * (1 - As[0])
        nablas.insert(0, product(delta, A1s[0]) / len(X))
        return [LAST_COLUMN.unpack(nabla) for nabla in nablas]

    return Program(digits_task(3.0), started(BiasRow), gradients=gradients)


# Rows in a matrix.

softmax_rows = started(RowMatrix, output="softmax", cost="log_likelihood")


def with_batches(cut: Callable[..., Any]) -> Program:
    """Cut an epoch into batches by a form of "dropped-last-batch"."""
    return Program(digits_task(0.5), softmax_rows, batches=cut)


def with_shrinking(shrink: Callable[..., float]) -> Program:
    """Shrink the weights by a form of "decay-by-batch-size"."""
    task, l2 = digits_task(0.5), 0.1
    penalty = {"l2": l2, "n_train": len(task.train)}

    def gradients(
        net: Network, X: Array, Y: Array, masks: list[Array]
    ) -> list[Layer]:
        rate = 1 - shrink(1.0, l2, len(X), len(task.train))
        return [
            Layer(nabla.W + rate * layer.W, nabla.b)
            for nabla, layer in zip(net.gradients(X, Y), net.to_layers())
        ]

    def cost(net: Network, X: Array, Y: Array, masks: list[Array]) -> Any:
        return net.cost(X, Y, **penalty)

    return Program(
        task,
        softmax_rows,
        gradients=gradients,
        cost=cost,
        twin=partial(twin_gradients, **penalty),
    )


def with_accuracy(accuracy: Callable[..., float]) -> Program:
    """Score by a form of "labels-without-columns", with labels (n,).

    Whoever refuses those is handed a column.
    """

    def score(net: Network, train: Dataset, test: Dataset) -> float:
        y = test.labels.astype(float)
        try:
            return accuracy(net, test.X, y)
        except ValueError:
            return accuracy(net, test.X, y[:, None])

    return Program(donut_task(), started(RowMatrix), score=score)


# A dictionary per layer.


def with_slope(slope: Callable[[Array], Array]) -> Program:
    """Give the output a form of "slope-at-the-activation", on raw digits."""

    def gradients(
        net: LayerDict, X: Array, Y: Array, masks: list[Array]
    ) -> list[Layer]:
        other = net.with_layers(net.to_layers())
        other.activations[other.n_layers] = Activation(sigmoid, slope)
        return other.gradients(X, Y)

    task = digits_task(0.015, epochs=6, scale="raw")
    return Program(task, started(LayerDict), gradients=gradients)


def with_relu(relu: Callable[[Array], Array]) -> Program:
    """Give the hidden layer a form of "relu-in-place"."""

    class Rectified(LayerDict):
        @property
        def _activations(self) -> list[Any]:
            *_, output = super()._activations
            return [Activation(relu, relu_derivative), output]

    return Program(digits_task(1.0), started(Rectified))


def with_score(score: Callable[..., float]) -> Program:
    """Score on the rows of a form of "scored-on-its-own-rows"."""
    task = digits_task(1.0, epochs=6)
    return Program(task, started(LayerDict), score=score)


# Bias row, tanh and softmax.

scaled = started(BiasRowSoftmax, initializer="scaled_uniform")


def with_masks(backprop: Callable[..., list[Array]]) -> Program:
    """Go back by a form of "mask-missing-backward", half the units off."""

    def masks(net: Network, n: int, rng: np.random.Generator) -> list[Array]:
        return [dropout_mask((size, n), 0.5, rng) for size in net.sizes[1:-1]]

    def gradients(
        net: Network, X: Array, Y: Array, masks: list[Array]
    ) -> list[Layer]:
        return [FIRST_COLUMN.unpack(V) for V in backprop(net, X, Y, masks)]

    def cost(net: Any, X: Array, Y: Array, masks: list[Array]) -> Any:
        return (thinned(net, masks) if masks else net).cost(X, Y)

    def twin(
        net: Network, X: Array, Y: Array, masks: list[Array]
    ) -> list[Layer]:
        other = LayerDict.from_layers(net.to_layers(), **vars(net.settings))
        tanh, mask = other.activations[2], masks[0].T
        other.activations[2] = Activation(
            lambda z: tanh.function(z) * mask,
            lambda z: tanh.derivative(z) * mask,
        )
        return other.gradients(X, Y)

    return Program(
        replace(digits_task(0.5), sizes=[64, 30, 10]),
        scaled,
        masks=masks,
        gradients=gradients,
        cost=cost,
        twin=twin,
    )


def with_pieces(cut: Callable[[int, int], list[Any]]) -> Program:
    """Cut the shuffled rows by a form of "size-is-pieces"."""

    def batches(n: int, size: int, rng: np.random.Generator) -> list[Any]:
        order = rng.permutation(n)
        return [order[rows] for rows in cut(n, size)]

    return Program(digits_task(0.5, batch_size=36), scaled, batches=batches)


def with_rates(rates: Callable[[float, float], Any]) -> Program:
    """Let the rate decay by a form of "compounding-decay", as published."""
    return Program(
        digits_task(0.5),
        scaled,
        rates=lambda eta: rates(eta, 1e-5),
        schedule=Decay(1e-5),
    )


EXHIBITS: list[Exhibit] = [
    Exhibit("slope-at-the-activation", "gradients", with_slope),
    Exhibit("size-is-pieces", "batches", with_pieces),
    Exhibit("scored-on-its-own-rows", "score", with_score),
    Exhibit("labels-without-columns", "score", with_accuracy),
    Exhibit("shared-weights", "start", with_weights),
    Exhibit("single-use-pairs", "examples", with_pairs),
    Exhibit("saturated-start", "start", with_start),
    Exhibit("decay-by-batch-size", "gradients", with_shrinking),
    Exhibit("count-by-entry", "score", with_count),
    Exhibit("mask-missing-backward", "gradients", with_masks),
    Exhibit("doubled-error", "cost", with_error),
    Exhibit("compounding-decay", "rates", with_rates),
    Exhibit("dropped-last-batch", "batches", with_batches),
    Exhibit("relu-in-place", "start", with_relu),
    Exhibit("three-axis-gradient", "gradients", with_product),
]


def matrix(form: str = "broken") -> dict[str, dict[str, str]]:
    """Return each flaw's verdicts: computed, which takes a few seconds."""
    return {exhibit.flaw: exhibit.seen_by(form) for exhibit in EXHIBITS}
