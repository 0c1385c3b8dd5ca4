"""The quiz of the chapter "Bias row, tanh and softmax"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from nnlib.datasets import one_hot
from nnlib.designs.bias_row_softmax import LAYOUT, BiasRowSoftmax
from nnlib.exercises.quiz import Option, Question
from nnlib.flaws.bias_row_softmax import (
    Momentum,
    backprop_with_masks,
    backprop_without_masks,
    mask_keeping,
    momentum_of_all_steps,
    momentum_of_one_step,
    rates_compounding,
    rates_from_first,
    thinned,
)
from nnlib.gradcheck import check
from nnlib.regularizers import Penalty, dropout_mask
from nnlib.types import Array


def step_on_the_flat(method: Momentum, momentum: float) -> float:
    """Return the first step after the slope, 1 for long, has become 0."""
    memory = 0.0
    for slope in np.repeat([1.0, 0.0], [1000, 1]):
        step, memory = method(slope, memory, momentum)
    return float(step)


def fourth(rates: Callable[[float, float], Iterator[float]]) -> float:
    """Return the rate of the fourth epoch: first rate 0.6, a decay of 1."""
    return next(islice(rates(0.6, 1.0), 3, None))


def factor(mask: Callable[..., Array]) -> float:
    """Return what a mask that drops 0.8 does to the units that it keeps."""
    return mask((50, 50), 0.8, np.random.default_rng(0)).max().item()


def refused(sizes: list[int], backprop: Callable[..., list[Array]]) -> str:
    """Return the arrays that the referee refuses, the masks held still."""
    rng = np.random.default_rng(0)
    net = BiasRowSoftmax.initialize(sizes, rng=rng)
    X, Y = (
        rng.random((6, sizes[0])),
        one_hot(np.arange(6) % sizes[-1], sizes[-1]),
    )
    masks = [dropout_mask((size, 6), 0.5, rng) for size in sizes[1:-1]]
    claimed = [LAYOUT.unpack(V) for V in backprop(net, X, Y, masks)]
    report = check(thinned(net, masks), X, Y, claimed=claimed)
    return ", ".join(row.name for row in report.rows if not row.passed)


def no_masks_at_all(
    net: BiasRowSoftmax, X: Array, Y: Array, masks: list[Array]
) -> list[Array]:
    """Go both ways as if there were no masks."""
    return backprop_with_masks(net, X, Y, None)


def fate(move: Callable[[Array], Array]) -> str:
    """Say what becomes of a weight of 0.05 that no datum moves."""
    w = [np.array([[0.05]])]
    for _ in range(50):
        w.append(move(w[-1]))
    before, after = w[-2].item(), w[-1].item()
    return (
        "rests" if after == 0 else "hops" if before * after < 0 else "creeps"
    )


def stop_at_zero(w: Array) -> Array:
    """Move toward 0 by 0.02, and not beyond it."""
    return np.sign(w) * np.maximum(abs(w) - 0.02, 0)


QUESTIONS = [
    Question(
        name="on-the-flat",
        text=(
            "With momentum, $\\mu = 0.9$, the slope has been 1 for a long "
            "time. Now it is 0. How long is the next step, in units of "
            "$\\eta$?"
        ),
        options=(
            Option(
                "0: no slope, no step",
                0.0,
                "Without momentum, yes. Momentum is what goes on where the "
                "slope has ended.",
                comes_from=lambda: step_on_the_flat(momentum_of_all_steps, 0),
            ),
            Option(
                "0.9",
                0.9,
                "You remember the last *slope*, times 0.9. What is remembered "
                "is the last step, and that was 10.",
                mistake="one-step-momentum",
                comes_from=lambda: step_on_the_flat(momentum_of_one_step, 0.9),
            ),
            Option(
                "9",
                9.0,
                "The steps had grown to $1 / (1 - 0.9) = 10$, and a tenth is "
                "lost. It takes many steps on the flat to come to rest.",
            ),
        ),
        key=lambda: step_on_the_flat(momentum_of_all_steps, 0.9),
    ),
    Question(
        name="fourth-epoch",
        text=(
            "A learning rate of 0.6 decays with $d = 1$. What is it in the "
            "fourth epoch?"
        ),
        options=(
            Option(
                "0.025",
                0.025,
                "You divided by 2, by 3 and by 4. Each epoch divides the "
                "*first* rate, once.",
                mistake="compounding-decay",
                comes_from=lambda: fourth(rates_compounding),
            ),
            Option(
                "0.15",
                0.15,
                "The fourth epoch has $e = 3$, and the first rate is divided "
                "by $1 + 3$.",
            ),
            Option(
                "0.075",
                0.075,
                "You halved it three times. That would be a divisor of "
                "$(1 + d)^e$; this one grows by $d$ each time.",
                mistake=("bias-row-softmax/decay: the same factor each epoch"),
                comes_from=lambda: 0.6 / (1 + 1) ** 3,
            ),
        ),
        key=lambda: fourth(rates_from_first),
    ),
    Question(
        name="those-that-stay",
        text=(
            "Dropout with $p = 0.8$ sets four of five hidden units to 0. What "
            "are the activations of the others multiplied by?"
        ),
        options=(
            Option(
                "5",
                5.0,
                "One in five stays, and has to stand for all five: "
                "$1 / (1 - 0.8)$. So the expected activation is what it was.",
            ),
            Option(
                "1.25",
                1.25,
                "That is $1/p$, right where $p$ is the share that is *kept*. "
                "The document calls it the share set to zero, and keeps it.",
                mistake="keeps-what-it-should-drop",
                comes_from=lambda: factor(mask_keeping),
            ),
            Option(
                "1: they stay as they are",
                1.0,
                "Then the next layer would get a fifth of what it gets "
                "without dropout, when the network predicts.",
                mistake=(
                    "bias-row-softmax/thinned-delta: zeros of the mask only"
                ),
                comes_from=lambda: float(factor(dropout_mask) > 0),
            ),
        ),
        key=lambda: factor(dropout_mask),
    ),
    Question(
        name="three-layers",
        text=(
            "A network has two hidden layers, both with dropout, and three "
            "layers of weights. The backward pass leaves the masks out. Which "
            "gradients does the referee refuse, the masks held still?"
        ),
        options=(
            Option(
                "Those of the first layer",
                "W1, b1",
                "With a single hidden layer it is so. Here a mask lies "
                "between the second layer and the cost as well.",
                comes_from=lambda: refused([3, 4, 2], backprop_without_masks),
            ),
            Option(
                "Those of all three",
                "W1, b1, W2, b2, W3, b3",
                "The last layer's has only the thinned activations in it, "
                "and those are right: the way forward had its masks.",
                comes_from=lambda: refused([3, 4, 4, 2], no_masks_at_all),
            ),
            Option(
                "Those of the first and the second",
                "W1, b1, W2, b2",
                "A gradient is wrong if a mask lies between its layer and the "
                "cost. Only behind the last layer there is none.",
            ),
        ),
        key=lambda: refused([3, 4, 4, 2], backprop_without_masks),
    ),
    Question(
        name="toward-zero",
        text=(
            "No datum moves a certain weight, 0.05 at first. An L1 penalty "
            "does, by steps of $\\eta\\lambda/N = 0.02$. What becomes of the "
            "weight?"
        ),
        options=(
            Option(
                "It comes to 0 and rests there",
                "rests",
                "That is where the cost is least. But a step has one length, "
                "and 0.05 is no multiple of it; someone has to stop it at 0.",
                comes_from=lambda: fate(stop_at_zero),
            ),
            Option(
                "It hops over 0 and back, for ever",
                "hops",
                "From 0.01 to −0.01, and back: near 0 the push is as strong "
                "as far away. Exact zeros need a step that stops there.",
            ),
            Option(
                "It comes closer and closer to 0, ever more slowly",
                "creeps",
                "That is L2, whose push fades with the weight. The push of "
                "L1 is as strong near 0 as far away.",
                mistake="bias-row-softmax/penalty: size for sign",
                comes_from=lambda: fate(
                    lambda w: w - 0.02 * Penalty(l2=1.0).gradient(w)
                ),
            ),
        ),
        key=lambda: fate(lambda w: w - 0.02 * Penalty(l1=1.0).gradient(w)),
    ),
]
