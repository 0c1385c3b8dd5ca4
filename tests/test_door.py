"""The door: bad input is refused in words, and nothing has changed then.

Every message says what was expected and what came.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from cases import Case, nonzero, relative_layers

from nnlib import ACTIVATIONS, COSTS, DESIGNS, INITIALIZERS
from nnlib.datasets import one_hot

every_design = pytest.mark.parametrize("design", DESIGNS)

CASE = Case((4, 6, 3), n_samples=7)
X, Y = CASE.batch()


def refused(words, do):
    """Call ``do``; its ValueError must have these words, in this order."""
    with pytest.raises(ValueError, match=".*".join(map(re.escape, words))):
        do()


def with_one(array, value):
    """The array, with one entry replaced."""
    wrong = array.copy()
    wrong.flat[3] = value
    return wrong


# Batches. Each entry: what comes, what is expected, what is said to have come.

WRONG = ["must have shape (n_samples, 4)", "got"]
BAD_X = {
    "too few columns": (X[:, :3], [*WRONG, "(7, 3)"]),
    "too many columns": (np.hstack([X, X]), [*WRONG, "(7, 8)"]),
    "transposed": (X.T, [*WRONG, "(4, 7)", "samples are rows"]),
    "one sample, 1-D": (X[0], [*WRONG, "(4,)", "one sample is X[None, :]"]),
    "a number": (0.5, [*WRONG, "()"]),
    "three axes": (X[None], [*WRONG, "(1, 7, 4)"]),
    "no rows": (X[:0], [*WRONG, "(0, 4)", "an empty batch has no mean"]),
    "no numbers": ([], [*WRONG, "(0,)"]),
    "NaN": (with_one(X, np.nan), ["finite", "got 1 NaN or infinite of 28"]),
    "inf": (with_one(X, -np.inf), ["finite", "got 1 NaN or infinite of 28"]),
    "complex": (X + 1j, ["X must be real", "got complex128"]),
    "objects": (X.astype(object), ["array of numbers", "got ndarray", "obj"]),
    "strings": (X.astype(str), ["X must be an array of numbers", "<U"]),
    "ragged": ([[1.0, 2.0], [3.0]], ["array of numbers", "unequal shape"]),
    "None": (None, ["X must be an array of numbers", "got NoneType"]),
}

WRONG = ["Y must have shape (n_samples, 3)", "got"]
BAD_Y = {
    "too few columns": (Y[:, :2], [*WRONG, "(7, 2)"]),
    "transposed": (Y.T, [*WRONG, "(3, 7)", "samples are rows"]),
    "labels": (np.arange(7) % 3, [*WRONG, "(7,)", "one_hot"]),
    "no rows": (Y[:0], [*WRONG, "(0, 3)"]),
    "fewer rows": (Y[:5], ["X and Y must have as many rows", "7 and 5"]),
    "NaN": (with_one(Y, np.nan), ["Y must be finite", "got 1 NaN"]),
    "strings": (Y.astype(str), ["Y must be an array of numbers", "<U"]),
}

GOOD = one_hot([0, 1, 2, 0, 1, 2, 0], 3)  # targets that fit every cost
HOW = {"epochs": 1, "batch_size": 3, "learning_rate": 0.1}


def fit(net, X=X, Y=Y, **changes):
    """Train as in `HOW`, but for the changes."""
    how = {"rng": np.random.default_rng(0), **HOW, **changes}
    return net.fit(X, Y, **how)


WITH_TARGETS = {
    "cost": lambda net, X, Y: net.cost(X, Y),
    "gradients": lambda net, X, Y: net.gradients(X, Y),
    "accuracy": lambda net, X, Y: net.accuracy(X, Y),
    "fit": fit,
    "fit's validation": lambda net, X, Y: fit(net, Y=GOOD, validation=(X, Y)),
}
WITH_INPUTS = {"predict": lambda net, X, Y: net.predict(X), **WITH_TARGETS}


def untouched(net):
    """Whether the parameters are still those it was given."""
    return relative_layers(net.to_layers(), CASE.layers()) == 0


@pytest.mark.parametrize("bad", BAD_X)
@pytest.mark.parametrize("method", WITH_INPUTS)
@every_design
def test_bad_inputs_are_refused(design, method, bad):
    """Every method refuses an X of another shape or kind."""
    net, (value, words) = CASE.net(design), BAD_X[bad]
    refused(words, lambda: WITH_INPUTS[method](net, value, Y))
    assert untouched(net)


@pytest.mark.parametrize("bad", BAD_Y)
@pytest.mark.parametrize("method", WITH_TARGETS)
@every_design
def test_bad_targets_are_refused(design, method, bad):
    """Every method refuses a Y of another shape or kind."""
    net, (value, words) = CASE.net(design), BAD_Y[bad]
    refused(words, lambda: WITH_TARGETS[method](net, X, value))
    assert untouched(net)


ENTROPY, LIKELIHOOD = (
    ("cross_entropy", "sigmoid"),
    ("log_likelihood", "softmax"),
)
NO_PROBABILITIES = {
    "negative": (ENTROPY, Y - 1, ["from 0 to 1", "got -"]),
    "above 1": (ENTROPY, Y + 1, ["from 0 to 1", "got 1."]),
    "negative rows": (LIKELIHOOD, -GOOD, ["from 0 to 1", "got -1 to"]),
    "rows above 1": (LIKELIHOOD, 1.5 * GOOD, ["from 0 to 1", "0 to 1.5"]),
    "rows of sum 0": (LIKELIHOOD, 0 * Y, ["sum to 1", "got 0 in row 0"]),
}


@pytest.mark.parametrize("method", WITH_TARGETS)
@pytest.mark.parametrize("bad", NO_PROBABILITIES)
@every_design
def test_targets_that_are_no_probabilities_are_refused(design, bad, method):
    """The logarithmic costs need targets from 0 to 1, or rows of sum 1."""
    (cost, output), value, words = NO_PROBABILITIES[bad]
    net = CASE.net(design, cost=cost, output=output)
    words = [f"{cost} needs targets", *words]
    refused(words, lambda: WITH_TARGETS[method](net, X, value))
    assert untouched(net)


@every_design
def test_the_quadratic_cost_takes_any_targets(design):
    """Distances have a meaning for every real target."""
    assert CASE.net(design).cost(X, 10 * Y - 20) > 0


def test_a_single_input_column_has_its_own_hint():
    """A 1-D array of samples of one input is told to become a column."""
    net = Case((1, 3, 2)).net("row_matrix")
    refused(["(n_samples, 1)", "X[:, None]"], lambda: net.predict(np.ones(5)))


@every_design
def test_too_large_for_float32_is_refused_without_a_warning(design):
    """A number that becomes infinite in float32 is not let in."""
    net = CASE.net(design, dtype=np.float32)
    refused(
        ["X must be finite in float32", "got 1"],
        lambda: net.predict(with_one(X, 1e300)),
    )


# Numbers.

NUMBER = ["must be a number at least 0 and finite", "got"]
COUNT = ["must be a whole number of at least 1", "got"]
BAD_NUMBERS = {
    "epochs": [(v, COUNT) for v in (0, -1, 2.0, "3", None, True)],
    "batch_size": [(v, COUNT) for v in (0, -5, 2.5, "all")],
    "record_every": [(v, COUNT) for v in (0, 0.5)],
    "learning_rate": [
        (v, NUMBER) for v in (-0.1, np.nan, np.inf, "0.1", None, [0.1], 1j)
    ],
    "l2": [(v, NUMBER) for v in (-1, np.nan, np.inf, "1", None)],
    "l1": [(v, NUMBER) for v in (-1, np.nan, np.inf, "1", None)],
    "rng": [
        (v, ["numpy.random.Generator", "np.random.default_rng(0)", "got"])
        for v in (None, 0, np.random)
    ],
    "validation": [
        (X, ["must be a pair (Xv, Yv)", "got ndarray"]),
        (7, ["must be a pair (Xv, Yv)", "got int"]),
    ],
}
EACH = [
    pytest.param(name, value, words, id=f"{name}-{str(value)[:20]}")
    for name, bad in BAD_NUMBERS.items()
    for value, words in bad
]


@pytest.mark.parametrize(("name", "value", "words"), EACH)
@every_design
def test_bad_arguments_of_fit_are_refused(design, name, value, words):
    """A number out of range, a text for a number, a seed for a generator."""
    net = CASE.net(design)
    came = [] if name == "validation" else [repr(value)]
    refused([name, *words, *came], lambda: fit(net, **{name: value}))
    assert untouched(net)


@pytest.mark.parametrize("method", ["cost", "gradients"])
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("l2", -1, NUMBER), ("l1", np.nan, NUMBER), ("n_train", 0, COUNT)],
)
@every_design
def test_bad_penalties_are_refused(design, method, name, value, words):
    """`cost` and `gradients` refuse what `fit` refuses."""
    do = getattr(CASE.net(design), method)
    refused([name, *words, repr(value)], lambda: do(X, Y, **{name: value}))


# Layers.


def layers_with(i, part, array):
    """The canonical layers, with one array replaced."""
    layers = CASE.layers()
    layers[i] = layers[i]._replace(**{part: array})
    return layers


RNG = np.random.default_rng(0)
W0, B0 = CASE.layers()[0]
W1, B1 = CASE.layers()[1]
BAD_LAYERS = {
    "none": ([], ["at least one layer", "got none"]),
    "no list": (5, ["layers must be a list of (W, b)", "got 5"]),
    "no pair": ([W0], ["layer 0 must be a pair (W, b)", "got array"]),
    "W is 1-D": (
        layers_with(0, "W", B0),
        ["layer 0's W must have shape (fan_in, fan_out)", "got (6,)"],
    ),
    "W is empty": (
        layers_with(0, "W", W0[:0]),
        ["layer 0's W must have shape (fan_in, fan_out)", "got (0, 6)"],
    ),
    "W is transposed": (
        layers_with(1, "W", W1.T),
        ["layer 1's b must have shape (6,)", "W of shape (3, 6)", "got (3,)"],
    ),
    "b is a row": (
        layers_with(1, "b", B1[None]),
        ["layer 1's b must have shape (3,)", "got (1, 3)"],
    ),
    "b is too long": (
        layers_with(0, "b", np.ones(7)),
        ["layer 0's b must have shape (6,)", "got (7,)"],
    ),
    "sizes do not follow": (
        layers_with(1, "W", nonzero(RNG, (5, 3))),
        ["layer 1's W must have 6 rows", "unit of layer 0", "got shape (5, 3"],
    ),
    "NaN": (
        layers_with(0, "W", with_one(W0, np.nan)),
        ["layer 0's W must be finite", "got 1 NaN or infinite of 24"],
    ),
    "inf": (
        layers_with(1, "b", np.array([1, np.inf, 1])),
        ["layer 1's b must be finite", "got 1 NaN or infinite of 3"],
    ),
    "complex": (layers_with(0, "W", 1j * W0), ["must be real", "got complex"]),
    "objects": (
        layers_with(0, "W", W0.astype(object)),
        ["layer 0's W must be an array of numbers", "object"],
    ),
}


@pytest.mark.parametrize("bad", BAD_LAYERS)
@every_design
def test_bad_layers_are_refused(design, bad):
    """A network is made of pairs whose sizes follow each other, or not."""
    value, words = BAD_LAYERS[bad]
    refused(words, lambda: DESIGNS[design].from_layers(value))
    refused(words, lambda: CASE.net(design).with_layers(value))


# Names and sizes.


@pytest.mark.parametrize(
    ("name", "registry"),
    [("hidden", ACTIVATIONS), ("output", ACTIVATIONS), ("cost", COSTS)],
)
@pytest.mark.parametrize("value", ["sigmoidal", "", "Sigmoid"])
@every_design
def test_unknown_names_list_the_known_ones(design, name, registry, value):
    """All the names there are, then the one that came."""
    words = [f"{name} must be one of", *registry, f"got {value!r}"]
    refused(words, lambda: CASE.net(design, **{name: value}))


@every_design
def test_unknown_initializers_list_the_known_ones(design):
    """All the names there are, then the one that came."""
    refused(
        ["initializer must be one of", *INITIALIZERS, "got 'zeros'"],
        lambda: DESIGNS[design].initialize(
            [4, 3], rng=np.random.default_rng(0), initializer="zeros"
        ),
    )


@pytest.mark.parametrize("value", [5, np.tanh, ["relu"], []], ids=str)
@every_design
def test_hidden_names_one_activation_per_hidden_layer(design, value):
    """For two hidden layers it takes one name, or two."""
    case = Case((4, 3, 3, 2))
    refused(
        [
            "hidden must be one name or 2, one per hidden layer",
            f"got {value!r}",
        ],
        lambda: case.net(design, hidden=value),
    )


@every_design
def test_one_wrong_name_among_the_hidden_is_found(design):
    """A list of names is read name by name."""
    refused(
        ["hidden must be one of", "got 'rely'"],
        lambda: Case((4, 3, 3, 2)).net(design, hidden=["relu", "rely"]),
    )


@pytest.mark.parametrize(
    ("cost", "output", "partner"),
    [
        (cost, output, COSTS[cost].partner)
        for cost in COSTS
        for output in ACTIVATIONS
        if COSTS[cost].partner not in (None, output)
    ],
)
@every_design
def test_a_cost_is_refused_with_another_output(design, cost, output, partner):
    """A logarithmic cost names the one output that it goes with."""
    refused(
        [f"cost {cost!r} needs output {partner!r}", f"got {output!r}"],
        lambda: CASE.net(design, cost=cost, output=output),
    )


@pytest.mark.parametrize("value", ["float16", "int64", int, "double ", 7])
@every_design
def test_bad_dtypes_are_refused(design, value):
    """A network computes in float64 or in float32."""
    refused(
        ["dtype must be float32 or float64", f"got {value!r}"],
        lambda: CASE.net(design, dtype=value),
    )


SIZE = "must be a whole number of at least 1, got"
BAD_SIZES = {
    "one": ([4], ["inputs and at least one layer", "got [4]"]),
    "none": ([], ["inputs and at least one layer", "got []"]),
    "zero": ([4, 0, 2], ["sizes[1]", SIZE, "0"]),
    "negative": ([-4, 2], ["sizes[0]", SIZE, "-4"]),
    "not whole": ([4, 2.5], ["sizes[1]", SIZE, "2.5"]),
    "true": ([4, True], ["sizes[1]", SIZE, "True"]),
    "nested": ([[4, 3], [2]], ["sizes[0]", SIZE, "[4, 3]"]),
    "text": ("432", ["sizes must be a list", "[784, 30, 10]", "got '432'"]),
    "a number": (4, ["sizes must be a list", "got 4"]),
    "a 0-D array": (np.array(4), ["sizes must be a list", "got 4"]),
    "None": (None, ["sizes must be a list", "got None"]),
}


@pytest.mark.parametrize("bad", BAD_SIZES)
@every_design
def test_bad_sizes_are_refused(design, bad):
    """Two positive whole numbers or more, inputs first."""
    value, words = BAD_SIZES[bad]
    rng = np.random.default_rng(0)
    refused(words, lambda: DESIGNS[design].initialize(value, rng=rng))


@pytest.mark.parametrize("value", [None, 0, np.random], ids=str)
@every_design
def test_a_seed_is_no_generator(design, value):
    """`initialize` draws from a Generator, and says how to get one."""
    refused(
        ["numpy.random.Generator", "np.random.default_rng(0)", "got"],
        lambda: DESIGNS[design].initialize([4, 3], rng=value),
    )


# What must be let in.


@pytest.mark.parametrize(
    "good",
    [X.tolist(), X.astype(np.float32), X > 0, (9 * X).astype(int), X[::-1]],
    ids=["lists", "float32", "bools", "ints", "reversed view"],
)
@every_design
def test_any_finite_numbers_of_the_right_shape_are_let_in(design, good):
    """Lists, other dtypes and views are read as the numbers they are."""
    net = CASE.net(design)
    expected = net.predict(np.array(good, dtype=np.float64))
    np.testing.assert_allclose(net.predict(good), expected, rtol=1e-13)


@every_design
def test_numpy_numbers_are_numbers(design):
    """Scalars out of arrays will do for every argument of `fit`."""
    net = CASE.net(design)
    history = fit(
        net,
        epochs=np.int64(2),
        batch_size=np.int32(3),
        learning_rate=np.float32(0.5),
        l2=np.float64(0.1),
    )
    assert history.epoch == [1, 2]
