"""Optimizers: against sums done by hand, scikit-learn's, and each other."""

from __future__ import annotations

import numpy as np
import pytest
from cases import Case, relative, relative_layers
from sklearn.neural_network import _stochastic_optimizers as sklearn

from nnlib import DESIGNS, OPTIMIZERS, SCHEDULES
from nnlib.optimizers import (
    SGD,
    Adam,
    Constant,
    Cosine,
    Decay,
    Momentum,
    Nesterov,
    Step,
)

every_design = pytest.mark.parametrize("design", DESIGNS)
every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)
CASE = Case((4, 6, 5, 3), "mixed", "log_likelihood", "softmax", n_samples=23)
ETA = 0.05


def gradients(n_updates=20):
    """Pairs of gradients (3, 2) and (4,), drawn once."""
    rng = np.random.default_rng(0)
    return [
        [rng.standard_normal(shape) for shape in ((3, 2), (4,))]
        for _ in range(n_updates)
    ]


def walk(optimizer, dtype=np.float64):
    """The parameters after those gradients, from ones."""
    parameters = [np.ones((3, 2), dtype), np.ones(4, dtype)]
    optimizer.begin(parameters)
    for slopes in gradients():
        slopes = [g.astype(dtype) for g in slopes]
        optimizer.update(parameters, slopes, ETA)
    return parameters


def sklearn_walk(make):
    """The same by an optimizer of scikit-learn's."""
    parameters = [np.ones((3, 2)), np.ones(4)]
    optimizer = make(parameters)
    for slopes in gradients():
        optimizer.update_params(parameters, slopes)
    return parameters


def sgd(momentum, nesterov):
    """Scikit-learn's gradient descent with momentum."""
    return lambda parameters: sklearn.SGDOptimizer(
        parameters, ETA, momentum=momentum, nesterov=nesterov
    )


REFERENCE = {
    "sgd": sgd(0, False),
    "momentum": sgd(0.9, False),
    "nesterov": sgd(0.9, True),
    "adam": lambda parameters: sklearn.AdamOptimizer(parameters, ETA),
}


@every_optimizer
def test_an_optimizer_walks_as_scikit_learns_does(name):
    """Twenty updates of two arrays lead to the same place, to 1e-13.

    Adam's to 1e-6: scikit-learn adds ε before it corrects for the start.
    """
    ours, theirs = walk(OPTIMIZERS[name]()), sklearn_walk(REFERENCE[name])
    tolerance = 1e-6 if name == "adam" else 1e-13
    for mine, other in zip(ours, theirs, strict=True):
        assert relative(mine, other) < tolerance


def test_adam_is_the_formula_of_its_paper():
    """m, s, their corrections and the step, as they are printed, to 1e-13."""
    w, m, s = np.ones((3, 2)), 0.0, 0.0
    for t, (g, _) in enumerate(gradients(), start=1):
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
        w = w - ETA * m_hat / (np.sqrt(s_hat) + 1e-8)
    assert relative(walk(Adam())[0], w) < 1e-13


def test_two_updates_with_momentum_by_hand():
    """w = 1, ∇ = 2, μ = ½, η = 0.1: v is 2, then 3; w 0.8, then 0.5."""
    w, optimizer = np.ones(1), Momentum(0.5)
    optimizer.begin([w])
    for expected in (0.8, 0.5):
        optimizer.update([w], [np.full(1, 2.0)], 0.1)
        assert w[0] == pytest.approx(expected, abs=1e-15)
    assert optimizer.n_updates == 2


def test_momentum_of_zero_is_plain():
    """Without inertia, both kinds of momentum go down the slope."""
    for ball in (Momentum(0), Nesterov(0)):
        for mine, plain in zip(walk(ball), walk(SGD()), strict=True):
            assert relative(mine, plain) < 1e-15


@every_optimizer
def test_how_the_parameters_are_cut_does_not_matter(name):
    """One vector or many pieces of it: the same numbers, bit by bit."""
    rng = np.random.default_rng(1)
    whole, slopes = rng.standard_normal((2, 100))
    pieces = whole.copy()
    one, many = OPTIMIZERS[name](), OPTIMIZERS[name]()

    def cut(vector):
        return [vector[i : i + 7] for i in range(0, 100, 7)]

    one.begin([whole])
    many.begin(cut(pieces))
    for _ in range(5):
        one.update([whole], [slopes.copy()], ETA)
        many.update(cut(pieces), cut(slopes.copy()), ETA)
    np.testing.assert_array_equal(whole, pieces)


@every_optimizer
def test_float32_stays_float32(name):
    """Parameters and memory keep their dtype; the walk is rounded."""
    optimizer = OPTIMIZERS[name]()
    single, double = walk(optimizer, np.float32), walk(OPTIMIZERS[name]())
    assert {p.dtype for p in single} == {np.dtype(np.float32)}
    for arrays in optimizer.memory:
        assert {a.dtype for a in arrays} == {np.dtype(np.float32)}
    assert relative(single[0], double[0]) < 1e-5


@pytest.mark.parametrize("make", [Momentum, Nesterov, Adam])
def test_a_memory_of_another_network_is_refused(make):
    """An optimizer that has seen one network does not take another."""
    optimizer = make()
    optimizer.begin([np.ones(3)])
    with pytest.raises(ValueError, match=f"{make.__name__} remembers"):
        optimizer.begin([np.ones(4)])


@pytest.mark.parametrize(
    ("make", "value"), [(Momentum, 1.0), (Momentum, -0.1), (Adam, "much")]
)
def test_numbers_out_of_range_are_refused(make, value):
    """A momentum is from 0 to below 1, and so is a β."""
    with pytest.raises(ValueError, match=r"must be a number .* got"):
        make(value)


# In a network.


def fit(net, **how):
    """Three epochs of batches of 5, the last of 3."""
    rng = np.random.default_rng(3)
    how = {"epochs": 3, "batch_size": 5, "learning_rate": ETA, **how}
    return net.fit(*CASE.batch(), rng=rng, l2=0.3, l1=0.2, **how)


@every_optimizer
@every_design
def test_every_design_trains_alike_by_every_optimizer(design, name):
    """Adam's signs amplify the last digits, so it is given 1e-7."""
    first, other = CASE.net("column_vectors"), CASE.net(design)
    for net in (first, other):
        fit(net, optimizer=name)
    tolerance = 1e-7 if name == "adam" else 1e-11
    gap = relative_layers(other.to_layers(), first.to_layers())
    assert gap < tolerance
    assert relative_layers(other.to_layers(), CASE.layers()) > 1e-3


@every_design
def test_plain_descent_is_the_design_s_own_update(design):
    """Named or left out, it is the same, to 1e-13."""
    own, named = CASE.net(design), CASE.net(design)
    fit(own)
    fit(named, optimizer="sgd")
    assert relative_layers(named.to_layers(), own.to_layers()) < 1e-13


@pytest.mark.parametrize("design", ["workspace", "layer_dict"])
def test_momentum_and_decay_are_those_of_the_fifth_document(design):
    """An optimizer and a schedule do what the tanh document's `fit` does."""
    fifth, other = CASE.net("bias_row_softmax"), CASE.net(design)
    fit(fifth, momentum=0.8, decay=0.3)
    fit(other, optimizer=Momentum(0.8), schedule=Decay(0.3))
    assert relative_layers(other.to_layers(), fifth.to_layers()) < 1e-12


@pytest.mark.parametrize("design", ["workspace", "row_matrix"])
def test_an_optimizer_goes_on_where_it_stopped(design):
    """Two fits with one Adam are the four epochs of a single one."""

    def train(*epochs):
        net, adam, rng = CASE.net(design), Adam(), np.random.default_rng(0)
        for n in epochs:
            net.fit(
                *CASE.batch(),
                epochs=n,
                batch_size=5,
                learning_rate=ETA,
                rng=rng,
                optimizer=adam,
            )
        return net.to_layers()

    assert relative_layers(train(2, 2), train(4)) == 0


@every_design
def test_an_unknown_name_is_refused(design):
    """The message lists what there is, and nothing has changed."""
    net = CASE.net(design)
    with pytest.raises(ValueError, match=r"one of sgd, .* got 'rms'"):
        fit(net, optimizer="rms")
    with pytest.raises(ValueError, match=r"one of constant, decay, .* got 3"):
        fit(net, schedule=3)
    assert relative_layers(net.to_layers(), CASE.layers()) == 0


def test_the_fifth_design_s_tricks_go_with_its_own_update_only():
    """Dropout would be lost without a word, so it is refused."""
    with pytest.raises(ValueError, match="dropout with its own update only"):
        fit(CASE.net("bias_row_softmax"), optimizer="adam", dropout=0.5)


# Schedules.


@pytest.mark.parametrize(
    ("schedule", "factors"),
    [
        (Constant(), [1, 1, 1, 1]),
        (Decay(0.5), [1, 1 / 1.5, 1 / 2, 1 / 2.5]),
        (Cosine(), [1, (2 + 2**0.5) / 4, 1 / 2, (2 - 2**0.5) / 4]),
        (Step(0.1, every=2), [1, 1, 0.1, 0.1]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_schedule_is_its_formula(schedule, factors):
    """Four epochs, counted from 0, worked out by hand."""
    found = [schedule(epoch, 4) for epoch in range(4)]
    np.testing.assert_allclose(found, factors, rtol=1e-15, atol=1e-16)


@pytest.mark.parametrize("name", SCHEDULES)
@every_design
def test_a_schedule_is_a_rate_per_epoch(design, name):
    """A scheduled run is one fit per epoch with that epoch's rate."""
    whole, pieces = CASE.net(design), CASE.net(design)
    fit(whole, schedule=name)
    rng, schedule = np.random.default_rng(3), SCHEDULES[name]()
    for epoch in range(3):
        pieces.fit(
            *CASE.batch(),
            epochs=1,
            batch_size=5,
            learning_rate=ETA * schedule(epoch, 3),
            rng=rng,
            l2=0.3,
            l1=0.2,
        )
    assert relative_layers(whole.to_layers(), pieces.to_layers()) < 1e-13


def test_a_schedule_can_be_any_function():
    """Rates of 0 move nothing."""
    net = CASE.net("layer_dict")
    fit(net, schedule=lambda epoch, epochs: 0.0)
    assert relative_layers(net.to_layers(), CASE.layers()) == 0
