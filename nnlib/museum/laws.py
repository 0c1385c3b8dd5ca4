"""Laws: what holds for every right program, whatever it is trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nnlib.datasets import Dataset
from nnlib.museum.program import Program, fit, parts, step, stirred, trained
from nnlib.types import flatten

# The parts that are called: to make a network, to step, to train.
START = {"start"}
STEP = {"start", "masks", "gradients"}
TRAIN = STEP | {"examples", "batches", "rates"}


def all_once(program: Program) -> bool:
    """Every example is used once an epoch."""
    task, rng = program.task, np.random.default_rng(0)
    n = len(list(program.examples(task.train.X, task.train.Y)))
    seen = np.concatenate([[], *program.batches(n, task.batch_size, rng)])
    return bool(np.array_equal(np.sort(seen), np.arange(len(task.train))))


def _regrouped(program: Program, rows: Any) -> bool:
    """Say whether these rows of the batch have the gradients of all."""
    net, (X, Y) = stirred(program), program.task.batch()
    masks = program.masks(net, len(X), np.random.default_rng(1))
    two = [
        flatten(program.gradients(net, X[r], Y[r], [m[:, r] for m in masks]))
        for r in (np.arange(len(X)), rows)
    ]
    return bool(np.allclose(*two, rtol=1e-9, atol=1e-12))


def order_is_nothing(program: Program) -> bool:
    """A batch in another order has the same gradient."""
    rng = np.random.default_rng(2)
    return _regrouped(program, rng.permutation(program.task.batch_size))


def twice_is_once(program: Program) -> bool:
    """A batch with every row twice has the same gradient."""
    return _regrouped(program, np.tile(np.arange(program.task.batch_size), 2))


def strangers(program: Program) -> bool:
    """Two new networks differ, and training one leaves the other alone."""
    rng = np.random.default_rng(0)
    first, second = (program.start(program.task.sizes, rng) for _ in "ab")
    before = flatten(first.to_layers())
    same = np.array_equal(before, flatten(second.to_layers()))
    step(second, second.to_layers(), 0.5)
    return not same and np.array_equal(before, flatten(first.to_layers()))


def repeatable(program: Program) -> bool:
    """The same data and generator, handed over twice, give one network."""
    task, ends = program.task, []
    examples = program.examples(task.train.X, task.train.Y)
    for _ in range(2):
        rng = np.random.default_rng(0)
        net = program.start(task.sizes, rng)
        fit(program, net, examples, rng)
        ends.append(flatten(net.to_layers()))
    return bool(np.array_equal(*ends))


def nothing_written(program: Program) -> bool:
    """What is handed to a function is afterwards as it was."""
    net, rng = stirred(program), np.random.default_rng(1)
    X, Y = program.task.batch()
    masks, z = program.masks(net, len(X), rng), rng.standard_normal((5, 3))
    held = [X, Y, z, *masks]
    before = [array.copy() for array in (*held, *parts(net.to_layers()))]
    program.gradients(net, X, Y, masks)
    for f in net._activations:
        f.forward(z)
    after = [*held, *parts(net.to_layers())]
    return all(map(np.array_equal, before, after))


def noise_is_chance(program: Program) -> bool:
    """Where labels are dealt out at random, a score is chance's share."""
    task, rng = program.task, np.random.default_rng(0)
    few = task.train.take(slice(4 * task.batch_size))
    dealt = [
        Dataset(data.X, data.Y[order], data.labels[order])
        for data in (few, task.test)
        for order in [rng.permutation(len(data))]
    ]
    task = replace(task, train=dealt[0], epochs=30)
    blind = replace(program, task=task)
    score = blind.score(trained(blind, seed=0), *dealt)
    chance = np.bincount(task.test.labels).max() / len(task.test)
    return bool(0 <= score <= chance + 0.15)


LAWS: dict[str, tuple[set[str], Callable[[Program], bool]]] = {
    "every example once": ({"examples", "batches"}, all_once),
    "order is nothing": (STEP, order_is_nothing),
    "twice is once": (STEP, twice_is_once),
    "strangers": (START, strangers),
    "repeatable": (TRAIN, repeatable),
    "nothing is written": (STEP, nothing_written),
    "noise is chance": (TRAIN | {"score"}, noise_is_chance),
}


def broken_laws(program: Program) -> list[str]:
    """Return the names of the laws that do not hold."""
    return [name for name, (_, holds) in LAWS.items() if not holds(program)]
