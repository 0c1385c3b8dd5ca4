"""Exercises of the chapter "Initialization and saturation": rows, spreads."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnlib.activations import relu_derivative, sigmoid, tanh, tanh_derivative
from nnlib.exercises.exercise import Exercise, Wrong

GLOROT_RANGE = Exercise(
    name="initialization/glorot-range",
    title="How wide to draw",
    statement=r"""
        Glorot's rule wants weights of variance $2/(\text{fan-in} +
        \text{fan-out})$. You draw them evenly, from $U(-r, r)$. What is $r$?
    """,
    header='''
        def glorot_range(fan_in, fan_out):
            """Return r, a positive number.

            fan_in, fan_out : the layer's sizes, integers.
            """
    ''',
    solution="return np.sqrt(6 / (fan_in + fan_out))",
    rights=(
        """
        variance = 2 / (fan_in + fan_out)
        return (3 * variance) ** 0.5
        """,
        "return 12**0.5 / np.hypot((2 * fan_in) ** 0.5, (2 * fan_out) ** 0.5)",
    ),
    wrongs=(
        Wrong("zeros", "return 0.0"),
        Wrong(
            "the spread",
            {"6 /": "2 /"},
            "This is the spread of the weights. An even draw from −r to r "
            "has a smaller spread than r: work out its variance.",
        ),
        Wrong(
            "no root",
            "return 6 / (fan_in + fan_out)",
            "This is r². The variance goes with the square of r.",
        ),
        Wrong(
            "the whole width",
            {"6 /": "24 /"},
            "This is the way from −r to r, which is 2r.",
        ),
        Wrong(
            "the mean forgotten",
            {"6 /": "3 /"},
            "Your variance is 1 over the *sum* of the two fans. Glorot's is 1 "
            "over their mean, which is twice as large.",
        ),
        Wrong(
            "the fan-in alone",
            "return np.sqrt(3 / fan_in)",
            "That is LeCun's rule, which looks at the way up alone. Only in "
            "a square layer is it Glorot's.",
        ),
        Wrong(
            "the fan-out alone",
            "return np.sqrt(3 / fan_out)",
            "You used the fan-out alone. That keeps the deltas, and lets the "
            "sums go where they like.",
        ),
        Wrong(
            "He's variance",
            "return np.sqrt(6 / fan_in)",
            "Your variance is two over the fan-in. That is He's, for ReLUs.",
        ),
        Wrong(
            "one over the root",
            "return 1 / np.sqrt(fan_in)",
            "U(−1, 1) over the root of the fan-in has a variance of a third "
            "of LeCun's, and the fan-out is not in it at all.",
        ),
        Wrong(
            "the product of the fans",
            "return np.sqrt(3 / np.sqrt(fan_in * fan_out))",
            "You took the geometric mean of the fans. Glorot's rule has "
            "their plain mean.",
        ),
    ),
    hints=(
        "What is the variance of $U(-1, 1)$? And of $r$ times it?",
        "It is $r^2/3$. Put that equal to two over the sum of the fans.",
    ),
    cases=lambda rng: [
        ("784 and 100", 784, 100),
        ("one input", 1, 5),
        ("one unit", 6, 1),
        ("a square layer", 64, 64),
    ],
)


VARIANCE = Exercise(
    name="initialization/variance-of-sums",
    title="How far the sums will spread",
    statement=r"""
        Equation {eq}`eq-init-forward`: before a single weight is drawn, how
        large is $\operatorname{Var} z$ for each sample? The weights and the
        biases have mean 0, and their variances are given.
    """,
    header='''
        def variance_of_sums(A, var_w, var_b):
            """Return Var z for each sample, (n,).

            A : (n, d), what comes into the layer, a sample in each row.
            var_w, var_b : numbers.
            """
    ''',
    solution="return A.shape[1] * var_w * np.mean(A**2, axis=1) + var_b",
    rights=(
        "return var_w * np.sum(A * A, axis=1) + var_b",
        """
        found = np.full(len(A), var_b)
        for i, a in enumerate(A):
            found[i] += (a @ a) * var_w
        return found
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros(len(A))"),
        Wrong(
            "variance of the inputs",
            {"np.mean(A**2, axis=1)": "A.var(axis=1)"},
            "You took the mean off the inputs first. But they stand still "
            "while the weights are drawn, and each makes its term larger by "
            "all that it is, not by how far it is from the others.",
        ),
        Wrong(
            "no fan-in",
            {"A.shape[1] * ": ""},
            "This is what one term adds, on average. A sum has as many terms "
            "as there are inputs.",
        ),
        Wrong(
            "the wrong d",
            {"A.shape[1]": "len(A)"},
            "You multiplied by the number of samples. The terms of a sum are "
            "the inputs, which are the columns.",
        ),
        Wrong(
            "not squared",
            {"A**2": "A"},
            "A constant factor comes out of a variance *squared*.",
        ),
        Wrong(
            "the sum squared",
            "return var_w * np.sum(A, axis=1) ** 2 + var_b",
            "You squared the sum of the inputs. The terms vary independently, "
            "so it is their squares that add up.",
        ),
        Wrong(
            "one number for all samples",
            {", axis=1": ""},
            "This is the mean over the samples. Each sample has inputs of "
            "its own, and a variance of its own.",
        ),
        Wrong(
            "a number for each input",
            {"axis=1": "axis=0"},
            "You took the mean over the samples. It is over the inputs of "
            "one sample, which are its row.",
        ),
        Wrong(
            "no bias",
            {" + var_b": ""},
            "The biases vary as well, and their variance is added.",
        ),
        Wrong(
            "a bias in every term",
            "return A.shape[1] * (var_w * np.mean(A**2, axis=1) + var_b)",
            "You counted the bias once for each input. A sum has one.",
        ),
        Wrong(
            "the spread",
            """
            return np.sqrt(
                A.shape[1] * var_w * np.mean(A**2, axis=1) + var_b
            )
            """,
            "This is the spread, the root of what is asked for.",
        ),
        Wrong(
            "variances squared",
            {"var_w": "var_w**2", "var_b": "var_b**2"},
            "You squared the variances. They are squares already.",
        ),
        Wrong(
            "in place",
            """
            A *= A
            return var_w * A.sum(axis=1) + var_b
            """,
        ),
    ),
    hints=(
        "For one sample: $z = \\sum_k w_k a_k + b$. Which of these letters "
        "are random?",
        "Variances of independent terms add up, and the variance of $w a$ is "
        "$a^2$ times that of $w$.",
    ),
    cases=lambda rng: [
        ("7 samples", rng.normal(size=(7, 4)) + 0.5, 0.25, 0.3),
        ("one sample", rng.random((1, 5)), 1.5, 2.0),
        ("no biases", rng.normal(size=(3, 6)), 0.3, 0.0),
        ("all sizes equal", rng.random((3, 3)), 0.5, 1.25),
    ],
)


CHI = Exercise(
    name="initialization/chi",
    title="The factor to remember",
    statement=r"""
        Equation {eq}`eq-init-backward`: by which factor $\chi$ does a hidden
        layer multiply the variance of the deltas on their way down?
        `Z` has a row for each sample; the bar is a mean over all of it.
    """,
    header='''
        def chi(Z, slope, d_next, var_w):
            """Return the factor, one number.

            Z : (n, d), the layer's pre-activations.
            slope : the function f', which takes pre-activations.
            d_next : the number of units above.
            var_w : the variance of the weights between the two layers.
            """
    ''',
    solution="return d_next * var_w * np.mean(slope(Z) ** 2)",
    rights=(
        """
        s = slope(Z).ravel()
        return (s @ s) / s.size * var_w * d_next
        """,
        """
        spread = np.linalg.norm(slope(Z)) / np.sqrt(Z.size)
        return var_w * (d_next**0.5 * spread) ** 2
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0.0"),
        Wrong(
            "mean, then square",
            {"np.mean(slope(Z) ** 2)": "np.mean(slope(Z)) ** 2"},
            "You squared the mean slope. Each slope is squared first; where "
            "a few are large and most are near 0 that is far more.",
        ),
        Wrong(
            "not squared",
            {"slope(Z) ** 2": "slope(Z)"},
            "The slopes are not squared. χ multiplies a variance.",
        ),
        Wrong(
            "units of its own layer",
            {"d_next": "Z.shape[1]"},
            "You counted the units of the layer itself. On the way down a "
            "unit hears from the units *above* it.",
        ),
        Wrong(
            "no units",
            {"d_next * ": ""},
            "The number of units above is missing: that many terms are "
            "added up.",
        ),
        Wrong(
            "no weights",
            {" * var_w": ""},
            "The weights are missing. Small slopes do not make χ small if "
            "the weights are large.",
        ),
        Wrong(
            "slopes alone",
            {"d_next * var_w * ": ""},
            "This is what the slopes let through. χ is the product of slopes "
            "*and* weights, and the weights can make up for small slopes.",
        ),
        Wrong(
            "the spread",
            "return np.sqrt(d_next * var_w * np.mean(slope(Z) ** 2))",
            "This is the factor of the spread, the root of χ.",
        ),
        Wrong(
            "variance of the slopes",
            {"np.mean(slope(Z) ** 2)": "np.var(slope(Z))"},
            "You took the mean slope off. What is asked for is the mean of "
            "the squares themselves.",
        ),
        Wrong(
            "slope at the activation",
            {"slope(Z)": "slope(np.tanh(Z))"},
            "`slope` takes pre-activations. You gave it activations.",
        ),
        Wrong(
            "the sum",
            {"np.mean": "np.sum"},
            "The bar is a mean over samples and units. You took the sum.",
        ),
        Wrong(
            "the factor on the way up",
            {"slope(Z) ** 2": "Z**2"},
            "You took the sums where the slopes belong. What multiplies a "
            "delta is the slope of the activation.",
        ),
        Wrong(
            "in place",
            """
            Z[...] = slope(Z)
            return d_next * var_w * np.mean(Z**2)
            """,
        ),
    ),
    hints=(
        "A unit hears from `d_next` units, through weights of variance "
        "`var_w`. Then comes its own slope.",
        "A factor comes out of a variance squared, so it is the mean of the "
        "*squared* slopes that counts.",
    ),
    cases=lambda rng: [
        (
            "7 samples, tanh",
            2 * rng.normal(size=(7, 4)),
            tanh_derivative,
            3,
            0.5,
        ),
        ("one sample", rng.normal(size=(1, 5)), tanh_derivative, 2, 1.5),
        ("ReLU", rng.normal(size=(6, 3)) - 0.3, relu_derivative, 4, 0.75),
        (
            "a square layer, saturated",
            5 * rng.normal(size=(3, 3)),
            tanh_derivative,
            3,
            2.0,
        ),
    ],
)


LEAKY_START = Exercise(
    name="initialization/leaky-start",
    title="One rule for three activations",
    statement=r"""
        A leaky ReLU has slope 1 on the right and slope $s$ on the left. With
        $s = 0$ it is the ReLU, with $s = 1$ it does nothing. Draw a layer
        whose spread of $z$ is that of the layer below, whatever $s$ is: for
        $s = 0$ that is He's start, for $s = 1$ LeCun's. `W` is kept the other
        way around here, a *row* for each unit.
    """,
    header='''
        def leaky_start(fan_in, fan_out, s, rng):
            """Return (W, b), of shapes (fan_out, fan_in) and (fan_out,).

            s : the slope on the left, a number.
            rng : a generator; draw rng.standard_normal((fan_out, fan_in)),
                once. The biases are 0 and not drawn.
            """
    ''',
    solution="""
        W = rng.standard_normal((fan_out, fan_in))
        W = W * np.sqrt(2 / ((1 + s**2) * fan_in))
        return W, np.zeros(fan_out)
    """,
    rights=(
        """
        kept = (1 + s * s) / 2
        W = rng.standard_normal((fan_out, fan_in))
        return W / (fan_in * kept) ** 0.5, np.full(fan_out, 0.0)
        """,
        """
        rows = rng.standard_normal((fan_out, fan_in)) / np.hypot(1, s)
        per_input = 0.5 * rows.shape[1]
        return rows * per_input**-0.5, np.zeros(len(rows))
        """,
    ),
    wrongs=(
        Wrong(
            "all zeros",
            "return np.zeros((fan_out, fan_in)), np.zeros(fan_out)",
            "All of it is zero. Then all units of a layer are the same unit, "
            "at every step.",
        ),
        Wrong(
            "the fan-out",
            {"* fan_in)": "* fan_out)"},
            "You divided by the fan-out. Kept this way around, `W.shape[0]` "
            "is the number of units; what makes a sum large is the number of "
            "its terms.",
        ),
        Wrong(
            "He's, whatever the slope",
            {"((1 + s**2) * fan_in)": "fan_in"},
            "That is He's start, right for s = 0 alone. A leaky ReLU lets "
            "some of the other half through, too.",
        ),
        Wrong(
            "LeCun's, whatever the slope",
            {"2 / ((1 + s**2) * fan_in)": "1 / fan_in"},
            "That is LeCun's start, right for s = 1 alone. The left half "
            "comes through weakened, and the weights have to make up for it.",
        ),
        Wrong(
            "slope not squared",
            {"s**2": "s"},
            "A slope of s leaves s² of a square. With 0 and with 1 that is "
            "the same, and between them it is not.",
        ),
        Wrong(
            "the mean slope squared",
            {"2 / ((1 + s**2) * fan_in)": "4 / ((1 + s) ** 2 * fan_in)"},
            "You squared the mean slope. What is left of the squares is the "
            "mean of the squared slopes.",
        ),
        Wrong(
            "upside down",
            {"2 / ((1 + s**2) * fan_in)": "(1 + s**2) / (2 * fan_in)"},
            "The more the activation takes away, the *larger* the weights "
            "have to be. Yours are smallest for the ReLU.",
        ),
        Wrong(
            "no root",
            {
                "np.sqrt(2 / ((1 + s**2) * fan_in))": (
                    "2 / ((1 + s**2) * fan_in)"
                )
            },
            "You multiplied by the variance. A factor in front counts twice, "
            "so it has to be the root.",
        ),
        Wrong(
            "a seed of its own",
            {"W = rng.standard": "W = np.random.default_rng(1).standard"},
            "You draw from a generator of your own, whose seed is always the "
            "same. Ten starts would be one start: use `rng`.",
        ),
        Wrong(
            "biases drawn",
            {"np.zeros(fan_out)": "rng.standard_normal(fan_out)"},
            "Your biases are drawn. They add a variance of their own, and "
            "then the spread is not kept.",
        ),
        Wrong(
            "drawn the other way around",
            {"(fan_out, fan_in))": "(fan_in, fan_out)).T"},
            "The shape is right, and the draws have gone to other places: "
            "you drew (fan_in, fan_out) and turned it. Draw the shape that "
            "is asked for.",
        ),
        Wrong(
            "drawn evenly",
            {"rng.standard_normal((": "rng.uniform(-1, 1, ("},
            "You drew from U(−1, 1), whose variance is a third.",
        ),
    ),
    hints=(
        "Half of the sums are below 0. What is left of the mean of $z^2$, "
        "once they are multiplied by $s$?",
        r"$\overline{a^2} = \tfrac12 (1 + s^2) \operatorname{Var} z$. Choose "
        r"$\operatorname{Var} w$ so that "
        r"$d \operatorname{Var} w\,\overline{a^2}$ is $\operatorname{Var} z$.",
    ),
    cases=lambda rng: [
        ("a slope of 0.1", 6, 4, 0.1, 5),
        ("ReLU", 5, 3, 0.0, 6),
        ("the identity", 4, 7, 1.0, 7),
        ("one unit, a slope of 0.5", 5, 1, 0.5, 8),
        ("a square layer", 3, 3, 0.3, 9),
    ],
    call=lambda start, fan_in, fan_out, s, seed: start(
        fan_in, fan_out, s, np.random.default_rng(seed)
    ),
)


def start_cases(rng):
    """Yield layers, X and f."""
    for label, n, sizes, f in (
        ("7 samples, tanh", 7, [4, 5, 3, 2], tanh),
        ("two samples, sigmoid", 2, [3, 4, 2], sigmoid),
        ("all sizes equal", 3, [3, 3, 3, 3], sigmoid),
        ("no hidden layer", 4, [3, 2], tanh),
    ):
        layers = [
            (rng.normal(size=(i, o)), np.zeros(o)) for i, o in pairwise(sizes)
        ]
        yield label, layers, rng.random((n, sizes[0])) + 0.2, f


UNIT_BY_UNIT = Exercise(
    name="initialization/unit-by-unit",
    title="All of it: a start that the data set",
    statement=r"""
        In the exercise above, a layer was divided by the spread of all its
        sums, and with sigmoids nearly all of that spread was alike for all
        samples. Do it for **each unit by itself**. Go up layer by layer, and
        give every hidden unit the weights and the bias with which its
        $z$ has mean 0 and standard deviation 1 *over the samples*: divide its
        weights, and put its mean to rights with its bias. The last layer
        stays as it is. The biases you are handed are all 0.
    """,
    header='''
        def from_data(layers, X, f):
            """Return the new layers, a list of (W, b).

            layers : list of (W, b), (d_in, d) and (d,), b all zeros.
            X : (n, d_0), a sample in each row.
            f : the hidden activation, a function of an array.
            """
    ''',
    solution="""
        A, new = X, []
        for W, b in layers[:-1]:
            Z = A @ W
            W, b = W / Z.std(axis=0), -Z.mean(axis=0) / Z.std(axis=0)
            new.append((W, b))
            A = f(A @ W + b)
        return [*new, layers[-1]]
    """,
    rights=(
        """
        if len(layers) == 1:
            return list(layers)
        (W, _), *above = layers
        middle = X.mean(axis=0)
        spread = np.sqrt((((X - middle) @ W) ** 2).mean(axis=0))
        W = W / spread
        return [(W, -middle @ W), *from_data(above, f((X - middle) @ W), f)]
        """,
        """
        new, A = list(layers), X
        for l in range(len(layers) - 1):
            W, b = layers[l][0].copy(), layers[l][1].copy()
            for j in range(len(b)):
                z = A @ W[:, j]
                W[:, j] /= z.std()
                b[j] = -np.mean(A @ W[:, j])
            new[l], A = (W, b), f(A @ W + b)
        return new
        """,
    ),
    wrongs=(
        Wrong(
            "the whole layer at once",
            """
            A, new = X, []
            for W, b in layers[:-1]:
                Z = A @ W
                W, b = W / Z.std(), b - Z.mean() / Z.std()
                new.append((W, b))
                A = f(A @ W + b)
            return [*new, layers[-1]]
            """,
            "You took one spread and one mean for the whole layer. Then "
            "units may still say the same to all samples: take the samples "
            "of each unit by themselves, along the rows.",
        ),
        Wrong(
            "the wrong axis",
            {"W / Z.std(axis=0)": "W / Z.std(axis=1)"},
            "You took the spread over the units of a sample. It is a unit's "
            "spread over the samples, which are the rows.",
        ),
        Wrong(
            "biases left at zero",
            {"-Z.mean(axis=0) / Z.std(axis=0)": "b"},
            "The spreads are right and the means are not 0: the biases are "
            "still zeros.",
        ),
        Wrong(
            "biases not divided",
            {"-Z.mean(axis=0) / Z.std(axis=0)": "-Z.mean(axis=0)"},
            "The mean changes with the weights: once they are divided by the "
            "spread, so is it.",
        ),
        Wrong(
            "sign of the biases",
            {"-Z.mean": "Z.mean"},
            "Your biases double the mean instead of taking it off.",
        ),
        Wrong(
            "n minus 1",
            {
                "W / Z.std(axis=0)": "W / Z.std(axis=0, ddof=1)",
                "/ Z.std(axis=0)\n": "/ Z.std(axis=0, ddof=1)\n",
            },
            "You divided by n − 1 in the variance. These samples are all "
            "there is to it: with the plain mean of the squares their spread "
            "is 1.",
        ),
        Wrong(
            "the variance",
            "A, new = X, []\n"
            "for W, b in layers[:-1]:\n"
            "    Z = A @ W\n"
            "    W, b = W / Z.var(axis=0), -Z.mean(axis=0) / Z.var(axis=0)\n"
            "    new.append((W, b))\n"
            "    A = f(A @ W + b)\n"
            "return [*new, layers[-1]]",
            "You divided by the variance. A sum that is divided by its "
            "standard deviation has a standard deviation of 1.",
        ),
        Wrong(
            "the root of the mean square",
            "A, new = X, []\n"
            "for W, b in layers[:-1]:\n"
            "    Z = A @ W\n"
            "    s = np.sqrt(np.mean(Z**2, axis=0))\n"
            "    W, b = W / s, -Z.mean(axis=0) / s\n"
            "    new.append((W, b))\n"
            "    A = f(A @ W + b)\n"
            "return [*new, layers[-1]]",
            "Your spread still has the mean in it. Once the bias takes the "
            "mean off, what is left is less than 1.",
        ),
        Wrong(
            "all layers from the old ones",
            """
            A, new = X, []
            for W, b in layers[:-1]:
                Z = A @ W
                s = Z.std(axis=0)
                new.append((W / s, -Z.mean(axis=0) / s))
                A = f(Z)
            return [*new, layers[-1]]
            """,
            "You went up through the old layers. A layer has to be measured "
            "on what the *new* layers below hand up.",
        ),
        Wrong(
            "no activation",
            {"f(A @ W + b)": "A @ W + b"},
            "You handed the sums on without their activation.",
        ),
        Wrong(
            "the last layer, too",
            {"layers[:-1]": "layers", "[*new, layers[-1]]": "new"},
            "The last layer has changed as well. It was to stay.",
        ),
        Wrong(
            "first layer only",
            {"[*new, layers[-1]]": "[*new[:1], *layers[len(new[:1]) :]]"},
            "Only the first layer has changed. Every hidden layer has a "
            "spread to put right.",
        ),
        Wrong(
            "in place",
            """
            A = X
            for W, b in layers[:-1]:
                Z = A @ W
                W /= Z.std(axis=0)
                b -= Z.mean(axis=0) / Z.std(axis=0)
                A = f(A @ W + b)
            return list(layers)
            """,
            "Your numbers are right, but `W /= ...` writes into the arrays "
            "you were handed. `W = W / ...` makes new ones.",
        ),
    ),
    hints=(
        "`Z = A @ W` has a column for each unit. Its mean and its standard "
        "deviation are taken along the samples.",
        "Divide the weights by the standard deviation. What is the mean of "
        "z then, and which bias takes it off?",
        "Hand up what the *new* layer says: `f(A @ W + b)` with the new W "
        "and b.",
    ),
    cases=start_cases,
    equivalent={
        "spread = np.sqrt((((middle - X) @ W) ** 2).mean(axis=0))": (
            "the sign is squared away"
        ),
    },
)


EXERCISES = [GLOROT_RANGE, VARIANCE, CHI, LEAKY_START, UNIT_BY_UNIT]
