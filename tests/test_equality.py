"""One network: the designs compute the same numbers.

A difference is the largest |a - b| of an array, relative to the array's
largest |b|. Outputs, costs, gradients and trained weights agree to 1e-10 in
double precision and to 1e-4 in single.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from cases import PAIRS, SIZES, Case, cases, relative, relative_layers

from nnlib import ACTIVATIONS, DESIGNS, gradcheck

TOLERANCE = 1e-10
TOLERANCE_FLOAT32 = 1e-4

FIRST, *OTHERS = DESIGNS  # the others are compared with the first

EVERY = cases(hidden=("mixed", *ACTIVATIONS), n_samples=[7]) + cases(
    n_samples=[1, 64]
)
SOME = cases() + cases([(4, 6, 3)], ACTIVATIONS, [("quadratic", "sigmoid")])

PENALTIES = {
    "plain": {},
    "l2": {"l2": 0.3},
    "l1": {"l1": 0.2},
    "both": {"l2": 0.3, "l1": 0.2},
}


@cache
def looks(design, case):
    """Outputs, cost and gradients of a design."""
    net, (X, Y) = case.net(design), case.batch()
    return net.predict(X), net.cost(X, Y), net.gradients(X, Y)


def assert_same_looks(design, case):
    """The design's outputs, cost and gradients are the first design's."""
    outputs, cost, gradients = looks.__wrapped__(design, case)
    first_outputs, first_cost, first_gradients = looks(FIRST, case)
    assert relative(outputs, first_outputs) <= TOLERANCE
    assert relative(cost, first_cost) <= TOLERANCE
    assert relative_layers(gradients, first_gradients) <= TOLERANCE


@pytest.mark.parametrize("case", EVERY, ids=str)
@pytest.mark.parametrize("design", OTHERS)
def test_outputs_cost_and_gradients_are_the_same(design, case):
    """The same weights give the same outputs, cost and gradients."""
    assert_same_looks(design, case)


# Updates: 10 batches an epoch, or 2, and the last of them is not full.
TRAINING_ROWS = {1: 10, 7: 65, 64: 100}
UPDATES = [1, 10, 100]


@cache
def trained(design, case, batch_size, updates, penalty="plain", **settings):
    """The layers after so many updates, by `fit` from one seed."""
    if updates == 1:
        n_rows, epochs = batch_size, 1
    else:
        n_rows = TRAINING_ROWS[batch_size]
        epochs = updates // -(-n_rows // batch_size)
    net = case.net(design, **settings)
    net.fit(
        *replace(case, n_samples=n_rows).batch(),
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=0.1,
        rng=np.random.default_rng(3),
        record_every=epochs,
        **PENALTIES[penalty],
    )
    return net.to_layers()


def assert_same_training(design, *how):
    """The design's weights after `fit` are the first design's, and moved."""
    layers = trained.__wrapped__(design, *how)
    assert relative_layers(layers, trained(FIRST, *how)) <= TOLERANCE
    assert relative_layers(layers, how[0].layers()) > 1e-6


@pytest.mark.parametrize("updates", UPDATES)
@pytest.mark.parametrize("case", cases(), ids=str)
@pytest.mark.parametrize("design", OTHERS)
def test_weights_are_the_same_after_updates(design, case, updates):
    """The same batches of 7, the last of 2, lead to the same weights."""
    assert_same_training(design, case, 7, updates)


@pytest.mark.parametrize("updates", UPDATES)
@pytest.mark.parametrize("batch_size", TRAINING_ROWS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("design", OTHERS)
def test_weights_are_the_same_for_every_batch_size(
    design, sizes, batch_size, updates
):
    """Batches of 1, 7 and 64 lead to the same weights, penalties included."""
    case = Case(sizes, "mixed", "cross_entropy", "sigmoid")
    assert_same_training(design, case, batch_size, updates, "both")


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("design", OTHERS)
def test_weights_are_the_same_for_every_activation_and_penalty(
    design, hidden, penalty
):
    """Every hidden activation trains alike, with and without penalties."""
    case = Case((3, 5, 4, 2), hidden, "log_likelihood", "softmax")
    assert_same_training(design, case, 7, 100, penalty)


@pytest.mark.parametrize("case", SOME, ids=str)
@pytest.mark.parametrize("design", DESIGNS)
def test_gradients_match_complex_step(design, case):
    """Every weight's and every bias's slope is the measured one."""
    net, (X, Y) = case.net(design), case.batch()
    report = gradcheck.check(net, X, Y, l2=0.3, l1=0.2, n_train=50)
    assert len(report.rows) == 2 * (len(case.sizes) - 1)
    assert report.error <= TOLERANCE


# The outside oracle: the same network in autograd's words, as plain as the
# textbook has it, differentiated by autograd.


def plain_softmax(z):
    """Textbook softmax, in no danger from numbers as small as these."""
    e = anp.exp(z)
    return e / anp.sum(e, axis=1, keepdims=True)


PLAIN = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.1 * z),
    "identity": lambda z: z,
    "softmax": plain_softmax,
}
PLAIN_LOSSES = {  # summed over units and samples
    "quadratic": lambda a, y: anp.sum((a - y) ** 2) / 2,
    "cross_entropy": lambda a, y: (
        -anp.sum(y * anp.log(a) + (1 - y) * anp.log(1 - a))
    ),
    "log_likelihood": lambda a, y: -anp.sum(y * anp.log(a)),
}


def plain_outputs(layers, case, X):
    """The forward pass, line by line as in the textbook."""
    hidden = case.net(FIRST).settings.hidden
    A = X
    for (W, b), name in zip(layers, (*hidden, case.output), strict=True):
        A = PLAIN[name](anp.dot(A, W) + b)
    return A


def plain_cost(layers, case, X, Y, l2, l1, n_train):
    """Mean loss and penalty."""
    A = plain_outputs(layers, case, X)
    squares = sum(anp.sum(W**2) for W, _ in layers)
    sizes = sum(anp.sum(anp.abs(W)) for W, _ in layers)
    penalty = l2 / (2 * n_train) * squares + l1 / n_train * sizes
    return PLAIN_LOSSES[case.cost](A, Y) / len(X) + penalty


@cache
def plain_looks(case, l2, l1, n_train):
    """Outputs, cost and gradients, from autograd alone."""
    layers, (X, Y) = [tuple(layer) for layer in case.layers()], case.batch()
    how = case, X, Y, l2, l1, n_train
    gradients = autograd.grad(plain_cost)(layers, *how)
    return plain_outputs(layers, case, X), plain_cost(layers, *how), gradients


def assert_matches_autograd(design, case, l2=0.3, l1=0.2, n_train=50):
    """The design's outputs, cost and gradients are autograd's."""
    net, (X, Y) = case.net(design), case.batch()
    penalty = {"l2": l2, "l1": l1, "n_train": n_train}
    outputs, cost, gradients = plain_looks(case, l2, l1, n_train)
    assert relative(net.predict(X), outputs) <= TOLERANCE
    assert relative(net.cost(X, Y, **penalty), cost) <= TOLERANCE
    ours = net.gradients(X, Y, **penalty)
    assert relative_layers(ours, gradients) <= TOLERANCE


@pytest.mark.parametrize("case", EVERY, ids=str)
@pytest.mark.parametrize("design", DESIGNS)
def test_outputs_cost_and_gradients_match_autograd(design, case):
    """A library nobody here wrote finds the same numbers, penalties in."""
    assert_matches_autograd(design, case)


def test_autograd_knows_every_activation_and_cost():
    """The oracle leaves no entry of the registries out."""
    assert set(PLAIN) == set(ACTIVATIONS)
    assert set(PLAIN_LOSSES) == {cost for cost, _ in PAIRS}


# Single precision.


def dtypes(layers):
    """Every dtype in these layers."""
    return {part.dtype for layer in layers for part in layer}


@pytest.mark.parametrize("case", SOME, ids=str)
@pytest.mark.parametrize("design", DESIGNS)
def test_float32_gives_the_same_to_its_precision(design, case):
    """Outputs, cost and gradients in float32 are float64's, rounded."""
    net, (X, Y) = case.net(design, dtype=np.float32), case.batch()
    outputs, cost, gradients = looks(FIRST, case)
    assert relative(net.predict(X), outputs) <= TOLERANCE_FLOAT32
    assert relative(net.cost(X, Y), cost) <= TOLERANCE_FLOAT32
    ours = net.gradients(X, Y)
    assert relative_layers(ours, gradients) <= TOLERANCE_FLOAT32


@pytest.mark.parametrize("updates", [1, 10])
@pytest.mark.parametrize("design", DESIGNS)
def test_float32_trains_to_the_same_weights(design, updates):
    """Ten updates in float32 lead where float64 leads, rounded."""
    how = Case((4, 6, 3), "tanh"), 7, updates, "both"
    layers = trained.__wrapped__(design, *how, dtype=np.float32)
    assert relative_layers(layers, trained(FIRST, *how)) <= TOLERANCE_FLOAT32


TRICKS = {"bias_row_softmax": {"momentum": 0.9, "decay": 0.1, "dropout": 0.2}}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("case", SOME, ids=str)
@pytest.mark.parametrize("design", DESIGNS)
def test_dtype_is_kept_everywhere(design, case, dtype):
    """Outputs, gradients and trained weights have the network's dtype."""
    net, (X, Y) = case.net(design, dtype=dtype), case.batch()
    penalty = {"l2": 0.3, "l1": 0.2}
    assert net.predict(X).dtype == dtype
    assert dtypes(net.gradients(X, Y, **penalty)) == {np.dtype(dtype)}
    net.fit(
        X,
        Y,
        epochs=2,
        batch_size=3,
        learning_rate=np.float64(0.1),
        rng=np.random.default_rng(0),
        **penalty,
        **TRICKS.get(design, {}),
    )
    assert dtypes(net.to_layers()) == {np.dtype(dtype)}
    assert type(net.cost(X, Y)) is float


# What is planted here once must not pass: these checks can fail.


def wrong_sign(net):
    """The first hidden layer's delta has the wrong sign."""
    first, *rest = ACTIVATIONS[net.settings.hidden[0]], *later(net)
    return [replace(first, derivative=lambda z: -first.derivative(z)), *rest]


def slope_at_the_activation(net):
    """The first hidden layer's slope is read at a where z belongs."""
    first, *rest = ACTIVATIONS[net.settings.hidden[0]], *later(net)
    f, slope = first.function, first.derivative
    return [replace(first, derivative=lambda z: slope(f(z))), *rest]


def later(net):
    """The activations of all layers but the first."""
    names = (*net.settings.hidden[1:], net.settings.output)
    return [ACTIVATIONS[name] for name in names]


MISTAKES = [wrong_sign, slope_at_the_activation]
PLANTED = Case((3, 5, 4, 2), "tanh")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.__name__)
@pytest.mark.parametrize("design", OTHERS)
def test_a_planted_mistake_breaks_the_equality(design, mistake, monkeypatch):
    """One design with a mistake in its backward pass stands out."""
    monkeypatch.setattr(DESIGNS[design], "_activations", property(mistake))
    with pytest.raises(AssertionError):
        assert_same_looks(design, PLANTED)
    with pytest.raises(AssertionError):
        assert_same_training(design, PLANTED, 7, 10)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.__name__)
@pytest.mark.parametrize("design", DESIGNS)
def test_a_planted_mistake_is_seen_by_the_oracles(
    design, mistake, monkeypatch
):
    """Complex step and autograd both see it: in the first layer, no other."""
    monkeypatch.setattr(DESIGNS[design], "_activations", property(mistake))
    report = gradcheck.check(PLANTED.net(design), *PLANTED.batch())
    wrong = [row.name for row in report.rows if not row.passed]
    assert wrong == ["W1", "b1"]
    with pytest.raises(AssertionError):
        assert_matches_autograd(design, PLANTED)


@pytest.mark.parametrize("design", OTHERS)
def test_a_batch_left_out_breaks_the_equality(design, monkeypatch):
    """A training loop that forgets the partial last batch stands out."""
    right = DESIGNS[design]._epoch

    def forgetful(net, X, Y, batches, *rest):
        right(net, X, Y, list(batches)[:-1], *rest)

    monkeypatch.setattr(DESIGNS[design], "_epoch", forgetful)
    with pytest.raises(AssertionError):
        assert_same_training(design, PLANTED, 7, 10)
