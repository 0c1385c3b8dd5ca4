"""Exercises of the chapter "A dictionary per layer": rows, keyed by layer."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.exercises.exercise import Exercise, Wrong

KEYS = Exercise(
    name="layer-dict/keys",
    title="Which key holds what",
    statement="""
        The input is layer 1. Weights and biases lie under the layer that they
        *leave*, sums and activations under the layer that they *reach*, and
        the input is an activation. Say for each of the four dictionaries which
        keys it has, and the shape under each.
    """,
    header='''
        def shapes(sizes, n):
            """Return {"w": {...}, "b": {...}, "z": {...}, "a": {...}}.

            Each of the four is {key: shape}, a shape a tuple of ints.

            sizes : list of ints, the inputs first, such as [64, 15, 10].
            n : how many rows the batch has.
            """
    ''',
    solution="""
        last = len(sizes)
        w = {i: (sizes[i - 1], sizes[i]) for i in range(1, last)}
        b = {i: (sizes[i],) for i in range(1, last)}
        a = {i: (n, sizes[i - 1]) for i in range(1, last + 1)}
        z = {i: (n, sizes[i - 1]) for i in range(2, last + 1)}
        return {"w": w, "b": b, "z": z, "a": a}
    """,
    rights=(
        """
        found = {"w": {}, "b": {}, "z": {}, "a": {1: (n, sizes[0])}}
        for i, (d_in, d_out) in enumerate(zip(sizes, sizes[1:]), start=1):
            found["w"][i], found["b"][i] = (d_in, d_out), (d_out,)
            found["z"][i + 1] = found["a"][i + 1] = (n, d_out)
        return found
        """,
        """
        a = dict(enumerate([(n, d) for d in sizes], 1))
        z = {i: shape for i, shape in a.items() if i != 1}
        w = {i - 1: (a[i - 1][1], a[i][1]) for i in z}
        b = {i - 1: z[i][1:] for i in z}
        return dict(w=w, b=b, z=z, a=a)
        """,
    ),
    wrongs=(
        Wrong(
            "sums under the layer they leave",
            {
                "z = {i: (n, sizes[i - 1]) for i in range(2, last + 1)}": (
                    "z = {i: (n, sizes[i]) for i in range(1, last)}"
                )
            },
            "Your sums have the keys of the weights. A sum lies under the "
            "layer that it *reaches*: `w[1]` leads to `z[2]`.",
        ),
        Wrong(
            "weights under the layer they reach",
            """
            last = len(sizes)
            w = {i: (sizes[i - 2], sizes[i - 1]) for i in range(2, last + 1)}
            b = {i: (sizes[i - 1],) for i in range(2, last + 1)}
            a = {i: (n, sizes[i - 1]) for i in range(1, last + 1)}
            z = {i: (n, sizes[i - 1]) for i in range(2, last + 1)}
            return {"w": w, "b": b, "z": z, "a": a}
            """,
            "Your weights and biases lie under the layer that they reach. "
            "Here they lie under the one that they leave.",
        ),
        Wrong(
            "layers from 0",
            """
            last = len(sizes) - 1
            w = {i: (sizes[i], sizes[i + 1]) for i in range(last)}
            b = {i: (sizes[i + 1],) for i in range(last)}
            a = {i: (n, sizes[i]) for i in range(last + 1)}
            z = {i: (n, sizes[i]) for i in range(1, last + 1)}
            return {"w": w, "b": b, "z": z, "a": a}
            """,
            "Your input is layer 0, as in the book's formulas. In this design "
            "it is layer 1.",
        ),
        Wrong(
            "sums of the input",
            {"range(2, last + 1)": "range(1, last + 1)"},
            "You have a `z[1]`. The input has not been summed up from "
            "anything.",
        ),
        Wrong(
            "input left out",
            {"for i in range(1, last + 1)": "for i in range(2, last + 1)"},
            "There is no `a[1]`. The input counts as an activation, so that "
            "the first layer finds it like all others.",
        ),
        Wrong(
            "output left out",
            """
            last = len(sizes)
            w = {i: (sizes[i - 1], sizes[i]) for i in range(1, last)}
            b = {i: (sizes[i],) for i in range(1, last)}
            a = {i: (n, sizes[i - 1]) for i in range(1, last)}
            z = {i: (n, sizes[i - 1]) for i in range(2, last)}
            return {"w": w, "b": b, "z": z, "a": a}
            """,
            "The output layer is missing from the sums and the activations: "
            "`range` stops before its end.",
        ),
        Wrong(
            "weights transposed",
            {"(sizes[i - 1], sizes[i])": "(sizes[i], sizes[i - 1])"},
            "Your weights are transposed. They have a row for each number "
            "that comes in, and a column for each unit.",
        ),
        Wrong(
            "batch in columns",
            """
            last = len(sizes)
            w = {i: (sizes[i - 1], sizes[i]) for i in range(1, last)}
            b = {i: (sizes[i],) for i in range(1, last)}
            a = {i: (sizes[i - 1], n) for i in range(1, last + 1)}
            z = {i: (sizes[i - 1], n) for i in range(2, last + 1)}
            return {"w": w, "b": b, "z": z, "a": a}
            """,
            "Your examples are columns. In this design they are rows.",
        ),
        Wrong(
            "biases as wide as the layer they leave",
            {"(sizes[i],)": "(sizes[i - 1],)"},
            "Your biases have the size of the layer that they leave. They "
            "are stored under its key, and are added in the next layer.",
        ),
        Wrong(
            "biases as rows",
            {"(sizes[i],)": "(1, sizes[i])"},
            "Your biases are matrices of a single row. In this design they "
            "have one axis.",
        ),
    ),
    hints=(
        "Write `z[i + 1] = a[i] @ w[i] + b[i]` down for the first and for "
        "the last layer. Which keys occur?",
        "`w` and `b` have the keys 1 to L − 1, with L layers; `a` has 1 to "
        "L, and `z` has 2 to L. `range` stops before its end.",
    ),
    cases=lambda rng: [
        ("three layers", [64, 15, 10], 20),
        ("five layers", [7, 5, 6, 4, 3], 8),
        ("no hidden layer", [4, 2], 5),
        ("one example", [3, 4, 2], 1),
    ],
)


RELU = Exercise(
    name="layer-dict/relu",
    title="ReLU in arrays of its own",
    statement="""
        What a ReLU makes of $z$, and its slope there, 0 at $z = 0$. The way
        back needs `z`, so leave it as it is, and return two new arrays.
    """,
    header='''
        def relu_and_slope(z):
            """Return (a, slope), both shaped like z.

            z : (n, d), the sums of a layer.
            """
    ''',
    solution="return np.maximum(z, 0), (z > 0).astype(float)",
    rights=(
        "return (z + abs(z)) / 2, np.heaviside(z, 0)",
        """
        a, slope = np.zeros(z.shape), np.zeros(z.shape)
        on = z > 0
        a[on], slope[on] = z[on], 1
        return a, slope
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * z, 0 * z"),
        Wrong(
            "one array for both",
            """
            z[z < 0] = 0
            a = z
            z[z > 0] = 1
            return a, z
            """,
            "Your two arrays are one. What you write into `z` for the slope "
            "you write into the activations as well: zeros and ones.",
        ),
        Wrong(
            "slope 1 at 0",
            {"z > 0": "z >= 0"},
            "At z = 0 your slope is 1. Here it is 0 there.",
        ),
        Wrong(
            "slope of a half at 0",
            {"(z > 0).astype(float)": "np.heaviside(z, 0.5)"},
            "At z = 0 your slope is ½, between the two. Here it is 0 there.",
        ),
        Wrong(
            "slope the other way",
            {"z > 0": "z <= 0"},
            "Your slope is 1 where the ReLU says 0. There it is flat.",
        ),
        Wrong(
            "slope is a",
            "return np.maximum(z, 0), np.maximum(z, 0)",
            "Your slope is the activation. Where z is positive, the ReLU "
            "hands it on as it is, and the slope of that is 1.",
        ),
        Wrong(
            "slope is a sign",
            {"(z > 0).astype(float)": "np.sign(z)"},
            "Your slope is −1 where z is negative. The ReLU is flat there.",
        ),
        Wrong(
            "absolute value",
            {"np.maximum(z, 0)": "abs(z)"},
            "Your activation is the absolute value. A ReLU says 0 to what is "
            "negative.",
        ),
        Wrong(
            "minimum",
            {"np.maximum": "np.minimum"},
            "You kept what is negative. A ReLU keeps what is positive.",
        ),
        Wrong(
            "leaky",
            "return np.where(z > 0, z, 0.01 * z), np.where(z > 0, 1, 0.01)",
            "This is a leaky ReLU. A plain one says 0 to what is negative.",
        ),
        Wrong(
            "one slope for all",
            {"(z > 0).astype(float)": "np.full(z.shape, 1.0 * np.any(z > 0))"},
            "All entries have one slope. Each has its own.",
        ),
        Wrong(
            "in place",
            """
            slope = (z > 0).astype(float)
            z[z < 0] = 0
            return z, slope
            """,
            "Your numbers are right, and the caller's `z` is gone: it is the "
            "same array as `a` now. A ReLU survives this, since its slope is "
            "the same at z and at a; with tanh it would be wrong.",
        ),
    ),
    hints=(
        "`np.maximum` makes a new array. `z[z < 0] = 0` does not.",
        "The slope is a comparison, turned into numbers.",
    ),
    cases=lambda rng: [
        ("7 rows", rng.normal(size=(7, 4))),
        ("zeros among them", np.array([[0.0, -1.0, 2.0], [3.0, 0.0, -4.0]])),
        ("one row", np.array([[-2.0, 0.5, 0.0]])),
        ("large numbers", 1e4 * rng.normal(size=(3, 3))),
    ],
)


def answer_cases(rng):
    """Yield labels, answers and the number of classes."""
    labels = np.arange(30) % 4
    mistaken = np.where(
        rng.random(30) < 0.3, (labels * labels + 1) % 4, labels
    )
    yield "30 pictures", labels, mistaken, 4
    yield "a digit never answered", labels[:9], np.minimum(labels[:9], 2), 4
    swapped = np.array([0, 0, 1, 0, 0, 1])
    yield (
        "a class that is nowhere",
        swapped,
        1 - swapped * 0 - swapped[::-1],
        3,
    )
    yield "one hit each", np.array([2, 0, 1]), np.array([2, 0, 0]), 3
    yield "one picture", np.array([1]), np.array([1]), 2


REPORT = Exercise(
    name="layer-dict/report",
    title="The report, row for row",
    statement="""
        The scores of the post's report, for every digit: *precision*, the
        share of the answers "0" that were zeros; *recall*, the share of the
        zeros that were answered "0"; and *F1*, the harmonic mean of the two.
        Where there is nothing to divide by, a score is 0.
    """,
    header='''
        def report(labels, answers, k):
            """Return (precision, recall, F1), three arrays (k,).

            labels : (n,), the right digits, whole numbers from 0 to k - 1.
            answers : (n,), what the network says, numbers of this kind too.
            """
    ''',
    solution="""
        digit = np.arange(k)[:, None]
        said, true = answers == digit, labels == digit
        hits = (said & true).sum(axis=1)
        n_said, n_true = said.sum(axis=1), true.sum(axis=1)
        precision = hits / np.maximum(n_said, 1)
        recall = hits / np.maximum(n_true, 1)
        return precision, recall, 2 * hits / np.maximum(n_said + n_true, 1)
    """,
    rights=(
        """
        scores = np.zeros((3, k))
        for j in range(k):
            said, true = np.sum(answers == j), np.sum(labels == j)
            hits = np.sum((answers == j) & (labels == j))
            if hits:
                p, r = hits / said, hits / true
                scores[:, j] = p, r, 2 * p * r / (p + r)
        return scores[0], scores[1], scores[2]
        """,
        """
        table = np.bincount(k * labels + answers, minlength=k * k)
        table = table.reshape(k, k)
        hits = np.diag(table)

        def share(whole):
            return hits / np.where(whole > 0, whole, 1)

        said, true = table.sum(axis=0), table.sum(axis=1)
        return share(said), share(true), share((said + true) / 2)
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros(k), np.zeros(k), np.zeros(k)"),
        Wrong(
            "precision and recall swapped",
            {"return precision, recall": "return recall, precision"},
            "Precision and recall are swapped. Precision looks at the "
            "answers: of all that were called a 0, how many were one?",
        ),
        Wrong(
            "nothing to divide by",
            """
            with np.errstate(all="ignore"):
                digit = np.arange(k)[:, None]
                said, true = answers == digit, labels == digit
                hits = (said & true).sum(axis=1)
                p, r = hits / said.sum(axis=1), hits / true.sum(axis=1)
                return p, r, 2 * p * r / (p + r)
            """,
            "A digit that is never answered, or not there, gives NaN. Let "
            "such scores be 0.",
        ),
        Wrong(
            "plain mean",
            {
                "2 * hits / np.maximum(n_said + n_true, 1)": (
                    "(precision + recall) / 2"
                )
            },
            "Your F1 is the plain mean. The harmonic mean leans toward the "
            "smaller of the two.",
        ),
        Wrong(
            "product",
            {
                "2 * hits / np.maximum(n_said + n_true, 1)": (
                    "precision * recall"
                )
            },
            "Your F1 is the product. The harmonic mean is twice the product, "
            "over the sum.",
        ),
        Wrong(
            "harmonic mean without the 2",
            {"2 * hits": "hits"},
            "Your F1 is half as large as it should be: a digit without a "
            "mistake has an F1 of 1.",
        ),
        Wrong(
            "geometric mean",
            {
                "2 * hits / np.maximum(n_said + n_true, 1)": (
                    "np.sqrt(precision * recall)"
                )
            },
            "Your F1 is the geometric mean, the root of the product.",
        ),
        Wrong(
            "share of all pictures",
            """
            digit = np.arange(k)[:, None]
            said, true = answers == digit, labels == digit
            hits = (said & true).sum(axis=1) / len(labels)
            return hits, hits, hits
            """,
            "You divide by all pictures. Precision divides by the answers "
            "that named this digit, recall by the pictures of it.",
        ),
        Wrong(
            "right about the digit or not",
            """
            digit = np.arange(k)[:, None]
            share = ((answers == digit) == (labels == digit)).mean(axis=1)
            return share, share, share
            """,
            "You count a picture as right if neither it nor the answer is "
            "this digit. Most pictures are not, so that looks well and says "
            "little.",
        ),
        Wrong(
            "counts",
            {
                "hits / np.maximum(n_said, 1)": "1.0 * hits",
                "hits / np.maximum(n_true, 1)": "1.0 * hits",
            },
            "Your first two are counts. Shares are asked for.",
        ),
        Wrong(
            "mean over the digits",
            {
                "return precision, recall, 2 * hits / np.maximum(n_said + "
                "n_true, 1)": (
                    "F1 = 2 * hits / np.maximum(n_said + n_true, 1)\n"
                    "return precision.mean(), recall.mean(), F1.mean()"
                )
            },
            "You took the mean over the digits. The report has a row for "
            "each; the mean would hide a digit that is never answered.",
        ),
    ),
    hints=(
        "For each digit, three counts: how often it was answered, how often "
        "it was there, and how often both.",
        "Precision is both over answered, recall both over there. With those "
        "two written out, F1 is twice both, over answered plus there.",
        "A count of 0 below the line can be made 1: above it is 0 then.",
    ),
    cases=answer_cases,
    equivalent={
        "return (precision, recall, 2 * hits / "
        "np.maximum(n_said + n_true, 2))": (
            "a digit that is answered or there once has no hits"
        ),
        "return hits / np.where(whole > 0, whole, 2)": (
            "it divides no hits, whatever it is"
        ),
        "return hits / np.where(whole > 1, whole, 1)": ("1 in the place of 1"),
    },
)


NAMES = ("tanh", "relu", "sigmoid")


def network_cases(rng):
    """Yield x, w, b, the layers' names, and whether keys come backward."""
    for label, n, sizes, names, backward in (
        ("three layers", 7, [4, 5, 3], ["relu", "sigmoid"], False),
        ("four layers", 5, [3, 6, 4, 2], ["tanh", "relu", "sigmoid"], False),
        ("one row", 1, [3, 4, 2], ["tanh", "sigmoid"], False),
        ("square layers", 4, [3, 3, 3], ["relu", "sigmoid"], False),
        ("keys from the back", 3, [3, 3, 3, 3], NAMES, True),
    ):
        pairs = list(enumerate(pairwise(sizes), start=1))
        w = {i: rng.normal(size=pair) for i, pair in pairs}
        b = {i: rng.normal(size=pair[1]) for i, pair in pairs}
        if backward:
            w, b = (dict(reversed(d.items())) for d in (w, b))
        yield label, rng.normal(size=(n, sizes[0])), w, b, names


def forward_cases(rng):
    """Yield x, w, b and f, the functions of the layers."""
    for label, x, w, b, names in network_cases(rng):
        f = {i: ACTIVATIONS[name].function for i, name in enumerate(names, 2)}
        yield label, x, w, b, f


FORWARD = Exercise(
    name="layer-dict/forward",
    title="Forward, with keys",
    statement="""
        Equation {eq}`eq-dict-forward`: fill two dictionaries on the way
        through. Every layer has a function of its own. The keys of `w` may
        have arrived in any order, and that has to make no difference.
    """,
    header='''
        def feed_forward(x, w, b, f):
            """Return (z, a): z has the keys from 2 on, a from 1 on.

            x : (n, d), the input, which is layer 1.
            w, b : {i: (d_in, d_out)}, {i: (d_out,)}, by the layer they leave.
            f : {i: function}, for each layer from 2 on.
            """
    ''',
    solution="""
        z, a = {}, {1: x}
        for i in range(1, len(w) + 1):
            z[i + 1] = a[i] @ w[i] + b[i]
            a[i + 1] = f[i + 1](z[i + 1])
        return z, a
    """,
    rights=(
        """
        zs, activations = [], [x]
        for i in sorted(w):
            zs.append(activations[-1] @ w[i] + b[i])
            activations.append(f[i + 1](zs[-1]))
        return dict(enumerate(zs, 2)), dict(enumerate(activations, 1))
        """,
        """
        def go(layer, arrived):
            if layer not in w:
                return {}, {layer: arrived}
            summed = np.einsum("ik,kj->ij", arrived, w[layer]) + b[layer]
            after = layer + 1
            z, a = go(after, f[after](summed))
            return {after: summed, **z}, {layer: arrived, **a}

        return go(1, x)
        """,
    ),
    wrongs=(
        Wrong(
            "sums under the layer they leave",
            {
                "z[i + 1] = ": "z[i] = ",
                "(z[i + 1])": "(z[i])",
            },
            "Your sums have the keys of the weights. They belong under the "
            "layer that they reach, so there is no `z[1]`.",
        ),
        Wrong(
            "input left out",
            {"return z, a": "del a[1]\nreturn z, a"},
            "There is no `a[1]`. The way back needs the input, for the "
            "gradient of the first weights.",
        ),
        Wrong(
            "order of arrival",
            """
            z, a = {}, {1: x}
            for i, (W, bias) in enumerate(zip(w.values(), b.values()), 1):
                z[i + 1] = a[i] @ W + bias
                a[i + 1] = f[i + 1](z[i + 1])
            return z, a
            """,
            "You take the weights in the order in which their keys arrived. "
            "Ask for each one by its key.",
        ),
        Wrong(
            "sums overwritten",
            {"return z, a": "z = {i: a[i] for i in z}\nreturn z, a"},
            "Your sums are the activations, as after a function that works in "
            "place. The slopes on the way back are taken at the sums.",
        ),
        Wrong(
            "no functions",
            {"f[i + 1](z[i + 1])": "z[i + 1]"},
            "The activation functions are missing: without them all layers "
            "together are one.",
        ),
        Wrong(
            "no function at the output",
            {"return z, a": ("a[len(w) + 1] = z[len(w) + 1]\nreturn z, a")},
            "The output layer has a function as well. You handed its sums "
            "out.",
        ),
        Wrong(
            "one function for all",
            {"f[i + 1]": "f[2]"},
            "Every layer uses the function of layer 2. Each has its own, "
            "under its key.",
        ),
        Wrong(
            "no biases",
            {" + b[i]": ""},
            "The biases are missing.",
        ),
        Wrong(
            "bias inside the sum",
            {"+ b[i]": "+ len(w[i]) * b[i]"},
            "The bias counts once for each input. It stands outside the sum, "
            "and is added once.",
        ),
        Wrong(
            "the input everywhere",
            {"a[i] @": "x @"},
            "Every layer gets the input `x`. From layer 3 on, what comes in "
            "is what the layer before has said. Square layers let it run.",
        ),
        Wrong(
            "sums handed on",
            {"a[i] @": "(z[i] if i > 1 else x) @"},
            "You hand the sums on to the next layer. It is to get what the "
            "function made of them.",
        ),
        Wrong(
            "not in the right place",
            {"a[i] @ w[i]": "a[i] @ w[i].T"},
            "Your weights are transposed. Rows come from the left, so `w` "
            "stands as it is; only square layers let the other form through.",
        ),
        Wrong(
            "lists",
            """
            zs, activations = [], [x]
            for i in range(1, len(w) + 1):
                zs.append(activations[-1] @ w[i] + b[i])
                activations.append(f[i + 1](zs[-1]))
            return zs, activations
            """,
            "These are lists. A list counts from 0, and `zs[-1]` is the last; "
            "a dictionary says so if there is no such key.",
        ),
    ),
    hints=(
        "Begin with `a = {1: x}` and let a number count up from 1.",
        "Under `i + 1` goes what `a[i]`, `w[i]` and `b[i]` make, and the "
        "function under `i + 1` turns it into an activation.",
    ),
    cases=forward_cases,
)


def backward_cases(rng):
    """Yield z, a, y, w and slope, after a pass forward."""
    for label, x, w, b, names in network_cases(rng):
        f = {i: ACTIVATIONS[name] for i, name in enumerate(names, 2)}
        functions = {i: activation.function for i, activation in f.items()}
        z, a = FORWARD.answer(x, w, b, functions)
        y = rng.random(a[len(w) + 1].shape)
        slope = {i: activation.derivative for i, activation in f.items()}
        yield label, z, a, y, w, slope


BACK = Exercise(
    name="layer-dict/back",
    title="All of it: back, with keys",
    statement="""
        Equation {eq}`eq-dict-backward`, for the quadratic cost and any number
        of layers: the gradients of the **mean** loss, under the keys of `w`.
        Every layer has a slope of its own.
    """,
    header='''
        def back_prop(z, a, y, w, slope):
            """Return {i: (dw, db)}, of shapes (d_in, d_out) and (d_out,).

            z, a : {i: (n, d)}, sums from layer 2 on, activations from 1 on.
            y : (n, d), the targets.
            w : {i: (d_in, d_out)}, weights, by the layer they leave.
            slope : {i: f'}, from layer 2 on; f' takes the layer's sums.
            """
    ''',
    solution="""
        last, n = len(w) + 1, len(y)
        delta = (a[last] - y) * slope[last](z[last])
        found = {}
        for i in range(last - 1, 0, -1):
            found[i] = a[i].T @ delta / n, delta.mean(axis=0)
            if i > 1:
                delta = delta @ w[i].T * slope[i](z[i])
        return found
    """,
    rights=(
        """
        last = max(w) + 1
        deltas = {last: slope[last](z[last]) * (a[last] - y) / len(y)}
        for i in sorted(z, reverse=True)[1:]:
            deltas[i] = np.einsum("nj,ij->ni", deltas[i + 1], w[i])
            deltas[i] *= slope[i](z[i])
        return {i: (a[i].T @ deltas[i + 1], deltas[i + 1].sum(0)) for i in w}
        """,
        """
        found = {i: (np.zeros_like(w[i]), 0) for i in w}
        for row in range(len(y)):
            blame = (a[len(w) + 1][row] - y[row]) / len(y)
            for i in reversed(range(1, len(w) + 1)):
                d = blame * slope[i + 1](z[i + 1][row])
                dw, db = found[i]
                found[i] = dw + np.outer(a[i][row], d), db + d
                blame = w[i] @ d
        return found
        """,
    ),
    wrongs=(
        Wrong(
            "slope at the activation",
            {"slope[last](z[last])": "slope[last](a[last])"},
            "At the output you take the slope at the *activation*. It "
            "belongs at the sum `z`. This is the slip of the post: it goes "
            "down another cost, and the report does not show it.",
        ),
        Wrong(
            "all slopes at the activation",
            {
                "slope[last](z[last])": "slope[last](a[last])",
                "slope[i](z[i])": "slope[i](a[i])",
            },
            "All your slopes are taken at the activations. A ReLU does not "
            "mind, and the others do.",
        ),
        Wrong(
            "sum beside mean",
            {"a[i].T @ delta / n": "a[i].T @ delta"},
            "The weights have a sum and the biases a mean, so the weights "
            "learn n times as fast. Both belong to one cost.",
        ),
        Wrong(
            "mean beside sum",
            {"delta.mean(axis=0)": "delta.sum(axis=0)"},
            "The weights have a mean and the biases a sum. Both belong to "
            "one cost.",
        ),
        Wrong(
            "no mean",
            {" / n": "", "delta.mean": "delta.sum"},
            "You summed over the batch; the cost is a mean. With one row both "
            "are the same.",
        ),
        Wrong(
            "delta for each row",
            {"delta.mean(axis=0)": "delta"},
            "The biases' gradient still has a row for each example. There is "
            "one bias for each unit: take the mean over the rows.",
        ),
        Wrong(
            "delta first",
            {"a[i].T @ delta": "(delta.T @ a[i])"},
            "Delta stands first, so `dw` is transposed. A gradient has the "
            "shape of its weights; square layers hide it.",
        ),
        Wrong(
            "keys of the sums",
            {"found[i] = ": "found[i + 1] = "},
            "Your gradients lie under the layer that the weights reach. Give "
            "them the keys of the weights.",
        ),
        Wrong(
            "slope of the wrong layer",
            {"slope[i](z[i])": "slope[i + 1](z[i])"},
            "On the way back, layer `i` gets the function of layer `i + 1`, "
            "taken at its own sums. Each layer has a slope of its own.",
        ),
        Wrong(
            "no slope in the hidden layers",
            {" * slope[i](z[i])": ""},
            "The slopes of the hidden layers are missing.",
        ),
        Wrong(
            "no slope at the output",
            {" * slope[last](z[last])": ""},
            "The output's delta has no slope. `a - y` alone belongs to the "
            "cross-entropy.",
        ),
        Wrong(
            "not transposed",
            {"w[i].T": "w[i]"},
            "On the way back `w` has to be transposed. Square layers let the "
            "other form through, with wrong numbers.",
        ),
        Wrong(
            "what comes out",
            {"a[i].T @": "a[i + 1].T @"},
            "A weight's slope is what comes *in* along it, times the delta. "
            "You took what the layer says.",
        ),
        Wrong(
            "sign",
            {"(a[last] - y)": "(y - a[last])"},
            "Every slope has the wrong sign: the error is `a - y`.",
        ),
        Wrong(
            "in place",
            {"(a[last] - y)": "np.subtract(a[last], y, out=a[last])"},
            "Your gradients are right, and `a` is not what it was: its "
            "output has been overwritten. Whoever goes back twice over one "
            "forward pass gets something else.",
        ),
    ),
    hints=(
        "The output's delta has the last key. From there let `i` count down "
        "to 1.",
        "`a[i]` and the delta of layer `i + 1` make the gradients of `w[i]` "
        "and `b[i]`. The delta goes back through `w[i]`.",
        "Layer `i` then multiplies by `slope[i](z[i])`. Layer 1 is the input "
        "and has none.",
    ),
    cases=backward_cases,
)


EXERCISES = [KEYS, RELU, REPORT, FORWARD, BACK]
