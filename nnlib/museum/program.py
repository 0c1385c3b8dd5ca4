"""Training in parts: a flaw is another function in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any

import numpy as np

from nnlib.datasets import Dataset
from nnlib.designs.bias_row import BiasRow
from nnlib.designs.column_vectors import Pair, as_pairs
from nnlib.designs.layer_dict import LayerDict
from nnlib.network import Network
from nnlib.training import minibatches
from nnlib.types import Array, Layer


@dataclass(frozen=True)
class Task:
    """What is trained on what, and for how long."""

    sizes: list[int]
    train: Dataset
    test: Dataset
    batch_size: int
    learning_rate: float
    epochs: int

    def batch(self) -> tuple[Array, Array]:
        """Return the first rows of the training set, X and Y: copies."""
        rows = slice(self.batch_size)
        return self.train.X[rows].copy(), self.train.Y[rows].copy()


# The parts of a program, as they should be.


def own_gradients(
    net: Network, X: Array, Y: Array, masks: list[Array]
) -> list[Layer]:
    """Return the network's own gradients, canonical."""
    return net.gradients(X, Y)


def own_cost(net: Network, X: Array, Y: Array, masks: list[Array]) -> Any:
    """Return the network's own cost."""
    return net.cost(X, Y)


def twin_gradients(
    net: Network, X: Array, Y: Array, masks: list[Array], **penalty: Any
) -> list[Layer]:
    """Return what another design has for the gradients."""
    Twin = BiasRow if isinstance(net, LayerDict) else LayerDict
    twin = Twin.from_layers(net.to_layers(), **vars(net.settings))
    return twin.gradients(X, Y, **penalty)


def held_out(net: Network, train: Dataset, test: Dataset) -> float:
    """Return the accuracy on rows that were not trained on."""
    return net.accuracy(test.X, test.Y)


def no_masks(net: Network, n: int, rng: np.random.Generator) -> list[Array]:
    """Return no dropout masks."""
    return []


def no_decay(epoch: int, epochs: int) -> float:
    """Return the factor of every epoch's rate: 1."""
    return 1.0


@dataclass(frozen=True, eq=False)
class Program:
    """What trains a network, as a function for each part of it.

    Attributes
    ----------
    task : the data and the settings.
    start : (sizes, rng) -> a new network.
    examples : (X, Y) -> the pairs that are walked through.
    batches : (n, batch_size, rng) -> the row numbers of an epoch's batches.
    masks : (net, n, rng) -> dropout's masks for n rows.
    gradients : (net, X, Y, masks) -> what a step follows.
    rates : (learning_rate) -> every epoch's rate.
    cost : (net, X, Y, masks) -> what is reported.
    score : (net, train, test) -> what is reported.
    twin, schedule : gradients and rates once more, by other code.
    """

    task: Task
    start: Callable[..., Network]
    examples: Callable[..., Iterable[Pair]] = as_pairs
    batches: Callable[..., Iterable[Any]] = minibatches
    masks: Callable[..., list[Array]] = no_masks
    gradients: Callable[..., list[Layer]] = own_gradients
    rates: Callable[[float], Iterator[float]] = repeat
    cost: Callable[..., Any] = own_cost
    score: Callable[..., float] = held_out
    twin: Callable[..., list[Layer]] = twin_gradients
    schedule: Callable[[int, int], float] = no_decay


def step(net: Network, nablas: list[Layer], rate: float) -> None:
    """Move the parameters along these gradients."""
    net._hold(
        [
            Layer(layer.W - rate * nabla.W, layer.b - rate * nabla.b)
            for layer, nabla in zip(net.to_layers(), nablas)
        ]
    )


def fit(
    program: Program,
    net: Network,
    examples: Iterable[Pair],
    rng: np.random.Generator,
) -> None:
    """Train for the task's epochs."""
    task, pairs = program.task, list(examples)
    if not pairs:
        return
    X, Y = (np.concatenate(columns, axis=1).T for columns in zip(*pairs))
    for rate in islice(program.rates(task.learning_rate), task.epochs):
        for rows in program.batches(len(X), task.batch_size, rng):
            masks = program.masks(net, len(rows), rng)
            nablas = program.gradients(net, X[rows], Y[rows], masks)
            step(net, nablas, rate)


def two_runs(program: Program, seed: int) -> Iterator[Network]:
    """Yield the network: new, after a run, and after a second run."""
    task, rng = program.task, np.random.default_rng(seed)
    net = program.start(task.sizes, rng)
    examples = program.examples(task.train.X, task.train.Y)
    yield net
    for _ in range(2):
        fit(program, net, examples, rng)
        yield net


def trained(program: Program, seed: int) -> Network:
    """Return the network after both runs."""
    *_, net = two_runs(program, seed)
    return net


def stirred(program: Program, seed: int = 0) -> Network:
    """Return a new network in which no parameter is zero."""
    rng = np.random.default_rng(seed)
    net = program.start(program.task.sizes, rng)
    noise = [
        Layer(*(rng.standard_normal(part.shape) for part in layer))
        for layer in net.to_layers()
    ]
    step(net, noise, 0.1)
    return net


def parts(layers: list[Layer]) -> list[Array]:
    """Return the arrays of the layers, W and b in turn."""
    return [part for layer in layers for part in layer]
