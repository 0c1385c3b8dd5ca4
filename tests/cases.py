"""What the tests share: networks and batches with no zero in them.

A zero hides mistakes: whatever is multiplied by it agrees. A square matrix
hides a transposition, so the sizes are unequal, but for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nnlib import ACTIVATIONS, COSTS, DESIGNS, Layer

SIZES = [
    (5, 3),
    (4, 6, 3),
    (4, 3, 1),
    (3, 3, 3),
    (3, 5, 4, 2),
    (3, 4, 5, 4, 2),
]
PAIRS = [
    (cost, output)
    for cost in COSTS
    for output in ACTIVATIONS
    if COSTS[cost].partner in (None, output)
]
MIXED = ("tanh", "leaky_relu", "sigmoid")  # one name per hidden layer


def nonzero(rng, shape):
    """Numbers of either sign, from 0.2 to 1 in size."""
    return rng.uniform(0.2, 1, shape) * rng.choice([-1, 1], shape)


def random_layers(sizes, rng):
    """Canonical layers with no zero weight and no zero bias."""
    return [
        Layer(nonzero(rng, s), nonzero(rng, s[1])) for s in pairwise(sizes)
    ]


@dataclass(frozen=True)
class Case:
    """A network's settings and sizes, and how many samples it is given."""

    sizes: tuple[int, ...] = (4, 6, 3)
    hidden: str = "sigmoid"
    cost: str = "quadratic"
    output: str = "sigmoid"
    n_samples: int = 7

    def __str__(self):
        sizes = "-".join(map(str, self.sizes))
        pair = f"{self.cost}+{self.output}"
        return f"{sizes} {self.hidden} {pair} n={self.n_samples}"

    def layers(self):
        """The canonical parameters, the same at every call."""
        return random_layers(self.sizes, np.random.default_rng(1))

    def batch(self):
        """X and Y; the targets are probabilities where the cost asks."""
        rng = np.random.default_rng(2)
        X = nonzero(rng, (self.n_samples, self.sizes[0]))
        Y = rng.uniform(0.1, 0.9, (self.n_samples, self.sizes[-1]))
        if self.cost == "log_likelihood":
            Y /= Y.sum(axis=1, keepdims=True)
        return X, Y

    def net(self, design, **changes):
        """The network in this design."""
        n_hidden = len(self.sizes) - 2
        settings = {
            "hidden": MIXED[:n_hidden]
            if self.hidden == "mixed"
            else self.hidden,
            "output": self.output,
            "cost": self.cost,
        }
        return DESIGNS[design].from_layers(
            self.layers(), **{**settings, **changes}
        )


def cases(sizes=SIZES, hidden=("mixed",), pairs=PAIRS, n_samples=(7,)):
    """The product of these, without a softmax of one unit: it is always 1."""
    return [
        Case(s, h, cost, output, n)
        for s in sizes
        for h in hidden
        for cost, output in pairs
        for n in n_samples
        if not (output == "softmax" and s[-1] == 1)
        and not (len(s) == 2 and h != hidden[0])  # no hidden layer to vary
    ]


def relative(ours, theirs):
    """Largest |ours - theirs|, relative to the largest |theirs|."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape
    gap = np.max(abs(ours - theirs))
    return float(gap / np.max(abs(theirs))) if gap else 0.0


def relative_layers(ours, theirs):
    """`relative` for each W and each b, and the largest of them."""
    return max(
        relative(a, b)
        for mine, other in zip(ours, theirs, strict=True)
        for a, b in zip(mine, other, strict=True)
    )
