"""The quiz of the chapter "From neuron to network"."""

from __future__ import annotations

from itertools import product

import numpy as np

from nnlib.activations import sigmoid_derivative, tanh, tanh_derivative
from nnlib.datasets import xor
from nnlib.exercises import EXERCISES
from nnlib.exercises.quiz import Option, Question, mistaken

NEURON = EXERCISES["neuron-to-network/neuron"].answer
COUNT = "neuron-to-network/count-parameters"
BOTH_OR_NEITHER = EXERCISES["neuron-to-network/both-or-neither"]
ROW = np.array([1.0, 2.0, 1.0])


def right(w1: float, w2: float, b: float) -> int:
    """Return how many rows of XOR this neuron gets right."""
    data = xor()
    said = NEURON(data.X, np.array([w1, w2]), b)
    return int(np.sum(said == data.labels))


def reached() -> list[int]:
    """Return the numbers of right rows that single neurons reach."""
    grid = np.arange(-3, 4)
    return sorted({right(*numbers) for numbers in product(grid, repeat=3)})


def right_of_three(mistake: str = "") -> int:
    """Return the same of three neurons, made for the opposite of XOR."""
    data = xor()
    name = f"{BOTH_OR_NEITHER.name}: {mistake}"
    if mistake:
        said = mistaken(name, data.X)
    else:
        said = BOTH_OR_NEITHER.run(BOTH_OR_NEITHER.answer, (data.X,))
    return int(np.sum(said == data.labels))


def steepest(name: str) -> float:
    """Return how many times as steep as a sigmoid tanh is, at its steepest."""
    middle = np.zeros((1, 1))
    below = {
        "right": sigmoid_derivative,
        "wrong": lambda z: mistaken(
            "neuron-to-network/sigmoid-slope: at most one", z
        ),
    }[name]
    return (tanh_derivative(middle) / below(middle)).item()


QUESTIONS = [
    Question(
        name="all-wrong",
        text=(
            "No neuron gets all four rows of XOR right. What is the smallest "
            "number of rows that a neuron can get right?"
        ),
        options=(
            Option(
                "None: being wrong is easy",
                0,
                "A neuron that is wrong on all four could be turned around, "
                "and would then do XOR. It takes three to be so wrong.",
                comes_from=right_of_three,
            ),
            Option(
                "One",
                1,
                "From one to three. The two ends are empty for the same "
                "reason.",
            ),
            Option(
                "Two, by always saying the same",
                2,
                "That gets two. A line that has the wrong three corners on "
                "each side does worse.",
                comes_from=lambda: right(0, 0, -1),
            ),
        ),
        key=lambda: reached()[0],
    ),
    Question(
        name="ten-layers",
        text=(
            "Ten layers of a hundred units each hand on their sums, without "
            "an activation. One last neuron takes a step. How many rows of "
            "XOR can the whole get right, at most?"
        ),
        options=(
            Option(
                "All four: it has hidden layers",
                4,
                "Three neurons do it, since the hidden two fold the plane. "
                "Without a fold all layers multiply out to one.",
                mistake="neuron-to-network/forward: no activation",
                comes_from=lambda: right_of_three("XOR itself"),
            ),
            Option(
                "Two, no better than a guess",
                2,
                "A guess gets two. The ten layers are still as good as a "
                "single neuron, and that gets more.",
                comes_from=lambda: right(0, 0, -1),
            ),
            Option(
                "Three",
                3,
                "As many as a single neuron: the ten layers are one, and the "
                "last neuron's line is all there is.",
            ),
        ),
        key=lambda: reached()[-1],
    ),
    Question(
        name="steeper",
        text=(
            "How many times as steep as the sigmoid is tanh, each at its "
            "steepest?"
        ),
        options=(
            Option(
                "4 times",
                4.0,
                "It climbs twice as far, and in half the distance: "
                "$\\tanh z = 2σ(2z) - 1$.",
            ),
            Option(
                "Twice: it climbs twice as far",
                2.0,
                "It does, from −1 to 1. But it also takes only half the "
                "distance for it.",
                comes_from=lambda: np.ptp(
                    tanh(np.array([-40.0, 40.0]))
                ).item(),
            ),
            Option(
                "No steeper: both have slope 1 at 0",
                1.0,
                "tanh has. The sigmoid's slope is σ(1 − σ), and at 0 that is "
                "½ · ½.",
                mistake="neuron-to-network/sigmoid-slope: at most one",
                comes_from=lambda: steepest("wrong"),
            ),
        ),
        key=lambda: steepest("right"),
    ),
    Question(
        name="parameters",
        text=(
            "A network of sizes 4, 3, 2 is shown a batch of 50 rows. How "
            "many weights and biases does it have?"
        ),
        options=(
            Option(
                "18",
                18,
                "These are the weights. Each of the five units has a bias, "
                "too.",
                mistake=f"{COUNT}: no biases",
                comes_from=lambda: mistaken(f"{COUNT}: no biases", [4, 3, 2]),
            ),
            Option(
                "27",
                27,
                "You gave biases to the inputs. They are no units: nothing "
                "is added up there.",
                mistake=f"{COUNT}: biases of the inputs",
                comes_from=lambda: mistaken(
                    f"{COUNT}: biases of the inputs", [4, 3, 2]
                ),
            ),
            Option(
                "23",
                23,
                "$(4 + 1) · 3 + (3 + 1) · 2$, whatever the batch: each row "
                "goes its own way through the same numbers.",
            ),
            Option(
                "1150",
                1150,
                "You counted them once for each row. All rows share the same "
                "weights.",
                comes_from=lambda: 50 * EXERCISES[COUNT].answer([4, 3, 2]),
            ),
        ),
        key=lambda: EXERCISES[COUNT].answer([4, 3, 2]),
    ),
    Question(
        name="bias-inside",
        text=(
            "With `x` = (1, 2, 1), all weights 1 and `b` = ½, somebody "
            "computes `np.sum(x * w + b)`. What comes out?"
        ),
        options=(
            Option(
                "4.5",
                4.5,
                "That is `x @ w + b`. Here `b` is inside the sum, and NumPy "
                "adds it to each of the three terms.",
                mistake="bias-inside-the-sum",
                comes_from=lambda: ROW @ np.ones(3) + 0.5,
            ),
            Option(
                "5.5",
                5.5,
                "Three terms, and a bias in each. With 784 inputs it would "
                "count 784 times, and nothing would complain.",
            ),
            Option(
                "4",
                4.0,
                "That is the sum without any bias. `b` is there; the "
                "question is how often.",
                comes_from=lambda: ROW @ np.ones(3),
            ),
        ),
        key=lambda: np.sum(ROW * np.ones(3) + 0.5),
    ),
]
