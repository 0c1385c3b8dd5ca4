"""Exercises of the chapter "The referee": slopes claimed and measured."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np

from nnlib.activations import sigmoid
from nnlib.exercises.exercise import SIZES, Exercise, Wrong


def drawn_layers(rng, sizes):
    """Return a list of (W, b), or of what is shaped alike."""
    return [
        (rng.normal(size=(i, o)), rng.normal(size=o))
        for i, o in pairwise(sizes)
    ]


CLAIMED_SLOPE = Exercise(
    name="referee/claimed-slope",
    title="What a gradient says of a direction",
    statement=r"""
        A direction may move every parameter at once. Then the gradient claims
        one number, $\nabla\cost \cdot \mathbf v$: how fast the cost changes
        along it. Here gradient and direction come layer by layer, and the
        direction need not have length 1.
    """,
    header='''
        def claimed_slope(gradients, direction):
            """Return the claimed slope along the direction, one number.

            gradients : list of (dW, db), a pair for each layer.
            direction : list of (vW, vb), shaped alike.
            """
    ''',
    solution="""
        return sum(
            np.sum(dW * vW) + np.sum(db * vb)
            for (dW, db), (vW, vb) in zip(gradients, direction)
        )
    """,
    rights=(
        """
        g, v = (
            np.concatenate([part.ravel() for layer in nest for part in layer])
            for nest in (gradients, direction)
        )
        return np.vdot(g, v)
        """,
        """
        total = 0.0
        for layer, moves in zip(gradients, direction):
            total += np.einsum("ij,ij", layer[0], moves[0])
            total += np.dot(layer[1], moves[1])
        return total
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0.0"),
        Wrong(
            "weights only",
            {" + np.sum(db * vb)": ""},
            "The biases are missing. They move as well, and a mistake in "
            "their slopes would pass.",
        ),
        Wrong(
            "last layer only",
            {
                "zip(gradients, direction)": (
                    "zip(gradients[-1:], direction[-1:])"
                )
            },
            "Only the last layer has a say. The direction moves all of them.",
        ),
        Wrong(
            "last layer left out",
            {
                "zip(gradients, direction)": (
                    "zip(gradients[:-1], direction[:-1])"
                )
            },
            "The last layer is never visited. That is how a check comes to "
            "pass what is wrong there.",
        ),
        Wrong(
            "mean",
            "return sum(\n"
            "    np.mean(dW * vW) + np.mean(db * vb)\n"
            "    for (dW, db), (vW, vb) in zip(gradients, direction)\n"
            ")",
            "You took means. All nudges act at the same time, and their "
            "effects on the cost add up.",
        ),
        Wrong(
            "matrix product",
            {"np.sum(dW * vW)": "np.sum(dW.T @ vW)"},
            "`dW.T @ vW` multiplies slopes by the nudges of *other* weights "
            "too. Each slope belongs to its own nudge: entry by entry.",
        ),
        Wrong(
            "sums multiplied",
            {"np.sum(dW * vW)": "np.sum(dW) * np.sum(vW)"},
            "You added up first and multiplied then. Multiply entry by "
            "entry, and add up the products.",
        ),
        Wrong(
            "a number for each layer",
            """
            return [
                np.sum(dW * vW) + np.sum(db * vb)
                for (dW, db), (vW, vb) in zip(gradients, direction)
            ]
            """,
            "This is a number for each layer. The direction moves all layers "
            "at once, and the cost has one slope along it.",
        ),
        Wrong(
            "divided by the length",
            """
            parts = [part for layer in direction for part in layer]
            length = np.sqrt(sum(np.sum(part**2) for part in parts))
            return sum(
                np.sum(dW * vW) + np.sum(db * vb)
                for (dW, db), (vW, vb) in zip(gradients, direction)
            ) / length
            """,
            "You divided by the length of the direction. What is asked for "
            "belongs to the direction as it is; twice as long, twice as much.",
        ),
        Wrong(
            "absolute values",
            "return sum(\n"
            "    np.sum(abs(dW * vW)) + np.sum(abs(db * vb))\n"
            "    for (dW, db), (vW, vb) in zip(gradients, direction)\n"
            ")",
            "You added up sizes. Some nudges raise the cost and some lower "
            "it; the signs have to stay.",
        ),
        Wrong(
            "in place",
            """
            total = 0.0
            for layer, moves in zip(gradients, direction):
                for slopes, v in zip(layer, moves):
                    slopes *= v
                    total += slopes.sum()
            return total
            """,
        ),
    ),
    hints=(
        "One parameter: its slope times its nudge. How do the effects of "
        "many nudges combine?",
        "A scalar product over everything: `np.sum(dW * vW)` for one array "
        "of weights. Add the biases', and add up the layers.",
    ),
    cases=lambda rng: [
        (label, drawn_layers(rng, sizes), drawn_layers(rng, sizes))
        for label, sizes in (
            ("two layers", [4, 3, 2]),
            ("one layer", [3, 2]),
            ("square layers", [3, 3, 3]),
            ("a single weight and bias", [1, 1]),
        )
    ],
)


def exponentials(theta):
    """Return the sum of e^θ, and a square, which has no third slope."""
    return np.sum(np.exp(theta)) + theta[0] ** 2


def waves(theta):
    """Return the sum of θ sin(2 θ)."""
    return np.sum(theta * np.sin(2 * theta))


CENTRAL = Exercise(
    name="referee/central-difference",
    title="Two looks at the cost",
    statement="""
        Measure a slope by the central difference, the second line of
        {eq}`eq-referee-differences`. The page compares with that very formula
        for large steps `h`, its own small error included. `theta` has to be
        what it was when you are done.
    """,
    header='''
        def slope_along(cost, theta, v, h):
            """Return the central difference, one number.

            cost : a function of such a theta, gives one number.
            theta, v : (d,), a point and a direction, of any length.
            h : the step, a number.
            """
    ''',
    solution="return (cost(theta + h * v) - cost(theta - h * v)) / (2 * h)",
    rights=(
        """
        ahead, behind = (cost(theta + step * v) for step in (h, -h))
        return (ahead - behind) / h / 2
        """,
        """
        here = cost(theta)
        to_the_right = (cost(theta + h * v) - here) / h
        to_the_left = (here - cost(theta - h * v)) / h
        return (to_the_right + to_the_left) / 2
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0.0"),
        Wrong(
            "one-sided",
            "return (cost(theta + h * v) - cost(theta)) / h",
            "This is the one-sided difference. Its error is of the order h; "
            "look to both sides, and it is of the order h².",
        ),
        Wrong(
            "one-sided, backward",
            "return (cost(theta) - cost(theta - h * v)) / h",
            "This is a one-sided difference, the one that looks back. Look "
            "to both sides.",
        ),
        Wrong(
            "divided by h",
            {"(2 * h)": "h"},
            "Twice too large: the two points are 2 h apart, not h.",
        ),
        Wrong(
            "brackets",
            {"/ (2 * h)": "/ 2 * h"},
            "Python divides by 2 and then *multiplies* by `h`. The product "
            "below the line needs brackets.",
        ),
        Wrong(
            "not divided",
            {" / (2 * h)": ""},
            "This is a difference of costs. A slope is that per length of "
            "the step.",
        ),
        Wrong(
            "sign",
            {
                "cost(theta + h * v) - cost(theta - h * v)": (
                    "cost(theta - h * v) - cost(theta + h * v)"
                )
            },
            "The sign is turned around: where the cost rises along `v`, the "
            "slope is positive.",
        ),
        Wrong(
            "every parameter",
            "return (cost(theta + h) - cost(theta - h)) / (2 * h)",
            "The direction is missing: you moved every parameter by `h`.",
        ),
        Wrong(
            "only where v is not zero",
            """
            along = np.sign(v)
            return (cost(theta + h * along) - cost(theta - h * along)) / 2 / h
            """,
            "You took the signs of `v` only. A parameter moves by `h` times "
            "its entry of `v`.",
        ),
        Wrong(
            "made length 1",
            """
            v = v / np.linalg.norm(v)
            return (cost(theta + h * v) - cost(theta - h * v)) / (2 * h)
            """,
            "You made the direction one of length 1 first. Take it as it is.",
        ),
        Wrong(
            "the complex step",
            "return cost(theta + 1e-30j * v).imag / 1e-30",
            "This is the complex step, and better than what is asked for: "
            "the central difference, with the error that this `h` gives it.",
        ),
        Wrong(
            "in place",
            """
            theta += h * v
            ahead = cost(theta)
            theta -= 2 * h * v
            return (ahead - cost(theta)) / (2 * h)
            """,
            "Your number is right, but `theta` has moved: `+=` and `-=` write "
            "into the caller's array. `theta + h * v` makes a new one.",
        ),
    ),
    hints=(
        "Look at the cost a step ahead and a step behind. How far are the "
        "two points apart, in units of `v`?",
        "`cost(theta + h * v)` is the one ahead. The difference is divided "
        "by `2 * h`, in brackets.",
    ),
    cases=lambda rng: [
        (
            "five parameters",
            waves,
            rng.normal(size=5),
            rng.normal(size=5),
            0.1,
        ),
        ("one parameter", waves, rng.normal(size=1), np.array([2.0]), 0.2),
        (
            "a single parameter moved",
            exponentials,
            rng.normal(size=4),
            np.array([0, 0, 1.0, 0]),
            0.5,
        ),
        ("a large step", exponentials, rng.normal(size=3), np.ones(3), 1.0),
    ],
)


def value_and_slope(answer, A, Y, V):
    """Return the loss at A, and its slope along V by the complex step."""
    moved = answer(A + 1e-20j * V, Y)
    value = answer(A, Y)
    if value is None:
        return None
    return [np.real(value), np.imag(moved) / 1e-20]


ANALYTIC = Exercise(
    name="referee/absolute-loss",
    title="A cost that the complex step can read",
    statement="""
        The absolute cost: the mean over the samples of the summed distances
        |a − y|. Write it so that the complex step measures its slopes. The
        page calls your function twice: with plain numbers, and with `A` moved
        a hair along the imaginary axis. No output equals its target.
    """,
    header='''
        def absolute_cost(A, Y):
            """Return the cost, one number; complex if A is.

            A, Y : (n, d), outputs and targets. A may be complex.
            """
    ''',
    solution="""
        E = A - Y
        return np.sum(np.where(E.real < 0, -E, E)) / len(Y)
    """,
    rights=(
        "return np.sum(np.sign(A.real - Y) * (A - Y), axis=1).mean()",
        "return np.einsum('ij->', np.sqrt((A - Y) ** 2)) / Y.shape[0]",
    ),
    wrongs=(
        Wrong("zeros", "return 0.0"),
        Wrong(
            "absolute value",
            "return np.sum(np.abs(A - Y)) / len(Y)",
            "The cost is right, and every slope comes out as 0. `abs`, a norm "
            "or `.real` has thrown the imaginary part away. Ask for the sign "
            "of the real part, and change the sign of the whole number.",
        ),
        Wrong(
            "signs not changed",
            "return np.sum(A - Y) / len(Y)",
            "Nothing is made positive: errors of different signs cancel.",
        ),
        Wrong(
            "only what is too high",
            {"-E, E": "0, E"},
            "Outputs below their target cost nothing here. Their error "
            "counts too, with its sign changed.",
        ),
        Wrong(
            "sign",
            {"-E, E": "E, -E"},
            "The sign is turned around: what is already positive becomes "
            "negative, and the other way around.",
        ),
        Wrong(
            "mean of all entries",
            "return np.mean(np.where(A.real < Y, Y - A, A - Y))",
            "`np.mean` of everything divides by the units as well. The mean "
            "is over the samples; the units of one sample add up.",
        ),
        Wrong(
            "no mean",
            {" / len(Y)": ""},
            "You summed over the batch; the cost is a mean.",
        ),
        Wrong(
            "squares",
            "return np.sum((A - Y) ** 2) / (2 * len(Y))",
            "This is the quadratic cost. It is analytic, but another cost.",
        ),
        Wrong(
            "a loss for each sample",
            "return np.sum(np.where(A.real < Y, Y - A, A - Y), axis=1)",
            "These are the losses, one for each sample. The cost is their "
            "mean, one number.",
        ),
        Wrong(
            "the sign of the imaginary part",
            """
            E = A - Y
            size = np.where(E.real < 0, -E.real, E.real)
            return np.sum(size + 1j * E.imag) / len(Y)
            """,
            "The real part changes its sign and the imaginary part does not. "
            "A number is one thing: −(x + iy) = −x − iy.",
        ),
        Wrong(
            "in place",
            """
            A -= Y
            return np.sum(np.where(A.real < 0, -A, A)) / len(Y)
            """,
        ),
    ),
    hints=(
        "`abs` of a complex number is a length. What is |e| for a real e, "
        "said without `abs`: if e is negative ... and otherwise ...?",
        "`np.where(condition, this, that)`. The condition may look at the "
        "real part only; what is chosen keeps both parts.",
    ),
    cases=lambda rng: [
        (label, *(rng.normal(size=(n, d)) for _ in range(3)))
        for label, n, _, d in SIZES
    ],
    call=value_and_slope,
    equivalent={
        "return np.sum(np.where(E.real <= 0, -E, E)) / len(Y)": (
            "no output equals its target"
        ),
        "E = Y - A": "a distance is the same from both ends",
        "return np.einsum('ij->', np.sqrt((Y - A) ** 2)) / Y.shape[0]": (
            "a distance is the same from both ends"
        ),
    },
)


def slope_cases(rng):
    """Yield claimed and measured slopes of one array."""
    measured = rng.normal(size=(4, 3))
    claimed = measured + 0.1 * rng.normal(size=(4, 3))
    yield "a small difference", claimed, measured
    yield "a sign turned around", -measured, measured
    dark = measured * np.array([[1.0], [0], [1], [0]])
    yield "some slopes that are 0", dark + 0.01 * rng.random((4, 3)), dark
    yield "claims of 0", np.zeros(3), np.array([-2.0, 0.5, 1.0])
    yield "nothing but slopes of 0", np.array([0, -1e-3, 2e-3]), np.zeros(3)
    yield "0 claimed and 0 measured", np.zeros(3), np.zeros(3)


RELATIVE_ERROR = Exercise(
    name="referee/relative-error",
    title="Close to what?",
    statement="""
        The error of one array as this book's referee has it: the largest
        difference between a claimed and a measured slope, divided by the
        largest measured slope, both as sizes. Where all measured slopes are
        0 there is nothing to divide by: then the error is 0 if the claims
        are 0 too, and 1 if any is not.
    """,
    header='''
        def relative_error(claimed, measured):
            """Return the error of one array of slopes, one number.

            claimed, measured : arrays of the same shape, any shape.
            """
    ''',
    solution="""
        difference = np.max(np.abs(claimed - measured))
        scale = np.max(np.abs(measured))
        return difference / scale if scale else float(difference > 0)
    """,
    rights=(
        """
        scale = abs(measured).max()
        if scale == 0:
            return 1.0 if np.any(claimed) else 0.0
        return abs(claimed / scale - measured / scale).max()
        """,
        """
        pairs = zip(claimed.ravel(), measured.ravel())
        apart, size = 0.0, 0.0
        for c, m in pairs:
            apart, size = max(apart, abs(c - m)), max(size, abs(m))
        return apart / size if size else float(apart > 0)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0.0"),
        Wrong(
            "absolute difference",
            "return np.max(np.abs(claimed - measured))",
            "A difference means nothing until it is divided by something: a "
            "layer with small slopes passes whatever is claimed.",
        ),
        Wrong(
            "entry by entry",
            "return np.max(np.abs(claimed - measured) / np.abs(measured))",
            "You divided entry by entry. A slope that is 0, as below a dark "
            "pixel, makes that infinite or no number at all.",
        ),
        Wrong(
            "divided by the claim",
            """
            difference = np.max(np.abs(claimed - measured))
            scale = np.max(np.abs(claimed))
            return difference / scale if scale else float(difference > 0)
            """,
            "You divided by the largest *claim*. The claim is what is on "
            "trial: a wrong one that is large enough looks good.",
        ),
        Wrong(
            "nothing to divide by",
            "return np.max(np.abs(claimed - measured)) / "
            "np.max(np.abs(measured))",
            "Where all measured slopes are 0 you divide by 0.",
        ),
        Wrong(
            "zeros pass",
            {"float(difference > 0)": "0.0"},
            "Where all measured slopes are 0, you accept any claim. Such an "
            "array is the one to look at twice.",
        ),
        Wrong(
            "mean difference",
            {"np.max(np.abs(claimed": "np.mean(np.abs(claimed"},
            "You took the mean difference. A single wrong slope of many "
            "hides in a mean; take the largest.",
        ),
        Wrong(
            "signs kept",
            {"difference = np.max(np.abs(": "difference = np.max(("},
            "A claim that is too low gives a negative difference, and the "
            "largest overlooks it. Take sizes first.",
        ),
        Wrong(
            "signed scale",
            {"np.max(np.abs(measured))": "np.max(measured)"},
            "The largest measured slope may be a negative one: take sizes "
            "before you look for the largest.",
        ),
        Wrong(
            "quotient of lengths",
            {
                "np.max(np.abs(claimed - measured))": (
                    "np.linalg.norm(claimed - measured)"
                ),
                "np.max(np.abs(measured))": "np.linalg.norm(measured)",
            },
            "This is a quotient of lengths, which some checks use. In a large "
            "array it lets one wrong slope count for little.",
        ),
        Wrong(
            "difference of the largest",
            {
                "np.max(np.abs(claimed - measured))": (
                    "abs(np.abs(claimed).max() - np.abs(measured).max())"
                )
            },
            "You compared the two largest slopes with each other. Compare "
            "each claim with its own measurement.",
        ),
    ),
    hints=(
        "Two numbers and a quotient. In which of the two is the claim "
        "allowed to have a say?",
        "`np.max(np.abs(...))` twice: of the differences, and of what was "
        "measured. Look at the second before you divide by it.",
    ),
    cases=slope_cases,
    equivalent=dict.fromkeys(
        (
            "difference = np.max(np.abs(measured - claimed))",
            "return abs(measured / scale - claimed / scale).max()",
            "apart, size = (max(apart, abs(m - c)), max(size, abs(m)))",
        ),
        "a distance is the same from both ends",
    ),
)


def network_cost(X, Y, layers):
    """Return the mean quadratic cost of a network of sigmoids."""
    A = X
    for W, b in layers:
        A = sigmoid(A @ W + b)
    return 0.5 * np.sum((A - Y) ** 2) / len(Y)


def referee_cases(rng):
    """Yield a cost, layers, and claims of which some are wrong."""
    for label, sizes, wrong in (
        ("a wrong first layer", [3, 2, 1], (0, 0)),
        ("wrong biases in the last layer", [1, 2, 2], (1, 1)),
        ("a wrong last layer", [2, 2, 2], (1, 0)),
        ("one layer", [3, 2], (0, 1)),
    ):
        X, Y = rng.normal(size=(4, sizes[0])), rng.random((4, sizes[-1]))
        layers, cost = drawn_layers(rng, sizes), partial(network_cost, X, Y)
        claimed = measured_slopes(cost, layers)
        part = claimed[wrong[0]][wrong[1]]
        part += abs(part).max() * rng.normal(size=part.shape)
        yield label, cost, layers, claimed


def measured_slopes(cost, layers):
    """Return a list of (dW, db), by the complex step."""
    slopes = [tuple(np.zeros_like(part) for part in pair) for pair in layers]
    for i, pair in enumerate(layers):
        for j, part in enumerate(pair):
            for at in np.ndindex(part.shape):
                moved = [[p.astype(complex) for p in pair] for pair in layers]
                moved[i][j][at] += 1e-30j
                slopes[i][j][at] = cost(moved).imag / 1e-30
    return slopes


def as_array(answer, cost, layers, claimed):
    """Return the errors in one array: they are compared with the largest."""
    found = answer(cost, layers, claimed)
    return None if found is None else np.array(found)


REFEREE = Exercise(
    name="referee/errors",
    title="All of it: a referee",
    statement="""
        Judge a gradient, array by array. Measure every slope, one parameter
        at a time, by the complex step or by central differences with
        $h = 10^{-5}$, as you like. Then give each array its error: the
        largest difference, divided by the array's largest measured slope. No
        array has nothing but slopes of 0 here.
    """,
    header='''
        def errors(cost, layers, claimed):
            """Return the errors of W1, b1, W2, b2 and so on, a list.

            cost : a function of such layers, which may be complex.
            layers, claimed : lists of (W, b) and of (dW, db).
            """
    ''',
    solution="""
        found = []
        for i, j in np.ndindex(len(layers), 2):
            measured = np.empty(layers[i][j].shape)
            for at in np.ndindex(measured.shape):
                moved = [[p.astype(complex) for p in pair] for pair in layers]
                moved[i][j][at] += 1e-30j
                measured[at] = cost(moved).imag / 1e-30
            difference = np.max(np.abs(claimed[i][j] - measured))
            found.append(difference / np.max(np.abs(measured)))
        return found
    """,
    rights=(
        """
        parts = [part.astype(float) for layer in layers for part in layer]
        claims = [claim for layer in claimed for claim in layer]
        found = []
        for k, part in enumerate(parts):
            slopes = []
            for row in np.eye(part.size):
                v = row.reshape(part.shape)
                costs = []
                for h in (1e-5, -1e-5):
                    moved = [*parts[:k], part + h * v, *parts[k + 1 :]]
                    costs.append(cost(list(zip(moved[::2], moved[1::2]))))
                slopes.append((costs[0] - costs[1]) / 2e-5)
            apart = claims[k].ravel() - slopes
            found.append(np.abs(apart).max() / np.abs(slopes).max())
        return found
        """,
        """
        def slope(i, j, at):
            v = np.zeros(layers[i][j].shape, complex)
            v[at] = 1e-20j
            pair = list(layers[i])
            pair[j] = pair[j] + v
            return cost([*layers[:i], pair, *layers[i + 1 :]]).imag / 1e-20

        found = []
        for i, pair in enumerate(claimed):
            for j, claim in enumerate(pair):
                measured = [slope(i, j, at) for at in np.ndindex(claim.shape)]
                apart = np.abs(claim.ravel() - measured).max()
                found.append(apart / np.abs(measured).max())
        return found
        """,
    ),
    wrongs=(
        Wrong(
            "compared with itself",
            "return [0.0 for layer in claimed for part in layer]",
            "Every error is 0, although some of these claims are wrong. A "
            "claim that is compared with itself always agrees: measure.",
        ),
        Wrong(
            "last layer left out",
            {"len(layers)": "len(layers) - 1"},
            "The last layer is never visited. A mistake there passes, and so "
            "does an answer that is not begun.",
        ),
        Wrong(
            "weights only",
            {"len(layers), 2": "len(layers), 1"},
            "The biases are never visited. They have slopes of their own.",
        ),
        Wrong(
            "not divided",
            {" / np.max(np.abs(measured))": ""},
            "These are absolute differences. Divide each by the largest "
            "measured slope of its array.",
        ),
        Wrong(
            "divided by the claim",
            {"np.max(np.abs(measured))": "np.max(np.abs(claimed[i][j]))"},
            "You divided by the largest *claim*. The claim is what is on "
            "trial; divide by what was measured.",
        ),
        Wrong(
            "divided by the network's largest",
            """
            found, largest = [], 0.0
            for i, j in np.ndindex(len(layers), 2):
                measured = np.empty(layers[i][j].shape)
                for at in np.ndindex(measured.shape):
                    moved = [[p.astype(complex) for p in P] for P in layers]
                    moved[i][j][at] += 1e-30j
                    measured[at] = cost(moved).imag / 1e-30
                largest = max(largest, np.abs(measured).max())
                found.append(np.max(np.abs(claimed[i][j] - measured)))
            return [difference / largest for difference in found]
            """,
            "You divided by the largest slope of the whole network. Then an "
            "array with small slopes hides behind one with large slopes.",
        ),
        Wrong(
            "mean difference",
            {"np.max(np.abs(claimed": "np.mean(np.abs(claimed"},
            "You took the mean difference of each array. One wrong slope of "
            "many hides in a mean; take the largest.",
        ),
        Wrong(
            "the cost of the old layers",
            {"cost(moved)": "cost(layers)"},
            "The cost is that of the layers before the move, so it does not "
            "change, and every measured slope is 0.",
        ),
        Wrong(
            "not moved back",
            {
                "        moved = [[p.astype(complex) for p in pair] "
                "for pair in layers]\n": "",
                "found = []": (
                    "found = []\n"
                    "moved = [[p.astype(complex) for p in P] for P in layers]"
                ),
            },
            "A parameter that has been moved stays moved while you measure "
            "the next, so each slope has the earlier ones in it.",
        ),
        Wrong(
            "first entry only",
            {
                "np.empty": "np.zeros",
                "in np.ndindex(measured.shape)": "in [(0, 0)[j:]]",
            },
            "You measured one slope of each array. The others count as 0.",
        ),
        Wrong(
            "one number",
            {"return found": "return max(found)"},
            "This is the largest error of all. Say it array by array: then a "
            "failure has a name.",
        ),
        Wrong(
            "in place",
            {
                "difference = np.max(np.abs(claimed[i][j] - measured))": (
                    "claim = claimed[i][j]\n"
                    "    claim -= measured\n"
                    "    difference = np.max(np.abs(claim))"
                )
            },
        ),
    ),
    hints=(
        "Three loops: the layers, the two arrays of each, the entries of an "
        "array. `np.ndindex(part.shape)` gives the entries' places.",
        "For each entry make new layers that differ from the old ones in "
        "that entry alone, by `1e-30j`, and ask for their cost.",
        "The slope is `cost(moved).imag / 1e-30`. Collect the slopes of an "
        "array, then compare with the claim.",
    ),
    cases=referee_cases,
    call=as_array,
    tolerance={"float64": 1e-6, "float32": 1e-3},
    equivalent=dict.fromkeys(
        (
            "difference = np.max(np.abs(measured - claimed[i][j]))",
            "apart = slopes - claims[k].ravel()",
            "apart = np.abs(measured - claim.ravel()).max()",
        ),
        "a distance is the same from both ends",
    ),
)


EXERCISES = [CLAIMED_SLOPE, CENTRAL, ANALYTIC, RELATIVE_ERROR, REFEREE]
