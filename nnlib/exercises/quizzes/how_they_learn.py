"""The quiz of the chapter "How they learn"."""

from __future__ import annotations

import numpy as np

from nnlib.designs.layer_dict import LayerDict
from nnlib.exercises.quiz import Option, Question
from nnlib.types import Array, Layer, flatten, unflatten

SIZES = [6, 5, 3]


def task(n: int) -> tuple[Array, Array]:
    """Return n random examples, (n, 6) and (n, 3)."""
    rng = np.random.default_rng(1)
    return rng.random((n, 6)), np.eye(3)[rng.integers(3, size=n)]


def network(
    cost: str = "quadratic", inner: float = 1.0, outer: float = 1.0
) -> LayerDict:
    """Return a small network, its weights multiplied layer by layer."""
    net = LayerDict.initialize(
        SIZES,
        rng=np.random.default_rng(0),
        hidden="sigmoid",
        output="sigmoid",
        cost=cost,
        initializer="uniform",
    )
    (W1, b1), (W2, b2) = net.to_layers()
    return net.with_layers(
        [Layer(inner * W1, b1), Layer(outer * W2, outer * b2)]
    )


def some_win_all(changes: int, seeds: int) -> float:
    """Return how likely one of so many coins wins on all seeds."""
    return round(1 - (1 - 0.5**seeds) ** changes, 2)


def losses(paired: bool = True) -> int:
    """Return how many of ten pairs a change loses, the median of many.

    Both sides share the luck of their seed, if they are paired by it.
    """
    rng = np.random.default_rng(0)
    seeds = rng.normal(0, 1.0, (2000, 10))
    harm = rng.normal(0.3, 0.1, (2000, 10))
    other = seeds if paired else rng.normal(0, 1.0, (2000, 10))
    return int(np.median(np.sum(other - harm < seeds, axis=1)))


def step(net: LayerDict, X: Array, Y: Array, rate: float) -> Array:
    """Return a step from where the network stands."""
    return -rate * flatten(net.gradients(X, Y))


def long_step(rate: float = 10.0, frozen: bool = False) -> str:
    """Compare a step of 100 examples with ten steps of 10 at rate 1.

    Parameters
    ----------
    frozen : whether all ten gradients are taken at the start.
    """
    (X, Y), start = task(100), network()
    net, short = start, np.zeros_like(flatten(start.to_layers()))
    for batch in np.split(np.arange(100), 10):
        moved = step(start if frozen else net, X[batch], Y[batch], 1.0)
        short = short + moved
        theta = flatten(net.to_layers()) + moved
        net = net.with_layers(unflatten(theta, net.to_layers()))
    long = step(start, X, Y, rate)
    if np.allclose(long, short, rtol=0, atol=1e-12):
        return "the same"
    far = np.linalg.norm(long) / np.linalg.norm(short)
    return "a tenth" if far < 0.2 else "elsewhere"


def parallel(one: Array, other: Array) -> bool:
    """Return whether two vectors point the same way."""
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    return bool(np.isclose(one @ other, lengths, rtol=1e-9))


def only_a_rate(
    inner: float = 1.0, outer: float = 1.0, n_first: int | None = None
) -> str:
    """Name the changes whose step points where the unchanged one does.

    Parameters
    ----------
    inner : a factor on the first weights, for those who get raw pixels.
    outer : a factor on the output's layer, for all.
    n_first : how many of the parameters to look at, from the first on.
    """
    X, Y = task(10)
    net = network(outer=outer)
    changed = {
        "sum": [net.gradients(X[[i]], Y[[i]]) for i in range(10)],
        "pixels": [network(inner=inner, outer=outer).gradients(16 * X, Y)],
        "cost": [network("cross_entropy", outer=outer).gradients(X, Y)],
    }
    plain = flatten(net.gradients(X, Y))[:n_first]
    return " ".join(
        name
        for name, parts in changed.items()
        if parallel(sum(map(flatten, parts))[:n_first], plain)
    )


QUESTIONS = [
    Question(
        name="twenty-changes",
        text=(
            "You try twenty changes, five seeds each, and report any that "
            "wins on all five. Suppose that none of the twenty does anything "
            "at all. How likely is it that you have something to report?"
        ),
        options=(
            Option(
                "3%: five of five is rare",
                0.03,
                "For one change it is, $1/32$. You have given that chance "
                "twenty times.",
                comes_from=lambda: some_win_all(1, 5),
            ),
            Option(
                "47%",
                0.47,
                "All twenty keep quiet with a probability of "
                "$(31/32)^{20}$. So the number of changes tried belongs in "
                "a report, too.",
            ),
            Option(
                "63%: twenty times 1/32",
                20 / 32,
                "That is how many such wins to expect. Now and then "
                "there are two at once, so that *some* win is rarer.",
                comes_from=lambda: 20 * 0.5**5,
            ),
        ),
        key=lambda: some_win_all(20, 5),
    ),
    Question(
        name="pairs",
        text=(
            "A seed moves the accuracy by a percent up or down, with a "
            "change and without it alike. The change costs 0.3 percent, give "
            "or take 0.1. Ten seeds, ten pairs: how many does it lose?"
        ),
        options=(
            Option(
                "About 6: the seeds drown most of it",
                6,
                "They would if each side had seeds of its own. Within a pair "
                "the luck is the same and cancels.",
                comes_from=lambda: losses(paired=False),
            ),
            Option(
                "5: the ranges overlap, so it is a coin's toss",
                5,
                "The ranges overlap because of the seeds. That they do says "
                "nothing about what happens within a pair.",
                comes_from=lambda: 10 // 2,
            ),
            Option(
                "All 10",
                10,
                "In each pair only the change differs, and 0.3 is three "
                "times its own spread. The two ranges would hardly show it.",
            ),
        ),
        key=losses,
    ),
    Question(
        name="only-a-rate",
        text=(
            "Three changes, all with batches of ten: the gradients of a "
            "batch are summed, not averaged; all pixels are multiplied by "
            "16; the cost is cross-entropy, not quadratic. For which is "
            "there a learning rate that makes the very step that you had "
            "without the change?"
        ),
        options=(
            Option(
                "The sum alone",
                "sum",
                "A tenth of the rate undoes it. The other two make longer "
                "steps as well, but also others.",
            ),
            Option(
                "The sum and the cost: its delta is four times as large",
                "sum cost",
                "Four times where an output is ½, as they all are if the "
                "last layer starts at zero. Elsewhere the factor is "
                "$1/\\sigma'$, and each output has its own.",
                comes_from=lambda: only_a_rate(outer=0.0),
            ),
            Option(
                "The sum and the pixels: their slope is 16 times as large",
                "sum pixels",
                "For the first weights, and if they start 16 times smaller. "
                "No slope of the other parameters gets the 16, and as the "
                "weights are, the sums begin elsewhere, too.",
                comes_from=lambda: only_a_rate(inner=1 / 16, n_first=6 * 5),
            ),
        ),
        key=only_a_rate,
    ),
    Question(
        name="one-long-step",
        text=(
            "A hundred examples: ten steps in batches of 10 at $\\eta = 1$, "
            "or one step in a batch of 100 at $\\eta = 10$. Do both end at "
            "the same weights?"
        ),
        options=(
            Option(
                "No, they end at different ones",
                "elsewhere",
                "The later of the ten steps ask for the slope where the "
                "earlier ones have led. That is what the same examples in "
                "smaller batches give you.",
            ),
            Option(
                "No: a mean over 100 examples makes the step a tenth as long",
                "a tenth",
                "A mean has the size of what it is the mean of. At the same "
                "rate one step would be a tenth of ten, and the rate of 10 "
                "makes up for it.",
                comes_from=lambda: long_step(rate=1.0),
            ),
            Option(
                "Yes: every example has the same share in both",
                "the same",
                "It would be so if all ten gradients were taken at the "
                "start. After the first step, the network is another.",
                comes_from=lambda: long_step(frozen=True),
            ),
        ),
        key=long_step,
    ),
]
