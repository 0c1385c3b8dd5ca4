"""Exercises of the chapter "Column vectors": one example, one column."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnlib.exercises.exercise import SIZES, Exercise, Wrong


def walked_twice(answer, X, Y):
    """Return the pairs of two walks through what the answer gives."""
    pairs = answer(X, Y)
    if pairs is None:
        return None
    return [[list(pair) for pair in pairs] for _ in range(2)]


PAIRS = Exercise(
    name="column-vectors/pairs",
    title="Rows into pairs of columns",
    statement="""
        Turn a dataset in rows into what this design trains on: for each
        example the pair of its input and its target, both as columns. A run
        of training walks through the pairs again and again; the page does it
        twice.
    """,
    header='''
        def pairs(X, Y):
            """Return the pairs (x, y) of all examples.

            X : (n, n_inputs), an example in each row.
            Y : (n, n_outputs), their targets.
            x and y are of shape (n_inputs, 1) and (n_outputs, 1).
            """
    ''',
    solution="return [(x[:, None], y[:, None]) for x, y in zip(X, Y)]",
    rights=(
        """
        columns = []
        for i in range(len(X)):
            columns.append((X[i, :, np.newaxis], Y[i, :, np.newaxis]))
        return columns
        """,
        "return list(zip(X[:, :, None], Y[:, :, None]))",
        "return [(X[[i]].T, Y[[i]].T) for i, _ in enumerate(X)]",
    ),
    wrongs=(
        Wrong(
            "zeros",
            {"x[:, None], y[:, None]": "0 * x[:, None], 0 * y[:, None]"},
        ),
        Wrong(
            "walked once",
            "return zip(X[:, :, None], Y[:, :, None])",
            "A `zip` can be walked through once. The second run of training "
            "finds no example, and no error tells you. Make a list of it.",
        ),
        Wrong(
            "no columns",
            {"x[:, None], y[:, None]": "x, y"},
            "These have one axis only, (n_inputs,) and (n_outputs,). A column "
            "has two: (n_inputs, 1).",
        ),
        Wrong(
            "targets no columns",
            {"y[:, None]": "y"},
            "The targets have one axis. `a - y` of a column and such a target "
            "is a table of every output minus every target, without any "
            "error.",
        ),
        Wrong(
            "rows",
            {"x[:, None], y[:, None]": "x[None], y[None]"},
            "These are rows, (1, n_inputs). Put the new axis last.",
        ),
        Wrong(
            "columns of the dataset",
            {"zip(X, Y)": "zip(X.T, Y.T)"},
            "You paired the columns of the dataset, which are pixels. An "
            "example is a row.",
        ),
        Wrong(
            "targets first",
            {"x[:, None], y[:, None]": "y[:, None], x[:, None]"},
            "The targets stand in front: it is the input and then the target.",
        ),
        Wrong(
            "one matrix",
            "return [(X.T, Y.T)]",
            "This is one pair, all examples side by side. Make a pair for "
            "each.",
        ),
        Wrong(
            "the last one left out",
            {"zip(X, Y)": "zip(X[:-1], Y[:-1])"},
            "The last example is left out.",
        ),
        Wrong(
            "inputs alone",
            {"(x[:, None], y[:, None])": "(x[:, None], x[:, None])"},
            "The targets are missing: both of each pair are the input.",
        ),
        Wrong(
            "in place",
            """
            X.shape, Y.shape = (*X.shape, 1), (*Y.shape, 1)
            return list(zip(X, Y))
            """,
            "Your pairs are right, and the caller's arrays have a third axis "
            "now. `X[:, :, None]` leaves `X` as it is.",
        ),
    ),
    hints=(
        "`zip(X, Y)` goes through both, row by row. What do you get if you go "
        "through it a second time?",
        "`x[:, None]` is a row of the dataset as a column.",
    ),
    cases=lambda rng: [
        (label, rng.random((n, d_in)), rng.random((n, d)))
        for label, n, d_in, d in SIZES
    ],
    call=walked_twice,
)


def answered(rng):
    """Yield lists of pairs (a, y) of columns."""
    for label, n, d in (
        ("20 examples", 20, 3),
        ("one example", 1, 4),
        ("weak outputs", 9, 4),
    ):
        A = rng.random((n, d, 1)) * (0.3 if label == "weak outputs" else 1)
        Y = np.eye(d)[rng.integers(d, size=n)][:, :, None]
        yield label, list(zip(A, Y))
    Y = np.eye(3)[[0, 1, 2, 0]][:, :, None]
    yield "all of them right", list(zip(0.2 + 0.5 * Y, Y))
    yield "none of them right", list(zip(0.2 + 0.5 * np.roll(Y, 1, 1), Y))


COUNT = Exercise(
    name="column-vectors/right-answers",
    title="Counting what is right",
    statement="""
        How many answers are right? The answer to an example is the place of
        its largest output, and the target has its 1 in the right place. No
        two outputs of an example are equal where one of them is the largest.
    """,
    header='''
        def n_right(pairs):
            """Return the number of right answers, an integer.

            pairs : list of (a, y), output and target, (d, 1) each.
            """
    ''',
    solution="return sum(int(np.argmax(a) == np.argmax(y)) for a, y in pairs)",
    rights=(
        """
        count = 0
        for a, y in pairs:
            guess = a.ravel().tolist().index(a.max())
            if y[guess, 0] == 1:
                count += 1
        return count
        """,
        """
        A, Y = (np.hstack(columns) for columns in zip(*pairs))
        return np.count_nonzero(A.argmax(axis=0) == Y.argmax(axis=0))
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0"),
        Wrong(
            "the target's entry",
            "return sum(y[np.argmax(a)] for a, y in pairs)",
            "`y[guess]` is an array of shape (1,), and no number. Made into "
            "an `int`, it raises an error in current NumPy. Compare the "
            "places of the two largest entries.",
        ),
        Wrong(
            "the wrong axis",
            "return sum(\n"
            "    int(np.argmax(a, axis=1)[0] == np.argmax(y, axis=1)[0])\n"
            "    for a, y in pairs\n"
            ")",
            "Along axis 1 a column has a single entry, which is always the "
            "largest. So every answer counts as right.",
        ),
        Wrong(
            "the wrong ones",
            {"==": "!="},
            "You counted the mistakes.",
        ),
        Wrong(
            "a share",
            {"pairs)": "pairs) / len(pairs)"},
            "This is the share of right answers. Their number is asked for.",
        ),
        Wrong(
            "outputs above one half",
            "return sum(np.array_equal(a > 0.5, y > 0.5) for a, y in pairs)",
            "You ask every output to be on the right side of ½. The largest "
            "one is the answer, however small it is.",
        ),
        Wrong(
            "the smallest output",
            {"np.argmax(a)": "np.argmin(a)"},
            "You took the place of the smallest output.",
        ),
        Wrong(
            "entry by entry",
            "return sum(int(np.sum(np.round(a) == y)) for a, y in pairs)",
            "You counted entries. An example is right or wrong as a whole.",
        ),
        Wrong(
            "the last one only",
            "return [int(np.argmax(a) == np.argmax(y)) for a, y in pairs][-1]",
            "Only the last example is counted.",
        ),
        Wrong(
            "one for each",
            "return [int(np.argmax(a) == np.argmax(y)) for a, y in pairs]",
            "These are the verdicts, one for each example. Add them up.",
        ),
    ),
    hints=(
        "Where is the largest output, and where is the 1 of the target? Both "
        "are places, and places can be compared.",
        "`np.argmax` of a column gives a place. `True` counts as 1.",
    ),
    cases=answered,
)


ERROR = Exercise(
    name="column-vectors/output-error",
    title="A target that is not a column",
    statement="""
        The error of the output, a − y, as a column. Some loaders hand over a
        target of shape (d,) in place of (d, 1). Give the same column for
        both.
    """,
    header='''
        def output_error(a, y):
            """Return the error, (d, 1).

            a : (d, 1), the output.
            y : (d, 1) or (d,), the target.
            """
    ''',
    solution="return a - y.reshape(a.shape)",
    rights=(
        "return (a.ravel() - y.ravel())[:, None]",
        """
        error = a.copy()
        for k in range(len(a)):
            error[k] -= y[k]
        return error
        """,
        """
        if y.ndim == 1:
            y = np.array([y]).T
        return a - y
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * a"),
        Wrong(
            "broadcast",
            "return a - y",
            "With a target of shape (d,) this is a table of every output "
            "minus every target, (d, d), and no error is raised. Give `y` "
            "the shape of `a` first.",
        ),
        Wrong(
            "a new axis always",
            "return a - y[:, None]",
            "A target that is a column already gets a third axis. Ask for "
            "the shape of `a`, whatever `y` has.",
        ),
        Wrong(
            "no column",
            "return a.ravel() - y.ravel()",
            "The numbers are right and the shape is (d,). A column is (d, 1).",
        ),
        Wrong(
            "a row",
            "return (a.ravel() - y.ravel())[None]",
            "This is a row, (1, d).",
        ),
        Wrong(
            "transposed",
            "return a - y.T",
            "Transposing does nothing to an array of one axis, and turns a "
            "column into a row: a table in both cases.",
        ),
        Wrong(
            "sign",
            "return y.reshape(a.shape) - a",
            "The sign is turned around: the error is `a - y`.",
        ),
        Wrong(
            "mean of the table",
            "return np.mean(a - y, axis=1, keepdims=True)",
            "The shape is right, and the numbers are not: you averaged over "
            "a table of every output minus every target.",
        ),
        Wrong(
            "with the slope",
            """
            return (a - y.reshape(a.shape)) * a * (1 - a)
            """,
            "This is the delta of a sigmoid. The error alone is asked for.",
        ),
        Wrong(
            "in place",
            """
            a -= y.reshape(a.shape)
            return a
            """,
        ),
    ),
    hints=(
        "What is the shape of a (3, 1) minus a (3,)? Try it with two small "
        "arrays.",
        "`reshape` takes any target to the shape of `a`.",
    ),
    cases=lambda rng: [
        ("a column", rng.random((4, 1)), rng.random((4, 1))),
        ("a target (4,)", rng.random((4, 1)), rng.random(4)),
        ("one output, a target (1,)", rng.random((1, 1)), rng.random(1)),
        ("ten outputs, a target (10,)", rng.random((10, 1)), np.eye(10)[3]),
    ],
)


START = Exercise(
    name="column-vectors/scaled-start",
    title="A start that is not saturated",
    statement=r"""
        Draw the first weights as the chapter's repair does: weights from
        $N(0, 1)$, divided by the root of the layer's own fan-in, and biases
        from $N(0, 1)$ as they are. Layer by layer, the weights first, then
        the biases.
    """,
    header='''
        def start(sizes, rng):
            """Return (weights, biases), two lists, an array for each layer.

            sizes : such as [784, 30, 10].
            rng : a generator; draw with rng.standard_normal(shape).
            Weights are (fan_out, fan_in), biases (fan_out, 1).
            """
    ''',
    solution="""
        weights, biases = [], []
        for fan_in, fan_out in zip(sizes[:-1], sizes[1:]):
            draw = rng.standard_normal((fan_out, fan_in))
            weights.append(draw / np.sqrt(fan_in))
            biases.append(rng.standard_normal((fan_out, 1)))
        return weights, biases
    """,
    rights=(
        """
        def draw(*shape):
            return rng.standard_normal(shape)

        both = [
            (draw(m, k) * k**-0.5, draw(m, 1))
            for k, m in zip(sizes, sizes[1:])
        ]
        return [W for W, _ in both], [b for _, b in both]
        """,
        """
        if len(sizes) == 1:
            return [], []
        W = rng.standard_normal((sizes[1], sizes[0]))
        b = rng.standard_normal(sizes[1])[:, None]
        weights, biases = start(sizes[1:], rng)
        return [W / W.shape[1] ** 0.5, *weights], [b, *biases]
        """,
    ),
    wrongs=(
        Wrong(
            "zeros",
            """
            return (
                [np.zeros((m, k)) for k, m in zip(sizes, sizes[1:])],
                [np.zeros((m, 1)) for m in sizes[1:]],
            )
            """,
            "All of it is zero. Then all units of a layer are the same unit, "
            "at every step, for ever.",
        ),
        Wrong(
            "saturated",
            {" / np.sqrt(fan_in)": ""},
            "The weights are from N(0, 1), whatever the fan-in. Many terms "
            "add up to a large sum, and there the sigmoid is flat.",
        ),
        Wrong(
            "divided by the fan-in",
            {"np.sqrt(fan_in)": "fan_in"},
            "You divided by the fan-in itself. Independent terms add up in "
            "squares, so its *root* is right.",
        ),
        Wrong(
            "the fan-out",
            {"np.sqrt(fan_in)": "np.sqrt(fan_out)"},
            "You took the root of the fan-*out*. What makes the sum large is "
            "the number of its terms, the fan-in.",
        ),
        Wrong(
            "fan-in and fan-out",
            {"np.sqrt(fan_in)": "np.sqrt((fan_in + fan_out) / 2)"},
            "This is a well-known start, and another one: it divides by the "
            "mean of fan-in and fan-out.",
        ),
        Wrong(
            "twice the variance",
            {"draw / np.sqrt(fan_in)": "draw * np.sqrt(2 / fan_in)"},
            "The factor of √2 is meant for ReLUs, which pass on half of "
            "what comes in. It has no place here.",
        ),
        Wrong(
            "the first fan-in everywhere",
            {"np.sqrt(fan_in)": "np.sqrt(sizes[0])"},
            "You divided every layer by the root of the *first* fan-in. Each "
            "layer has its own.",
        ),
        Wrong(
            "biases divided",
            {"(fan_out, 1))": "(fan_out, 1)) / np.sqrt(fan_in)"},
            "The biases are divided as well. A bias is a single term of its "
            "sum, and stays from N(0, 1).",
        ),
        Wrong(
            "no biases",
            {"rng.standard_normal((fan_out, 1))": "np.zeros((fan_out, 1))"},
            "The biases are zero. That is a common start; here they are "
            "drawn from N(0, 1).",
        ),
        Wrong(
            "biases no columns",
            {"(fan_out, 1)": "fan_out"},
            "The biases have one axis. Added to a column, (fan_out,) makes "
            "a table; they have to be columns.",
        ),
        Wrong(
            "transposed",
            {"(fan_out, fan_in)": "(fan_in, fan_out)"},
            "The weights are transposed. In this design a row of them "
            "belongs to the unit that it feeds.",
        ),
        Wrong(
            "all weights first",
            """
            pairs = list(zip(sizes, sizes[1:]))
            weights = [
                rng.standard_normal((m, k)) / np.sqrt(k) for k, m in pairs
            ]
            return weights, [rng.standard_normal((m, 1)) for _, m in pairs]
            """,
            "You drew all weights before all biases. The same seed gives "
            "other numbers then; go layer by layer.",
        ),
        Wrong(
            "a generator of its own",
            {
                "weights, biases = [], []": (
                    "weights, biases = [], []\nrng = np.random.default_rng(0)"
                )
            },
            "You made a generator of your own. Then the caller's seed has no "
            "say: draw from `rng`.",
        ),
    ),
    hints=(
        "`zip(sizes, sizes[1:])` gives fan-in and fan-out of each layer.",
        "A sum of `fan_in` independent terms spreads by the root of "
        "`fan_in`. Divide by that, the weights only.",
    ),
    cases=lambda rng: [
        ("three layers", [6, 4, 3, 2], 1),
        ("two layers", [5, 3, 4], 2),
        ("one layer", [9, 2], 3),
        ("square layers", [4, 4, 4], 4),
    ],
    call=lambda answer, sizes, seed: answer(
        sizes, np.random.default_rng(seed)
    ),
)


def mini_batches(rng):
    """Yield weights, biases, pairs and eta."""
    for label, n, sizes in (
        ("three layers", 3, [4, 3, 2, 3]),
        ("one pair", 1, [3, 4, 2]),
        ("square layers", 2, [3, 3, 3]),
        ("one layer", 4, [2, 3]),
    ):
        weights = [rng.normal(size=(m, k)) for k, m in pairwise(sizes)]
        biases = [rng.normal(size=(m, 1)) for m in sizes[1:]]
        X, Y = rng.random((n, sizes[0], 1)), rng.random((n, sizes[-1], 1))
        yield label, weights, biases, list(zip(X, Y)), 3.0


STEP = Exercise(
    name="column-vectors/mini-batch",
    title="All of it: one mini-batch, one step",
    statement=r"""
        The whole design in one function: each pair goes forward and back on
        its own, as columns, equations {eq}`eq-column-forward` to
        {eq}`eq-column-gradient`. Then the weights move **once**, by $-\eta$
        times the mean gradient. All units are sigmoids, the cost is
        quadratic. The arrays that come in stay as they are.
    """,
    header='''
        def step(weights, biases, pairs, eta):
            """Return the new (weights, biases), two lists.

            pairs : list of (x, y), columns both.
            """
    ''',
    solution="""
        new_w, new_b, rate = [*weights], [*biases], eta / len(pairs)
        for a, y in pairs:
            activations = [a]
            for W, b in zip(weights, biases):
                activations.append(1 / (1 + np.exp(-W @ activations[-1] - b)))
            pulled = activations[-1] - y
            for i in reversed(range(len(weights))):
                delta = pulled * activations[i + 1] * (1 - activations[i + 1])
                new_w[i] = new_w[i] - rate * delta @ activations[i].T
                new_b[i] = new_b[i] - rate * delta
                pulled = weights[i].T @ delta
        return new_w, new_b
    """,
    rights=(
        """
        A, Y = (np.hstack(columns) for columns in zip(*pairs))

        def back(A, layer):
            if layer == len(weights):
                return A - Y, [], []
            after = 1 / (1 + np.exp(-(weights[layer] @ A + biases[layer])))
            pulled, ws, bs = back(after, layer + 1)
            delta = pulled * (after - after**2)
            w = weights[layer] - eta * delta @ A.T / len(pairs)
            b = biases[layer] - eta * delta.mean(axis=1, keepdims=True)
            return weights[layer].T @ delta, [w, *ws], [b, *bs]

        return back(A, 0)[1:]
        """,
        """
        totals = [[np.zeros_like(p) for p in s] for s in (weights, biases)]
        for a, y in pairs:
            inputs = []
            for W, b in zip(weights, biases):
                inputs.append(a)
                a = 1 / (1 + np.exp(-(W @ a + b)))
            slope = a - y
            for i in range(len(weights))[::-1]:
                delta = slope * a * (1 - a)
                a = inputs[i]
                totals[0][i][...] += np.outer(delta, a)
                totals[1][i][...] += delta
                slope = (delta.T @ weights[i]).T
        return [
            [p - eta / len(pairs) * total for p, total in zip(old, sums)]
            for old, sums in zip((weights, biases), totals)
        ]
        """,
    ),
    wrongs=(
        Wrong(
            "summed",
            {"eta / len(pairs)": "eta"},
            "You stepped along the sum. The step is η times the *mean* "
            "gradient of the pairs.",
        ),
        Wrong(
            "a step for each pair",
            {
                "zip(weights, biases)": "zip(new_w, new_b)",
                "weights[i].T": "new_w[i].T",
            },
            "The second pair goes through weights that the first has moved. "
            "All pairs of a batch see the same weights; they move once.",
        ),
        Wrong(
            "the last pair only",
            {
                "new_w[i] - rate": "weights[i] - rate",
                "new_b[i] - rate": "biases[i] - rate",
            },
            "Only the last pair has a say: each one starts from the old "
            "weights, and what the others added is lost.",
        ),
        Wrong(
            "through the weights below",
            {"weights[i].T": "weights[i - 1].T"},
            "The delta is pulled back through the wrong weights, those of "
            "the layer below. Square layers let it through.",
        ),
        Wrong(
            "not transposed",
            {"weights[i].T": "weights[i]"},
            "On the way back the weights have to be transposed. Square layers "
            "let the other form through, with wrong numbers.",
        ),
        Wrong(
            "gradient transposed",
            {"delta @ activations[i].T": "activations[i] @ delta.T"},
            "The gradient of the weights is transposed. It has the shape of "
            "the weights: a column of deltas times a *row* of activations.",
        ),
        Wrong(
            "no slope at the output",
            {
                "pulled = activations[-1] - y": (
                    "a = activations[-1]\n    pulled = (a - y) / (a * (1 - a))"
                )
            },
            "The output's delta is missing the slope of the sigmoid. That is "
            "the delta of the cross-entropy.",
        ),
        Wrong(
            "no slope in the hidden layers",
            {
                "pulled = weights[i].T @ delta": (
                    "a = activations[i]\n"
                    "        pulled = weights[i].T @ delta / (a * (1 - a))"
                )
            },
            "The slopes of the hidden units are missing: every delta is "
            "multiplied by that of its own layer.",
        ),
        Wrong(
            "the slope of the layer below",
            {
                "pulled * activations[i + 1] * (1 - activations[i + 1])": (
                    "pulled * activations[i] * (1 - activations[i])"
                )
            },
            "The slope is taken at what comes *into* the layer. It belongs to "
            "what comes out, `activations[i + 1]`. Square layers let the "
            "other form through.",
        ),
        Wrong(
            "new weights on the way back",
            {"weights[i].T": "new_w[i].T"},
            "The delta goes back through weights that have moved already. It "
            "takes the road that the signal came.",
        ),
        Wrong(
            "the biases stay",
            {"new_b[i] - rate * delta": "new_b[i]"},
            "The biases do not move. Their gradient is the delta itself.",
        ),
        Wrong(
            "uphill",
            {"eta / len(pairs)": "-eta / len(pairs)"},
            "You went uphill: step against the gradient.",
        ),
        Wrong(
            "last layer only",
            {"reversed(range(len(weights)))": "[len(weights) - 1]"},
            "Only the last layer moves. Go on: its delta, pulled back, is "
            "what the layer before needs.",
        ),
    ),
    hints=(
        "Write it for one pair first: forward, keep the activations; back, "
        "with the delta of each layer.",
        "Of layer `i` the input is `activations[i]`, and the output, whose "
        "slope the delta needs, is `activations[i + 1]`.",
        "The gradients are `delta @ activations[i].T` and `delta`; the next "
        "layer down gets `weights[i].T @ delta`.",
    ),
    cases=mini_batches,
)


EXERCISES = [PAIRS, COUNT, ERROR, START, STEP]
