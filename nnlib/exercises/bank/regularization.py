"""Exercises of the chapter "Regularization": rows, penalties, masks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnlib.exercises.exercise import Exercise, Gradient, Wrong


def penalty_cases(rng):
    """Yield layers, l2, l1 and n_train."""
    for label, sizes, l2, l1, n_train in (
        ("two layers", [4, 3, 2], 3.0, 1.5, 50),
        ("one layer", [3, 5], 0.5, 2.0, 7),
        ("L2 alone", [2, 2, 2], 4.0, 0.0, 20),
        ("L1 alone, three layers", [3, 4, 2, 3], 0.0, 2.5, 30),
    ):
        layers = [
            (rng.normal(size=(i, o)), rng.normal(size=o))
            for i, o in pairwise(sizes)
        ]
        yield label, layers, l2, l1, n_train


PENALTY = Exercise(
    name="regularization/penalty",
    title="What large weights cost",
    statement=r"""
        The penalty that L2 and L1 add to the mean cost, in this chapter's
        convention: $\frac{\lambda_2}{2N} \sum w^2 + \frac{\lambda_1}{N} \sum
        |w|$, with the sums over all weights and $N$ the size of the training
        set.
    """,
    header='''
        def penalty(layers, l2, l1, n_train):
            """Return the penalty, one number.

            layers : list of (W, b), (d_in, d_out) and (d_out,).
            l2, l1 : the two strengths.
            n_train : the number of training samples.
            """
    ''',
    solution="""
        squares = sum(np.sum(W**2) for W, b in layers)
        sizes = sum(np.sum(np.abs(W)) for W, b in layers)
        return (0.5 * l2 * squares + l1 * sizes) / n_train
    """,
    rights=(
        """
        w = np.concatenate([W.ravel() for W, b in layers])
        return l2 / (2 * n_train) * (w @ w) + l1 / n_train * np.abs(w).sum()
        """,
        """
        total = 0.0
        for W, _ in layers:
            for w in W.flat:
                total += (l2 * abs(w) / 2 + l1) * abs(w) / n_train
        return total
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0.0"),
        Wrong(
            "biases, too",
            """
            both = [p for layer in layers for p in layer]
            squares = sum(np.sum(p**2) for p in both)
            sizes = sum(np.sum(np.abs(p)) for p in both)
            return (0.5 * l2 * squares + l1 * sizes) / n_train
            """,
            "You punish the biases as well. A bias moves a unit's threshold "
            "and learns no example by heart; the penalty leaves it out.",
        ),
        Wrong(
            "no half",
            {"0.5 * l2": "l2"},
            "The half in front of the squares is missing. It is there so "
            "that the slope is l2 times w, without a 2.",
        ),
        Wrong(
            "a half for both",
            {
                "(0.5 * l2 * squares + l1 * sizes)": (
                    "0.5 * (l2 * squares + l1 * sizes)"
                )
            },
            "L1 has no half: the slope of |w| is 1 already.",
        ),
        Wrong(
            "not divided",
            {" / n_train": ""},
            "You did not divide by the number of training samples. Beside a "
            "mean cost, such a penalty weighs as many times too much.",
        ),
        Wrong(
            "L1 not divided",
            "squares = sum(np.sum(W**2) for W, b in layers)\n"
            "sizes = sum(np.sum(np.abs(W)) for W, b in layers)\n"
            "return 0.5 * l2 * squares / n_train + l1 * sizes",
            "Only the squares are divided by the number of training samples. "
            "Both terms are.",
        ),
        Wrong(
            "divided by the rows of W",
            "squares = sum(np.sum(W**2) / len(W) for W, b in layers)\n"
            "sizes = sum(np.sum(np.abs(W)) / len(W) for W, b in layers)\n"
            "return 0.5 * l2 * squares + l1 * sizes",
            "You divided by the number of a layer's inputs. N is the number "
            "of training samples.",
        ),
        Wrong(
            "mean over the weights",
            {
                "np.sum(W**2)": "np.mean(W**2)",
                "np.sum(np.abs(W))": "np.mean(np.abs(W))",
            },
            "You took the mean over a layer's weights. The penalty is a sum: "
            "twice as many weights pay twice.",
        ),
        Wrong(
            "no absolute values",
            {"np.abs(W)": "W"},
            "L1 adds up the *sizes* of the weights. In your sum a negative "
            "weight earns what a positive one pays.",
        ),
        Wrong(
            "the absolute value of the sum",
            {"np.sum(np.abs(W))": "abs(np.sum(W))"},
            "You added the weights up before you took their size. So they "
            "cancel.",
        ),
        Wrong(
            "the length",
            {"l2 * squares": "l2 * np.sqrt(squares)"},
            "You took the root of the sum of squares. L2's penalty is the "
            "sum itself.",
        ),
        Wrong(
            "strengths exchanged",
            {"0.5 * l2": "0.5 * l1", "+ l1": "+ l2"},
            "The strengths are exchanged: `l2` belongs to the squares.",
        ),
        Wrong(
            "last layer only",
            {
                "np.sum(W**2) for W, b in layers": (
                    "np.sum(W**2) for W, b in layers[-1:]"
                ),
                "np.sum(np.abs(W)) for W, b in layers": (
                    "np.sum(np.abs(W)) for W, b in layers[-1:]"
                ),
            },
            "Only the last layer pays. The sums go over all weights of the "
            "network.",
        ),
    ),
    hints=(
        "Two sums over all weights, one of squares and one of sizes. What "
        "stands in front of each?",
        "`sum(np.sum(W**2) for W, b in layers)` is the first. The biases "
        "are in neither.",
    ),
    cases=penalty_cases,
)


SHRUNK = Exercise(
    name="regularization/soft-threshold",
    title="What L1 leaves",
    statement=r"""
        Equation {eq}`eq-reg-l1` is for a positive $w_*$. Return the lowest
        point of $\tfrac h2 (w - w_*)^2 + \frac\lambda N |w|$ for weights of
        any sign, each with a curvature of its own.
    """,
    header='''
        def left_by_l1(w_star, h, l1, n_train):
            """Return where each weight ends, (d,).

            w_star : (d,), where the data want the weights.
            h : (d,), the curvatures, all positive.
            l1, n_train : λ and N, numbers.
            """
    ''',
    solution="""
        pulled = l1 / (n_train * h)
        return np.sign(w_star) * np.maximum(np.abs(w_star) - pulled, 0)
    """,
    rights=(
        """
        pulled = l1 / n_train / h
        return w_star - np.clip(w_star, -pulled, pulled)
        """,
        """
        found = np.zeros_like(w_star)
        for i, w in enumerate(w_star):
            push, pull = h[i] * abs(w), l1 / n_train
            if push > pull:
                found[i] = w * (push - pull) / push
        return found
        """,
    ),
    wrongs=(
        Wrong("zeros", "return 0 * w_star"),
        Wrong(
            "positive weights only",
            {
                "np.sign(w_star) * np.maximum(np.abs(w_star) - pulled, 0)": (
                    "np.maximum(w_star - pulled, 0)"
                )
            },
            "All negative weights are 0. For them the pull goes up, toward "
            "0: the picture is the same, mirrored.",
        ),
        Wrong(
            "the wrong way",
            {
                "np.sign(w_star) * np.maximum(np.abs(w_star) - pulled, 0)": (
                    "w_star - pulled"
                )
            },
            "You pulled every weight down. The pull is toward 0, and at 0 it "
            "ends.",
        ),
        Wrong(
            "past zero",
            {
                "np.maximum(np.abs(w_star) - pulled, 0)": (
                    "(np.abs(w_star) - pulled)"
                )
            },
            "Weights with a small curvature have gone past 0 and out on the "
            "other side. There the pull would be turned around: they stay "
            "at 0.",
        ),
        Wrong(
            "no sign",
            {"np.sign(w_star) * ": ""},
            "The signs are lost: what was negative comes out positive.",
        ),
        Wrong(
            "L2",
            "return w_star * h / (h + l1 / n_train)",
            "That is what L2 leaves: a share of each weight, and never "
            "exactly 0.",
        ),
        Wrong(
            "cut off, not shrunk",
            """
            pulled = l1 / (n_train * h)
            return np.where(np.abs(w_star) > pulled, w_star, 0)
            """,
            "You dropped the small ones and left the large ones as they "
            "were. The pull is the same for all: the large ones give way, "
            "too.",
        ),
        Wrong(
            "the curvature forgotten",
            {"(n_train * h)": "n_train"},
            "Your weights all give way by the same amount. Where the data "
            "hold a weight fast, with a large curvature, it gives way less.",
        ),
        Wrong(
            "multiplied by the curvature",
            {"l1 / (n_train * h)": "l1 * h / n_train"},
            "You have it that a weight gives way the more, the harder the "
            "data hold it. Divide by the curvature.",
        ),
        Wrong(
            "not divided by N",
            {"(n_train * h)": "h"},
            "λ is not divided by the number of training samples.",
        ),
        Wrong(
            "half the pull",
            {"(n_train * h)": "(2 * n_train * h)"},
            "You halved the pull. The half belongs to L2, where it cancels "
            "the 2 of the square.",
        ),
        Wrong(
            "the pull itself",
            {
                "np.sign(w_star) * np.maximum(np.abs(w_star) - pulled, 0)": (
                    "np.sign(w_star) * np.minimum(np.abs(w_star), pulled)"
                )
            },
            "This is how far each weight has moved. What is asked for is "
            "where it ends.",
        ),
        Wrong(
            "in place",
            """
            pulled = l1 / (n_train * h)
            w_star -= np.clip(w_star, -pulled, pulled)
            return w_star
            """,
        ),
    ),
    hints=(
        "A weight moves toward 0 until the slope of the parabola holds "
        "against the pull. What if it gets to 0 before that?",
        r"The size of a weight falls by $\lambda / (N h)$, but not below 0. "
        "Its sign stays.",
    ),
    cases=lambda rng: [
        (
            "both signs",
            np.array([1.0, -1.0, 0.8, -0.8, 2.0, -0.1]),
            np.array([10.0, 3.0, 0.5, 0.4, 2.0, 1.5]),
            30.0,
            60,
        ),
        ("one weight", np.array([-1.5]), np.array([0.7]), 2.0, 4),
        ("no penalty", rng.normal(size=3), 0.5 + rng.random(3), 0.0, 9),
        ("a strong one", rng.normal(size=5), 0.1 + rng.random(5), 6.0, 10),
    ],
    equivalent={
        "if push >= pull:": "where they are equal, what is left is 0 as well",
    },
)


def masks(mask, shape, p, seed):
    """Return a mask, drawn from a generator with this seed."""
    return mask(shape, p, np.random.default_rng(seed))


MASK = Exercise(
    name="regularization/mask",
    title="Who has to sit out",
    statement=r"""
        Dropout's mask: zeros where a unit is dropped, and in the other places
        the number that keeps the mean activation what it was. `p` is the
        share that is **dropped**. Draw once, and drop a unit where its draw
        is below `p`.
    """,
    header='''
        def mask(shape, p, rng):
            """Return the mask, an array of this shape.

            shape : (n, d), a row for each sample, a column for each unit.
            p : the probability to be dropped, from 0 to below 1.
            rng : a generator; draw rng.random(shape), once.
            """
    ''',
    solution="return (rng.random(shape) >= p) / (1 - p)",
    rights=(
        """
        drawn = rng.random(shape)
        return np.where(drawn < p, 0.0, 1 / (1 - p))
        """,
        """
        m = np.ones(shape)
        m[rng.random(shape) < p] = 0
        m /= 1 - p
        return m
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros(shape)"),
        Wrong(
            "p is what is kept",
            "return (rng.random(shape) < 1 - p) / (1 - p)",
            "The share is right and the places are not: a unit is dropped "
            "where its draw is *below* p. You keep what is below 1 − p.",
        ),
        Wrong(
            "keeps what it should drop",
            "return np.where(rng.random(shape) < p, 1 / max(p, 1e-9), 0.0)",
            "You keep a unit with probability p. p is what is dropped: asked "
            "to drop 0.8 of the units, you drop 0.2.",
        ),
        Wrong(
            "kept and dropped exchanged",
            {">=": "<"},
            "You keep the units that were to be dropped. The number you give "
            "them would be right for the others.",
        ),
        Wrong(
            "zeros and ones",
            "return (rng.random(shape) >= p) * 1.0",
            "Your mask has zeros and ones. Then the sums of the next layer "
            "are smaller in training than when the network predicts.",
        ),
        Wrong(
            "divided by p",
            "return (rng.random(shape) >= p) / (p if p else 1.0)",
            "You divided by the share that is dropped. What is *kept* has to "
            "make up for the rest.",
        ),
        Wrong(
            "multiplied",
            {"/ (1 - p)": "* (1 - p)"},
            "You made the units that stay smaller. There are fewer of them, "
            "so each has to be larger.",
        ),
        Wrong(
            "always a half",
            {">= p": ">= 0.5"},
            "You drop half of the units, whatever p is, and divide as if it "
            "were p.",
        ),
        Wrong(
            "larger by p",
            {"/ (1 - p)": "* (1 + p)"},
            "1 + p is close to 1 / (1 − p) for a small p only. At a half it "
            "is 1.5 instead of 2.",
        ),
        Wrong(
            "one mask for all samples",
            "row = rng.random(shape)[:1]\n"
            "return np.repeat(row >= p, shape[0], axis=0) / (1 - p)",
            "Every sample has the same mask. Each is to have a thinned "
            "network of its own.",
        ),
        Wrong(
            "whole samples dropped",
            "column = rng.random(shape)[:, :1]\n"
            "return np.repeat(column >= p, shape[1], axis=1) / (1 - p)",
            "You drop all the units of a sample, or none. Each unit is drawn "
            "by itself.",
        ),
        Wrong(
            "a seed of its own",
            {"rng.random(shape)": "np.random.default_rng(0).random(shape)"},
            "You draw from a generator of your own, whose seed is always the "
            "same. So the same units are dropped at every step.",
        ),
        Wrong(
            "as many as stay",
            "m = (rng.random(shape) >= p) * 1.0\n"
            "return m / max(m.mean(), 1e-9)",
            "You divided by the share that has happened to stay. Then a "
            "unit's number depends on the draws of the others; divide by the "
            "probability.",
        ),
    ),
    hints=(
        "`rng.random(shape) >= p` is true where a unit stays. How often is "
        "that?",
        "A share of 1 − p stays. By what do you have to multiply them, for "
        "the mean to be 1?",
    ),
    cases=lambda rng: [
        ("a fifth dropped", (6, 5), 0.2, 1),
        ("most dropped", (4, 7), 0.8, 2),
        ("one sample", (1, 12), 0.5, 3),
        ("none dropped", (3, 2), 0.0, 4),
        ("a square batch", (4, 4), 0.4, 5),
    ],
    call=masks,
    equivalent={
        "return (rng.random(shape) > p) / (1 - p)": (
            "no draw is exactly p, save once in 2 ** 53"
        ),
        "return np.where(drawn <= p, 0.0, 1 / (1 - p))": (
            "no draw is exactly p, save once in 2 ** 53"
        ),
        "m[rng.random(shape) <= p] = 0": (
            "no draw is exactly p, save once in 2 ** 53"
        ),
    },
)


def tables(rng, seeds, strengths):
    """Return accuracies on validation and on test, of digits read right."""
    ranks = rng.permuted(np.tile(np.arange(strengths), (seeds, 1)), axis=1)
    noise = rng.permuted(np.tile(np.arange(strengths), (seeds, 1)), axis=1)
    lucky = rng.integers(0, 5, size=(seeds, 1))
    return 0.8 + (3 * ranks + lucky) / 100, 0.75 + (2 * noise + lucky) / 90


REPORTED = Exercise(
    name="regularization/reported",
    title="Choose here, report there",
    statement="""
        Some strengths were tried with some seeds. Each seed chooses the
        strength with the best validation accuracy, and reports its **test**
        accuracy, once. If two are equally good, it takes the first.
    """,
    header='''
        def reported(validation, test):
            """Return what each seed reports, (seeds,).

            validation, test : (seeds, strengths), accuracies.
            """
    ''',
    solution="""
        best = validation.argmax(axis=1)
        return test[np.arange(len(test)), best]
    """,
    rights=(
        """
        pairs = zip(validation, test)
        return np.array([t[np.argmax(v)] for v, t in pairs])
        """,
        """
        best = np.argmax(validation, axis=1)[:, None]
        return np.take_along_axis(test, best, axis=1)[:, 0]
        """,
    ),
    wrongs=(
        Wrong("zeros", "return np.zeros(len(test))"),
        Wrong(
            "chosen by the test",
            "return test.max(axis=1)",
            "You chose by the test accuracy. The largest of several lucky "
            "numbers is larger than any of them deserves: choose by "
            "validation, and look at the test once.",
        ),
        Wrong(
            "the validation accuracy",
            "return validation.max(axis=1)",
            "You report the accuracy that you chose by. It is the best of "
            "several, so it flatters; other examples have to judge.",
        ),
        Wrong(
            "the worst",
            {"argmax": "argmin"},
            "You took the worst strength. That would be right for a cost; "
            "these are accuracies.",
        ),
        Wrong(
            "over the seeds",
            "best = validation.argmax(axis=0)\n"
            "return test[best, np.arange(test.shape[1])]",
            "You looked for the best seed of each strength. Each *seed* "
            "chooses: along its row.",
        ),
        Wrong(
            "one strength for all",
            "best = validation.mean(axis=0).argmax()\nreturn test[:, best]",
            "You took the strength that is best on average. Here each seed "
            "chooses by its own validation examples and knows nothing of the "
            "others.",
        ),
        Wrong(
            "the best of all",
            "best = validation.argmax() % validation.shape[1]\n"
            "return test[:, best]",
            "All seeds use the strength of the luckiest one. Each chooses "
            "for itself.",
        ),
        Wrong(
            "the mean",
            "return test.mean(axis=1)",
            "This is the mean over the strengths: nothing has been chosen.",
        ),
        Wrong(
            "the choice itself",
            "return validation.argmax(axis=1).astype(float)",
            "This says which strength is chosen. Report how well it does on "
            "the test examples.",
        ),
        Wrong(
            "one number",
            "best = validation.argmax(axis=1)\n"
            "return test[np.arange(len(test)), best].mean()",
            "You took the mean over the seeds. Report one number a seed: "
            "their spread tells a gain from luck.",
        ),
        Wrong(
            "a table for each seed",
            "return test[:, validation.argmax(axis=1)]",
            "`test[:, best]` gives every seed the choices of all of them. "
            "Row and choice belong together in pairs.",
        ),
        Wrong(
            "the last of equals",
            "n = validation.shape[1]\n"
            "best = n - 1 - validation[:, ::-1].argmax(axis=1)\n"
            "return test[np.arange(len(test)), best]",
            "Where two strengths are equally good you took the last one.",
        ),
    ),
    hints=(
        "`validation.argmax(axis=1)` is each seed's choice.",
        "Row 0 goes with the first choice, row 1 with the second: "
        "`test[np.arange(len(test)), best]`, or a loop over the rows.",
    ),
    cases=lambda rng: [
        ("five seeds, three strengths", *tables(rng, 5, 3)),
        ("one seed", *tables(rng, 1, 4)),
        ("as many seeds as strengths", *tables(rng, 4, 4)),
        (
            "a draw",
            np.array([[0.75, 0.875, 0.875], [0.875, 0.5, 0.875]]),
            np.array([[0.5, 0.625, 0.75], [0.375, 0.875, 0.25]]),
        ),
    ],
)


def masked_cases(rng):
    """Yield X, Y, M and layers of a network with one hidden layer."""
    for label, n, d, hidden, classes in (
        ("7 samples", 7, 4, 5, 3),
        ("one sample", 1, 3, 4, 2),
        ("all sizes equal", 4, 4, 4, 4),
    ):
        layers = [
            (rng.normal(size=(i, o)), rng.normal(size=o))
            for i, o in ((d, hidden), (hidden, classes))
        ]
        M = (rng.random((n, hidden)) >= 0.4) / 0.6
        M[0, :2] = 0, 1 / 0.6
        Y = np.eye(classes)[rng.integers(classes, size=n)]
        yield label, layers, rng.normal(size=(n, d)), Y, M


def masked_cost(layers, X, Y, M):
    """Return the mean log-likelihood cost, units dropped by M."""
    (W1, b1), (W2, b2) = layers
    Z = np.tanh(X @ W1 + b1) * M @ W2 + b2
    return np.mean(np.log(np.sum(np.exp(Z), axis=1)) - np.sum(Y * Z, axis=1))


MASKED = Exercise(
    name="regularization/masked-gradients",
    title="All of it: forward and back with a mask",
    statement=r"""
        A network with one hidden layer of tanh units, a softmax, and the mean
        log-likelihood; its hidden activations are multiplied by the frozen
        mask `M`. Go forward, then back. The page measures your slopes with
        the referee, every array of both layers.
    """,
    header='''
        def gradients(layers, X, Y, M):
            """Return [(dW1, db1), (dW2, db2)], shaped as the layers.

            layers : [(W1, b1), (W2, b2)], W1 of shape (d, d_hidden).
            X, Y : (n, d) and (n, classes), samples in rows.
            M : (n, d_hidden), zeros, and 1 / (1 - p) in the other places.
            """
    ''',
    solution="""
        (W1, b1), (W2, b2) = layers
        A = np.tanh(X @ W1 + b1)
        E = np.exp((A * M) @ W2 + b2)
        delta2 = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)
        delta1 = (delta2 @ W2.T) * M * (1 - A**2)
        return [
            (X.T @ delta1, delta1.sum(axis=0)),
            ((A * M).T @ delta2, delta2.sum(axis=0)),
        ]
    """,
    rights=(
        """
        (W1, b1), (W2, b2) = layers
        totals = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
        for x, y, m in zip(X, Y, M):
            a = np.tanh(x @ W1 + b1)
            e = np.exp((a * m) @ W2 + b2)
            d2 = (e / np.sum(e) - y) / len(X)
            d1 = (m - m * a * a) * (W2 @ d2)
            for (dW, db), a_in, d in zip(totals, (x, a * m), (d1, d2)):
                dW += np.outer(a_in, d)
                db += d
        return totals
        """,
        """
        (W1, b1), (W2, b2) = layers
        A = np.tanh(X @ W1 + b1)
        H = M * A
        Z = H @ W2 + b2
        S = np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])
        delta2 = S - Y
        delta1 = np.einsum("nk,jk->nj", delta2, W2) * (M - A * H)
        found = []
        for A_in, delta in ((X, delta1), (H, delta2)):
            found.append((A_in.T @ delta / len(X), delta.mean(axis=0)))
        return found
        """,
    ),
    wrongs=(
        Wrong(
            "no mask on the way back",
            {"(delta2 @ W2.T) * M * (1": "(delta2 @ W2.T) * (1"},
            "On the way back the mask is missing. Units that were dropped "
            "said nothing, so they have no blame; the others said more, so "
            "they have more.",
        ),
        Wrong(
            "no mask in the second layer",
            {"((A * M).T @ delta2": "(A.T @ delta2"},
            "The slope of `W2` is what comes *in* along a weight, times the "
            "delta. What came in was masked.",
        ),
        Wrong(
            "no mask on the way forward",
            {"E = np.exp((A * M) @ W2": "E = np.exp(A @ W2"},
            "You went forward without the mask, so these deltas are those of "
            "another network.",
        ),
        Wrong(
            "no mask at all",
            "(W1, b1), (W2, b2) = layers\n"
            "A = np.tanh(X @ W1 + b1)\n"
            "E = np.exp(A @ W2 + b2)\n"
            "delta2 = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)\n"
            "delta1 = (delta2 @ W2.T) * (1 - A**2)\n"
            "return [(X.T @ delta1, delta1.sum(axis=0)),\n"
            "        (A.T @ delta2, delta2.sum(axis=0))]",
            "These are the gradients of the whole network. The mask is "
            "nowhere in it.",
        ),
        Wrong(
            "slope of the masked activation",
            {"(1 - A**2)": "(1 - (A * M) ** 2)"},
            "tanh's slope is 1 − a², with the activation *before* the mask. "
            "You put the masked one into it.",
        ),
        Wrong(
            "masked before tanh",
            {"np.tanh(X @ W1 + b1)": "np.tanh((X @ W1 + b1) * M)"},
            "You masked the sums, inside tanh. The mask lies on the "
            "activations.",
        ),
        Wrong(
            "the mask as zeros and ones",
            {"* M * (1 - A**2)": "* (M > 0) * (1 - A**2)"},
            "On the way back you only dropped. Those that stayed were made "
            "larger on the way forward, so their blame is larger, too.",
        ),
        Wrong(
            "the mask twice",
            {"* M * (1 - A**2)": "* M**2 * (1 - A**2)"},
            "On the way back the mask comes in twice. One factor forward is "
            "one factor back.",
        ),
        Wrong(
            "no slope",
            {" * (1 - A**2)": ""},
            "The hidden delta is missing tanh's slope.",
        ),
        Wrong(
            "no mean",
            {" / len(X)": ""},
            "You summed over the batch; the cost is a mean.",
        ),
        Wrong(
            "divided by those that stayed",
            "(W1, b1), (W2, b2) = layers\n"
            "A = np.tanh(X @ W1 + b1)\n"
            "E = np.exp((A * M) @ W2 + b2)\n"
            "delta2 = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)\n"
            "delta1 = (delta2 @ W2.T) * M * (1 - A**2)\n"
            "return [(X.T @ delta1 / np.mean(M > 0), delta1.sum(axis=0)),\n"
            "        ((A * M).T @ delta2, delta2.sum(axis=0))]",
            "You made up for the dropped units in `dW1`. The mask has done "
            "so already.",
        ),
        Wrong(
            "W not transposed",
            {"W2.T": "W2"},
            "On the way back `W2` has to be transposed. Square layers let "
            "the other form through, with wrong numbers.",
        ),
        Wrong(
            "sign",
            {
                "(E / E.sum(axis=1, keepdims=True) - Y)": (
                    "(Y - E / E.sum(axis=1, keepdims=True))"
                )
            },
            "Every slope has the wrong sign: the output's delta is what the "
            "network says minus the target.",
        ),
        Wrong(
            "in place",
            """
            (W1, b1), (W2, b2) = layers
            A = np.tanh(X @ W1 + b1)
            E = np.exp((A * M) @ W2 + b2)
            delta2 = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)
            right = (A * M).T @ delta2, delta2.sum(axis=0)
            M *= (delta2 @ W2.T) * (1 - A**2)
            return [(X.T @ M, M.sum(axis=0)), right]
            """,
        ),
    ),
    hints=(
        "Treat the mask as one more layer, which multiplies. What does a "
        "multiplication by a constant do to a slope on its way back?",
        "`A * M` is what the second layer gets to see, forward and in its "
        "own gradient. tanh's slope knows nothing of the mask.",
        "The hidden delta is `(delta2 @ W2.T) * M * (1 - A**2)`.",
    ),
    cases=masked_cases,
    gradient=Gradient(masked_cost, (0,)),
)


EXERCISES = [PENALTY, SHRUNK, MASK, REPORTED, MASKED]
