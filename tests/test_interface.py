"""The interface: the same words on every design, rows in and rows out."""

from __future__ import annotations

import numpy as np
import pytest
from cases import Case, relative, relative_layers

from nnlib import ACTIVATIONS, COSTS, DESIGNS, Network, gradcheck
from nnlib.activations import Activation
from nnlib.costs import Cost
from nnlib.datasets import xor

every_design = pytest.mark.parametrize("design", DESIGNS)

CASE = Case((4, 6, 3), "tanh", n_samples=7)
X, Y = CASE.batch()


def fit(net, **changes):
    """Two epochs of batches of 3, the last of 1."""
    how = {"epochs": 2, "batch_size": 3, "learning_rate": 0.5}
    return net.fit(X, Y, rng=np.random.default_rng(0), **{**how, **changes})


def shapes(layers):
    """The shape of every W and b."""
    return [part.shape for layer in layers for part in layer]


@every_design
def test_the_interface_end_to_end(design):
    """Initialize, predict, cost, gradients, fit: rows in, rows out."""
    net = DESIGNS[design].initialize(
        [4, 6, 3],
        rng=np.random.default_rng(0),
        hidden="tanh",
        output="sigmoid",
        cost="cross_entropy",
    )
    assert isinstance(net, Network)
    assert net.sizes == [4, 6, 3]
    assert shapes(net.to_layers()) == [(4, 6), (6,), (6, 3), (3,)]
    assert net.predict(X).shape == (7, 3)
    assert shapes(net.gradients(X, Y)) == shapes(net.to_layers())
    before = net.cost(X, Y)
    history = fit(net, validation=(X, Y))
    assert history.cost[-1] == net.cost(X, Y) < before
    assert 0 <= net.accuracy(X, Y) <= 1


@every_design
def test_defaults_make_a_network(design):
    """With nothing but sizes and a generator, every design works."""
    net = DESIGNS[design].initialize([4, 6, 3], rng=np.random.default_rng(0))
    targets = np.eye(3)[[0, 1, 2, 0, 1, 2, 0]]
    history = net.fit(
        X,
        targets,
        epochs=1,
        batch_size=3,
        learning_rate=0.1,
        rng=np.random.default_rng(0),
    )
    assert history.epoch == [1]
    assert gradcheck.check(net, X, targets).passed


@every_design
def test_rows_do_not_look_at_each_other(design):
    """A row's outputs are the same, alone or in a batch, to 1e-14."""
    net = CASE.net(design)
    alone = np.vstack([net.predict(row[None, :]) for row in X])
    assert relative(alone, net.predict(X)) <= 1e-14


@every_design
def test_batch_cost_and_gradients_are_means(design):
    """Both are the means over the samples' own, to 1e-13."""
    net = CASE.net(design)
    pairs = [(X[i : i + 1], Y[i : i + 1]) for i in range(7)]
    costs = [net.cost(*pair) for pair in pairs]
    assert relative(np.mean(costs), net.cost(X, Y)) <= 1e-13
    slopes = [net.gradients(*pair) for pair in pairs]
    means = [
        tuple(sum(parts) / 7 for parts in zip(*layers, strict=True))
        for layers in zip(*slopes, strict=True)
    ]
    assert relative_layers(means, net.gradients(X, Y)) <= 1e-13


@every_design
def test_the_penalty_leaves_biases_out_and_divides_by_n_train(design):
    """(l2 / 2N) Σ w² + (l1 / N) Σ |w|, and its slope, to 1e-13."""
    net, layers = CASE.net(design), CASE.layers()
    penalty = {"l2": 0.3, "l1": 0.2, "n_train": 50}
    extra = sum(
        0.3 / 100 * np.sum(W**2) + 0.2 / 50 * np.sum(abs(W)) for W, _ in layers
    )
    with_it, without = net.cost(X, Y, **penalty), net.cost(X, Y)
    assert relative(with_it - without, extra) <= 1e-13
    for ours, plain, (W, _) in zip(
        net.gradients(X, Y, **penalty),
        net.gradients(X, Y),
        layers,
        strict=True,
    ):
        slope = 0.3 / 50 * W + 0.2 / 50 * np.sign(W)
        assert relative(ours.W - plain.W, slope) <= 1e-13
        np.testing.assert_array_equal(ours.b, plain.b)


@every_design
def test_n_train_is_the_batch_unless_given(design):
    """Left out, N is the number of rows."""
    net = CASE.net(design)
    assert net.cost(X, Y, l2=0.3) == net.cost(X, Y, l2=0.3, n_train=7)


# Copies.


@every_design
def test_to_layers_gives_copies(design):
    """Writing to the layers that come out leaves the network as it was."""
    net = CASE.net(design)
    for layer in net.to_layers():
        layer.W[:] = layer.b[:] = 9
    assert relative_layers(net.to_layers(), CASE.layers()) == 0


@every_design
def test_from_layers_takes_copies(design):
    """Training leaves the arrays that the network came from as they were."""
    layers = CASE.layers()
    net = DESIGNS[design].from_layers(
        layers, hidden="tanh", output="sigmoid", cost="quadratic"
    )
    fit(net)
    assert relative_layers(layers, CASE.layers()) == 0
    assert relative_layers(net.to_layers(), layers) > 0


@every_design
def test_with_layers_makes_another_network(design):
    """The new one has the settings of the old, which does not change."""
    net = CASE.net(design)
    doubled = [(2 * W, 2 * b) for W, b in net.to_layers()]
    other = net.with_layers(doubled)
    assert other.settings == net.settings
    assert relative_layers(other.to_layers(), doubled) == 0
    fit(other)
    assert relative_layers(net.to_layers(), CASE.layers()) == 0


@every_design
def test_inputs_are_only_read(design):
    """Nothing is written to X and Y, nor to what is predicted from them."""
    net, x, y = CASE.net(design), X.copy(), Y.copy()
    x.flags.writeable = y.flags.writeable = False
    outputs = net.predict(x)
    outputs[:] = 7  # the caller's own
    net.gradients(x, y, l2=0.1, l1=0.1)
    net.fit(
        x,
        y,
        epochs=1,
        batch_size=None,
        learning_rate=0.1,
        rng=np.random.default_rng(0),
    )
    np.testing.assert_array_equal(x, X)


@every_design
def test_an_identity_network_does_not_hand_out_its_inputs(design):
    """Even where a = z, what is predicted is new memory."""
    net = Case((4, 3), output="identity").net(design)
    assert not np.shares_memory(net.predict(X), X)


@every_design
def test_looking_changes_nothing(design):
    """After predict, cost, gradients and accuracy the weights are as ever."""
    net = CASE.net(design)
    for look in (net.cost, net.gradients, net.accuracy):
        look(X, Y)
    net.predict(X)
    assert relative_layers(net.to_layers(), CASE.layers()) == 0


@every_design
def test_a_rate_of_zero_moves_nothing(design):
    """Every update is proportional to η."""
    net = CASE.net(design)
    fit(net, learning_rate=0, l2=0.5)
    assert relative_layers(net.to_layers(), CASE.layers()) == 0


@every_design
def test_two_networks_share_nothing(design):
    """Training one leaves another of the same class as it was."""
    one, other = CASE.net(design), CASE.net(design)
    fit(one)
    assert relative_layers(other.to_layers(), CASE.layers()) == 0


@every_design
def test_repr_says_what_it_is(design):
    """The class, the sizes, and the names of what it computes."""
    net = CASE.net(design)
    assert repr(net) == (
        f"{DESIGNS[design].__name__}([4, 6, 3], hidden='tanh', "
        "output='sigmoid', cost='quadratic')"
    )


# One pair of functions and one line of a registry.


def softsign(z):
    """Return z / (1 + |z|)."""
    return z / (1 + np.where(z.real < 0, -z, z))


def softsign_derivative(z):
    """Slope of softsign: 1 / (1 + |z|)²."""
    return 1 / (1 + abs(z)) ** 2


def quartic(a, y, axis=-1):
    """Return ¼ Σ (a - y)⁴ over the units."""
    return 0.25 * np.sum((a - y) ** 4, axis=axis)


def quartic_gradient(a, y):
    """Slope of the quartic loss: (a - y)³."""
    return (a - y) ** 3


@pytest.mark.parametrize("place", ["hidden", "output"])
@every_design
def test_a_new_activation_takes_one_line(design, place, monkeypatch):
    """Once in the registry it works everywhere, and the referee passes it."""
    pair = Activation(softsign, softsign_derivative)
    monkeypatch.setitem(ACTIVATIONS, "softsign", pair)
    net = CASE.net(design, **{place: "softsign"})
    assert gradcheck.check(net, X, Y).passed
    assert fit(net).cost[-1] < CASE.net(design, **{place: "softsign"}).cost(
        X, Y
    )


@every_design
def test_a_new_cost_takes_one_line(design, monkeypatch):
    """Once in the registry it works with any output and any targets."""
    monkeypatch.setitem(COSTS, "quartic", Cost(quartic, quartic_gradient))
    net = CASE.net(design, output="identity", cost="quartic")
    targets = 4 * Y - 2  # not probabilities
    assert gradcheck.check(net, X, targets).passed
    before = net.cost(X, targets)
    net.fit(
        X,
        targets,
        epochs=20,
        batch_size=None,
        learning_rate=0.01,
        rng=np.random.default_rng(0),
    )
    assert net.cost(X, targets) < before


# Learning.


@every_design
def test_every_design_learns_xor(design):
    """From its own initializer, all four rows are right in the end."""
    data = xor()
    net = DESIGNS[design].initialize(
        [2, 4, 1],
        rng=np.random.default_rng(0),
        hidden="tanh",
        output="sigmoid",
        cost="cross_entropy",
    )
    net.fit(
        data.X,
        data.Y,
        epochs=1000,
        batch_size=None,
        learning_rate=1.0,
        rng=np.random.default_rng(1),
        record_every=1000,
    )
    assert net.accuracy(data.X, data.Y) == 1
    assert abs(net.predict(data.X) - data.Y).max() < 0.1


def test_evaluate_refuses_a_single_output():
    """The column-vectors count by argmax says what it needs."""
    rng = np.random.default_rng(0)
    net = DESIGNS["column_vectors"].initialize([2, 1], rng=rng)
    with pytest.raises(ValueError, match="two outputs or more, got 1"):
        net.evaluate([(rng.random((2, 1)), np.ones((1, 1)))])
