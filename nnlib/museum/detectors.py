"""Six detectors. Each calls some parts of a program and not the others.

About a flaw in a part that it does not call, a detector has nothing to say.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from itertools import islice, pairwise
from typing import Any, NamedTuple

import numpy as np

from nnlib import gradcheck
from nnlib.museum.laws import LAWS, STEP, TRAIN, broken_laws
from nnlib.museum.program import (
    Program,
    parts,
    step,
    stirred,
    trained,
    two_runs,
)
from nnlib.network import Network
from nnlib.types import Array, Layer, flatten

PASSES, RAISES, SEEN, STOPS, BLIND = "passes", "raises", "seen", "stops", "–"

N_SEEDS = 10


# The six. Each takes the program, and the repaired one to compare with.


def loss_falls(program: Program, fixed: Program) -> str:
    """The reported cost falls by 1 % in a run, and again in the next."""
    X, Y = program.task.train.X, program.task.train.Y
    costs = [program.cost(net, X, Y, []) for net in two_runs(program, 0)]
    fell = all(after < 0.99 * before for before, after in pairwise(costs))
    return PASSES if fell else SEEN


def accuracy(program: Program, fixed: Program) -> str:
    """The score is the repaired program's, to three standard errors."""
    error = gaps_of(program, fixed)
    mean, spread = error.mean(), error.std(ddof=1) / np.sqrt(len(error))
    if abs(mean) <= 3 * spread:
        return PASSES
    return RAISES if mean > 0 else SEEN


@cache
def gaps_of(program: Program, fixed: Program) -> Array:
    """Return the score minus the repaired program's, a seed at a time."""
    task = program.task
    scores = [
        [
            form.score(trained(form, seed), task.train, task.test)
            for seed in range(N_SEEDS)
        ]
        for form in (program, fixed)
    ]
    gaps = np.subtract(*scores)
    gaps.flags.writeable = False  # it is kept
    return gaps


def shapes(program: Program, fixed: Program) -> str:
    """Every array has its shape, for two widths, and every batch its size."""
    task, rng = program.task, np.random.default_rng(0)
    (X, Y), (n_in, n_hidden, n_out) = task.batch(), task.sizes
    right = []
    for sizes in (task.sizes, [n_in, n_hidden + 1, n_out]):
        net = program.start(sizes, rng)
        wanted = [s for i, o in pairwise(sizes) for s in ((i, o), (o,))]
        masks = program.masks(net, len(X), rng)
        for layers in (net.to_layers(), program.gradients(net, X, Y, masks)):
            right.append([p.shape for p in parts(layers)] == wanted)
        right.append(net.predict(X).shape == Y.shape)
        right.append(np.ndim(program.cost(net, X, Y, masks)) == 0)
        right.append(np.ndim(program.score(net, task.train, task.test)) == 0)
    for x, y in program.examples(X, Y):
        right.append((x.shape, y.shape) == ((n_in, 1), (n_out, 1)))
    n, size = len(task.train), task.batch_size
    *full, last = [size, *map(len, program.batches(n, size, rng))]
    right.append(set(full) <= {size} and last <= size)
    return PASSES if all(right) else SEEN


class Judged(NamedTuple):
    """What the referee asks for: a program's cost at other parameters."""

    program: Program
    net: Network
    masks: list[Array]

    def to_layers(self) -> list[Layer]:
        """Return the parameters."""
        return self.net.to_layers()

    def with_layers(self, layers: list[Layer], dtype: Any) -> Judged:
        """Return the same with other parameters."""
        return self._replace(net=self.net.with_layers(layers, dtype=dtype))

    def cost(self, X: Array, Y: Array) -> Any:
        """Return the program's cost, the masks held still."""
        return self.program.cost(self.net, X, Y, self.masks)


def gradient_check(program: Program, fixed: Program) -> str:
    """The referee agrees, for eight entries of every array."""
    net, rng = stirred(program), np.random.default_rng(1)
    X, Y = program.task.batch()
    masks = program.masks(net, len(X), rng)
    judged: Any = Judged(program, net, masks)
    claimed = program.gradients(net, X, Y, masks)
    report = gradcheck.check(judged, X, Y, claimed=claimed, entries=8, rng=rng)
    return PASSES if report.passed else SEEN


def equality(program: Program, fixed: Program) -> str:
    """Three updates end where another design's end, to 1e-12."""
    task, (X, Y) = program.task, program.task.batch()
    rates = list(islice(program.rates(task.learning_rate), 3))
    theirs = [task.learning_rate * program.schedule(e, 3) for e in range(3)]
    net, ends = stirred(program), []
    layers = net.to_layers()
    for gradients, etas in [
        (program.gradients, rates),
        (program.twin, theirs),
    ]:
        net._hold(layers)
        rng = np.random.default_rng(1)
        for eta in etas:
            masks = program.masks(net, len(X), rng)
            step(net, gradients(net, X, Y, masks), eta)
        ends.append(flatten(net.to_layers()))
    same = np.allclose(*ends, rtol=1e-12, atol=1e-12)
    return PASSES if same else SEEN


def laws(program: Program, fixed: Program) -> str:
    """Every law holds."""
    return SEEN if broken_laws(program) else PASSES


class Detector(NamedTuple):
    """The parts that a detector looks at, and its verdict on a program."""

    parts: set[str]
    verdict: Callable[[Program, Program], str]


DETECTORS: dict[str, Detector] = {
    "loss falls": Detector(TRAIN | {"cost"}, loss_falls),
    "accuracy": Detector(TRAIN | {"score"}, accuracy),
    "shapes": Detector(
        STEP | {"examples", "batches", "cost", "score"}, shapes
    ),
    "gradient check": Detector(STEP | {"cost"}, gradient_check),
    "equality": Detector(STEP | {"rates"}, equality),
    "laws": Detector(set.union(*(parts for parts, _ in LAWS.values())), laws),
}


def look(name: str, part: str, program: Program, fixed: Program) -> str:
    """Return a detector's verdict on a flaw in this part.

    Returns
    -------
    "–" if the detector does not call the part, "stops" if the program ends
    with an exception or a warning, or else what the detector says.
    """
    detector = DETECTORS[name]
    if part not in detector.parts:
        return BLIND
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return detector.verdict(program, fixed)
        except Exception:
            return STOPS
