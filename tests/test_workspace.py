"""The sixth design: no array is made while it trains, and it is the fifth.

That it computes what the others compute is tested with all of them.
"""

from __future__ import annotations

import copy
import pickle
import tracemalloc

import numpy as np
import pytest
from cases import PAIRS, Case, nonzero, relative_layers

from nnlib import ACTIVATIONS, bench, gradcheck, training
from nnlib.designs.workspace import ROWS
from nnlib.inplace import WRITTEN_OUT
from nnlib.regularizers import Penalty

CASE = Case((4, 6, 5, 3), "tanh", "log_likelihood", "softmax", n_samples=23)
HOW = {"batch_size": 5, "learning_rate": 0.1}


def fit(net, case=CASE, **changes):
    """Two epochs of batches of 5, the last of 3."""
    how = {"epochs": 2, **HOW, **changes}
    return net.fit(*case.batch(), rng=np.random.default_rng(3), **how)


@pytest.mark.parametrize("dropout", [0, 0.4])
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu", "leaky_relu"])
def test_dropout_is_that_of_the_fifth_design(hidden, dropout):
    """The same seed drops the same units: the same weights, to 1e-12."""
    nets = [
        CASE.net(design, hidden=hidden)
        for design in ("bias_row_softmax", "workspace")
    ]
    for net in nets:
        fit(net, dropout=dropout)
    fifth, sixth = (net.to_layers() for net in nets)
    assert relative_layers(sixth, fifth) < 1e-12


def test_dropout_is_seen():
    """It changes where training leads."""
    nets = [CASE.net("workspace") for _ in range(2)]
    for net, dropout in zip(nets, (0, 0.4), strict=True):
        fit(net, dropout=dropout)
    first, other = (net.to_layers() for net in nets)
    assert relative_layers(other, first) > 1e-3


def test_augmenting_changes_the_batch_and_not_the_data():
    """Training on rows turned around is training on turned data."""
    X, Y = CASE.batch()
    before, nets = X.copy(), [CASE.net("workspace") for _ in range(2)]

    def turn(x, rng):
        x *= -1

    fit(nets[0], augment=turn)
    np.testing.assert_array_equal(X, before)
    how = {"epochs": 2, "rng": np.random.default_rng(3), **HOW}
    nets[1].fit(-X, Y, **how)
    first, other = (net.to_layers() for net in nets)
    assert relative_layers(first, other) == 0


@pytest.mark.parametrize("dropout", [1, -0.1, "half"])
def test_a_dropout_out_of_range_is_refused(dropout):
    """Nothing has changed then."""
    net = CASE.net("workspace")
    with pytest.raises(ValueError, match=f"dropout must .* got {dropout!r}"):
        fit(net, dropout=dropout)
    assert relative_layers(net.to_layers(), CASE.layers()) == 0


def epoch_bytes(net, n_samples, batch_size=10):
    """What an epoch after the first takes at its peak, in bytes."""
    rng = np.random.default_rng(0)
    X = nonzero(rng, (n_samples, net.sizes[0]))
    Y = np.eye(net.sizes[-1])[rng.integers(net.sizes[-1], size=n_samples)]
    memory = net._begin(rng)

    def epoch():
        batches = list(training.minibatches(n_samples, batch_size, rng))
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        net._epoch(X, Y, batches, 0.1, Penalty(), *memory)
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        epoch()
        return epoch()
    finally:
        tracemalloc.stop()


QUICK = [
    (hidden, pair)
    for hidden in ("sigmoid", "tanh", "relu")
    for pair in (
        ("quadratic", "sigmoid"),
        ("cross_entropy", "sigmoid"),
        ("log_likelihood", "softmax"),
    )
]


@pytest.mark.parametrize(("hidden", "pair"), QUICK, ids=str)
def test_no_array_is_made_while_it_trains(hidden, pair):
    """An epoch's peak is less than one hidden layer's array of a batch.

    What is left is Python's: the list of calls, and views.
    """
    net = Case((40, 200, 3), hidden, *pair).net("workspace")
    assert epoch_bytes(net, 200, batch_size=20) < 20 * 200 * 8
    other = Case((40, 200, 3), hidden, *pair).net("layer_dict")
    assert epoch_bytes(other, 200, batch_size=20) > 20 * 200 * 8


def test_memory_does_not_grow_with_the_samples():
    """Ten times the samples, the same peak to a kilobyte."""
    net = Case((40, 20, 3), "relu", "quadratic", "sigmoid").net("workspace")
    few, many = (epoch_bytes(net, n) for n in (200, 2000))
    assert abs(many - few) < 1024


def test_a_whole_fit_does_not_grow_with_the_samples_either():
    """Checks, shuffles and records included: ten bytes a sample at most."""
    net = Case((40, 20, 3), "relu", "quadratic", "sigmoid").net("workspace")

    def fit_bytes(n):
        X, Y = bench.random_task(net.sizes, n)
        rng = np.random.default_rng(0)
        return bench.peak_bytes(
            lambda: net.fit(X, Y, epochs=2, rng=rng, **HOW)
        )

    fit_bytes(10)  # what is imported and cached once
    assert fit_bytes(8000) - fit_bytes(2000) < 10 * 6000


@pytest.mark.parametrize("n", [ROWS - 1, ROWS, ROWS + 1, 3 * ROWS + 5])
def test_pieces_make_the_whole(n):
    """What passes in pieces has the other designs' cost and gradients."""
    rng = np.random.default_rng(0)
    X, Y = nonzero(rng, (n, 4)), np.eye(3)[rng.integers(3, size=n)]
    ours, theirs = CASE.net("workspace"), CASE.net("row_matrix")
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-12)
    assert ours.cost(X, Y) == pytest.approx(theirs.cost(X, Y), rel=1e-12)
    assert ours.accuracy(X, Y) == theirs.accuracy(X, Y)
    gap = relative_layers(ours.gradients(X, Y), theirs.gradients(X, Y))
    assert gap < 1e-11


@pytest.mark.parametrize(("cost", "output"), PAIRS, ids=str)
def test_numbers_far_out_do_no_harm(cost, output):
    """Pre-activations of ±1000: no warning, nothing that is not finite."""
    case = Case((4, 6, 3), "sigmoid", cost, output)
    X, Y = case.batch()
    big = [(1000 * W, b) for W, b in case.layers()]
    net = case.net("workspace").with_layers(big)
    assert np.isfinite(net.predict(X)).all()
    if cost == "quadratic" or output in ("sigmoid", "softmax"):
        for nabla in net.gradients(X, Y):
            assert np.isfinite(nabla.W).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_in_place_or_not_the_slopes_are_measured(name):
    """Forms written out and forms of the registry pass the referee."""
    case = Case((4, 6, 3), name, "quadratic", "sigmoid")
    assert gradcheck.check(case.net("workspace"), *case.batch()).passed


def test_the_common_forms_are_written_out():
    """And they are found by the registry's own entries, no others."""
    quick = {name for name, f in ACTIVATIONS.items() if f in WRITTEN_OUT}
    assert quick == {"sigmoid", "tanh", "relu", "identity", "softmax"}


def test_samples_in_columns_are_taken_too():
    """Arrays that do not lie row by row train to the same weights."""
    X, Y = CASE.batch()
    nets = [CASE.net("workspace") for _ in range(2)]
    for net, order in zip(nets, "CF", strict=True):
        net.fit(
            np.asarray(X, order=order),
            np.asarray(Y, order=order),
            epochs=2,
            rng=np.random.default_rng(3),
            **HOW,
        )
    first, other = (net.to_layers() for net in nets)
    assert relative_layers(other, first) == 0


def test_what_is_kept_between_fits_is_the_parameters_alone():
    """A trained network holds its vector, its views, and nothing more."""
    net = CASE.net("workspace")
    before = set(vars(net))
    fit(net)
    assert set(vars(net)) == before == {"settings", "sizes", "theta"}
    assert all(np.shares_memory(part.W, net.theta) for part in net.parts)


@pytest.mark.parametrize(
    "duplicate",
    [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))],
    ids=["deepcopy", "pickle"],
)
def test_a_copy_trains_by_itself(duplicate):
    """What it updates is its own vector, and what it reads, too."""
    net = CASE.net("workspace")
    other = duplicate(net)
    fit(other)
    assert relative_layers(net.to_layers(), CASE.layers()) == 0
    fit(net)
    assert relative_layers(net.to_layers(), other.to_layers()) == 0
    assert relative_layers(net.to_layers(), CASE.layers()) > 0
