"""The row-matrix document's flaws, against what can be worked out."""

import numpy as np
import pytest

from nnlib import ACTIVATIONS, COSTS, DESIGNS
from nnlib.flaws import row_matrix as flaws
from nnlib.regularizers import Penalty

RNG = np.random.default_rng(0)
Z, Y = RNG.standard_normal((20, 4)), np.eye(4)[RNG.integers(4, size=20)]


@pytest.mark.parametrize("n_samples", [10, 11, 19, 20])
def test_the_epoch_leaves_out_between_one_row_and_a_batch(n_samples):
    """Left out are ((N - 1) mod b) + 1 rows; repaired, none."""
    rng = np.random.default_rng(0)
    seen = np.concatenate(
        [[], *flaws.batches_but_the_last(n_samples, 10, rng)]
    )
    assert n_samples - len(seen) == (n_samples - 1) % 10 + 1
    whole = np.concatenate(flaws.batches_of_all(n_samples, 10, rng))
    assert sorted(whole) == list(range(n_samples))


def test_the_documents_decay_is_ours_times_the_number_of_batches():
    """λ by the batch's size is λ N / b by the training set's."""
    by_batch = flaws.shrink_by_batch(0.1, 0.3, batch_size=10, n_train=600)
    ours = flaws.shrink_by_set(0.1, 0.3 * 60, batch_size=10, n_train=600)
    assert by_batch == pytest.approx(ours, rel=1e-14)
    slope = Penalty(0.3 * 60, n_train=600).gradient(np.ones(1)).item()
    assert 1 - ours == pytest.approx(0.1 * slope, rel=1e-12)


@pytest.mark.parametrize(
    ("wrong", "minimized", "output"),
    [
        ("log_likelihood", "cross_entropy", "sigmoid"),
        ("cross_entropy", "log_likelihood", "softmax"),
    ],
)
def test_a_swapped_pair_minimizes_the_other_cost(wrong, minimized, output):
    """By name one cost, by its delta exactly the other."""
    np.testing.assert_array_equal(
        flaws.delta_by_cost(wrong, output, Z, Y),
        flaws.delta_by_cost(minimized, output, Z, Y),
    )
    np.testing.assert_allclose(
        flaws.delta_by_cost(wrong, output, Z, Y),
        flaws.delta_by_pair(minimized, output, Z, Y),
        rtol=1e-12,
        atol=1e-15,
    )


@pytest.mark.parametrize("output", ["sigmoid", "relu", "softmax"])
def test_the_repaired_delta_is_the_design_s(output):
    """The chain rule gives what `Cost.delta` gives, for the quadratic."""
    f = ACTIVATIONS[output]
    np.testing.assert_allclose(
        flaws.delta_by_pair("quadratic", output, Z, Y),
        COSTS["quadratic"].delta(Z, f.forward(Z), Y, f),
        rtol=1e-14,
    )


def test_the_floor_keeps_ten_outputs_between_a_thousandth_and_0_991():
    """The sure output is 1.001 / 1.01, and the others 0.001 / 1.01."""
    sure = flaws.softmax_with_floor(1000 * np.eye(1, 10))[0]
    np.testing.assert_allclose(sure[0], 1.001 / 1.01, rtol=1e-14)
    np.testing.assert_allclose(sure[1:], 0.001 / 1.01, rtol=1e-14)


def test_seeding_leaves_the_global_generator_as_it_was():
    """Measuring the flaw does not reseed the caller's NumPy."""
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    flaws.measure_seed(np.random.default_rng(0))
    after = np.random.get_state()[1].tolist()  # noqa: NPY002
    assert before == after


def test_both_epochs_end_with_the_same_weights():
    """Looking more often changes nothing but the time it takes."""
    start = DESIGNS["row_matrix"].initialize([4, 6, 1], rng=RNG)
    X, y = RNG.random((30, 4)), RNG.random((30, 1))
    ends = []
    for epoch in (flaws.epoch_with_many_looks, flaws.epoch_with_one_look):
        net = start.with_layers(start.to_layers())
        costs = epoch(net, (X, y), (X, y), 10, np.random.default_rng(0))
        ends.append((costs[-1], net.weights[0].array.tolist()))
    assert ends[0] == ends[1]
