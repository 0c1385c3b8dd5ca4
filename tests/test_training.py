"""Training: batches, histories, when to stop, and where chance comes from."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from cases import Case, relative_layers
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient

from nnlib import DESIGNS, training
from nnlib.training import accuracy, minibatches, patience
from nnlib.types import History

every_design = pytest.mark.parametrize("design", DESIGNS)

CASE = Case((4, 5, 3), "tanh", n_samples=23)
HELD_OUT = Case((4, 5, 3), "tanh", n_samples=9)


def fit(net, seed=0, **changes):
    """Three epochs of batches of 5, the last of 3."""
    how = {"epochs": 3, "batch_size": 5, "learning_rate": 0.5}
    rng = np.random.default_rng(seed)
    return net.fit(*CASE.batch(), rng=rng, **{**how, **changes})


# Mini-batches.


@settings(derandomize=True, deadline=None)
@given(n=st.integers(1, 200), size=st.integers(1, 250), seed=st.integers(0, 9))
def test_every_row_comes_once(n, size, seed):
    """Full batches, then what is left over; together every row once."""
    batches = list(minibatches(n, size, np.random.default_rng(seed)))
    assert sorted(np.concatenate(batches)) == list(range(n))
    assert [len(b) for b in batches[:-1]] == [size] * (len(batches) - 1)
    assert len(batches[-1]) == (n % size or min(n, size))


def test_batches_are_shuffled_anew_by_the_generator():
    """A seed decides the order, and the next epoch's is another."""

    def order(rng):
        return np.concatenate(list(minibatches(50, 7, rng))).tolist()

    rng = np.random.default_rng(0)
    first, second = order(rng), order(rng)
    assert first == order(np.random.default_rng(0))
    assert len({tuple(first), tuple(second), tuple(range(50))}) == 3


@pytest.mark.parametrize("size", [None, 50, 51])
def test_full_batch_is_everything_in_order(size):
    """One batch of all rows is not shuffled, and draws nothing."""
    rng = np.random.default_rng(0)
    (batch,) = minibatches(50, size, rng)
    np.testing.assert_array_equal(batch, np.arange(50))
    assert rng.random() == np.random.default_rng(0).random()


# Accuracy.


def test_accuracy_counts_rows_whose_largest_output_is_right():
    """Three of four rows are right."""
    Y = np.eye(4)[:, :3] + np.eye(4)[:, 3:]
    Y[3] = [0, 0, 1]
    outputs = np.array(
        [[0.9, 0.5, 0.1], [0.2, 0.3, 0.1], [0.8, 0.9, 0.7], [0.0, 0.1, 0.2]]
    )
    Y[2] = [0, 0, 1]
    assert accuracy(outputs, Y) == 3 / 4


def test_accuracy_of_a_single_output_is_yes_above_a_half():
    """0.7 says yes, 0.5 and 0.2 say no: one of the three is wrong."""
    outputs, Y = (
        np.array([[0.7], [0.5], [0.2]]),
        np.array([[1.0], [1.0], [0.0]]),
    )
    assert accuracy(outputs, Y) == 2 / 3


def test_accuracy_takes_the_first_of_equal_outputs():
    """A tie goes to the lowest column."""
    tie = np.array([[0.5, 0.5]])
    assert accuracy(tie, np.array([[1.0, 0.0]])) == 1
    assert accuracy(tie, np.array([[0.0, 1.0]])) == 0


@every_design
def test_a_network_s_accuracy_is_that_of_its_outputs(design):
    """`net.accuracy` is `accuracy` of `net.predict`."""
    net, (X, Y) = CASE.net(design), CASE.batch()
    assert net.accuracy(X, Y) == accuracy(net.predict(X), Y)


# The history.


@every_design
def test_history_holds_what_the_network_says_afterwards(design):
    """The last entry is `cost` and `accuracy` of the trained network."""
    net = CASE.net(design)
    history = fit(net, l2=0.3, l1=0.2, validation=HELD_OUT.batch())
    penalty = {"l2": 0.3, "l1": 0.2, "n_train": 23}
    assert history.cost[-1] == net.cost(*CASE.batch(), **penalty)
    assert history.accuracy[-1] == net.accuracy(*CASE.batch())
    assert history.validation_cost[-1] == net.cost(
        *HELD_OUT.batch(), **penalty
    )
    assert history.validation_accuracy[-1] == net.accuracy(*HELD_OUT.batch())


@every_design
def test_history_has_an_entry_per_epoch(design):
    """Epochs are counted from 1; each entry is that of a shorter run."""
    history = fit(CASE.net(design), epochs=3)
    assert history.epoch == [1, 2, 3]
    assert history.validation_cost == []
    for epochs in (1, 2):
        shorter = fit(CASE.net(design), epochs=epochs)
        assert history.cost[:epochs] == shorter.cost


@every_design
def test_record_every_thins_the_history_and_nothing_else(design):
    """Every third epoch is recorded, and the last; the weights are as ever."""
    net, other = CASE.net(design), CASE.net(design)
    every, thinned = fit(net, epochs=8), fit(other, epochs=8, record_every=3)
    assert thinned.epoch == [3, 6, 8]
    assert thinned.cost == [every.cost[i - 1] for i in thinned.epoch]
    assert relative_layers(net.to_layers(), other.to_layers()) == 0


def test_history_reads_as_a_sentence():
    """The last epoch's numbers in words; an empty one says so."""
    history = History()
    assert repr(history) == "History(no epoch yet)"
    history.record(7, [(0.25, 0.5), (0.5, 0.75)])
    assert len(history) == 1
    assert repr(history) == (
        "History(epoch 7: cost 0.25, accuracy 50.00%, held out 75.00%)"
    )


# Stopping.


def history_of(*validation_costs):
    """A history with these held-out costs."""
    return History(validation_cost=list(validation_costs))


@pytest.mark.parametrize(
    ("costs", "stops"),
    [
        ((3.0, 2.0, 1.0), False),
        ((3.0, 1.0, 2.0), False),
        ((3.0, 1.0, 2.0, 1.5), True),
        ((1.0, 1.0, 1.0), True),  # not fallen is not better
        ((1.0, 2.0, 0.5), False),
    ],
)
def test_patience_of_two(costs, stops):
    """It ends two records after the lowest validation cost, not before."""
    assert patience(2)(history_of(*costs)) is stops


def test_patience_needs_a_validation_set():
    """Without held-out costs it says what is missing."""
    with pytest.raises(ValueError, match="patience needs a validation set"):
        fit(CASE.net("row_matrix"), stop=patience(2))


@pytest.mark.parametrize("n", [0, 1.5, "two"])
def test_patience_is_a_whole_number(n):
    """Anything else is refused before training starts."""
    with pytest.raises(ValueError, match=f"n_records .* got {n!r}"):
        patience(n)


@every_design
def test_stop_ends_the_run_at_an_entry(design):
    """`stop` sees the history at each entry; True is the end."""
    seen = []

    def stop(history):
        seen.append(len(history))
        return len(history) == 2

    history = fit(CASE.net(design), epochs=10, record_every=2, stop=stop)
    assert seen == [1, 2]
    assert history.epoch == [2, 4]


@every_design
def test_patience_stops_a_run_that_gets_worse(design):
    """Steps far too long: the run ends well before its 50 epochs."""
    X, Y = CASE.batch()
    history = fit(
        CASE.net(design),
        epochs=50,
        learning_rate=20,
        validation=(X, 1 - Y),
        stop=patience(3),
    )
    costs = history.validation_cost
    assert len(costs) < 50
    assert len(costs) - 1 - int(np.argmin(costs)) == 3


# Progress.


@every_design
def test_progress_goes_to_stderr_and_changes_nothing(design, capsys):
    """The bar shows the epochs and the last entry; the result is the same."""
    net, other = CASE.net(design), CASE.net(design)
    silent = fit(other)
    assert capsys.readouterr() == ("", "")
    shown = fit(net, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "3/3" in err
    assert shown.last() in err
    assert shown == silent
    assert relative_layers(net.to_layers(), other.to_layers()) == 0


def test_the_bar_shows_every_batch(capsys):
    """Three epochs of five batches are fifteen, however they are shown."""
    for net in (CASE.net("row_matrix"), CASE.net("workspace")):
        fit(net, progress=True)
        assert "15/15" in capsys.readouterr().err


def test_the_bar_shows_the_held_out_accuracy(capsys):
    """Beside the cost, at the end of every recorded epoch."""
    fit(CASE.net("row_matrix"), progress=True, validation=HELD_OUT.batch())
    err = capsys.readouterr().err
    assert "cost 0." in err
    assert "held out " in err


def test_the_bar_is_text_in_a_notebook_without_widgets():
    """A kernel that turns warnings into errors shows it all the same."""
    cell = (
        "import numpy as np, nnlib\n"
        "rng, data = np.random.default_rng(0), nnlib.datasets.xor()\n"
        "net = nnlib.DESIGNS['workspace'].initialize(\n"
        "    [2, 3, 1], rng=rng, output='sigmoid', cost='cross_entropy')\n"
        "how = dict(epochs=3, batch_size=2, learning_rate=0.1, rng=rng)\n"
        "h = net.fit(data.X, data.Y, progress=True, **how)"
    )
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                "import warnings; warnings.simplefilter('error')"
            ),
            nbformat.v4.new_code_cell(cell),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": ""}},
    )
    NotebookClient(notebook).execute()
    outputs = notebook.cells[1].outputs
    shown = "".join(str(output) for output in outputs)
    assert "3/3" in shown
    assert "cost" in shown


# Interrupts.


@every_design
def test_an_interrupt_keeps_the_last_finished_epoch(design, monkeypatch):
    """In the middle of the third epoch: two epochs' weights and history."""
    net, shorter = CASE.net(design), CASE.net(design)
    two = fit(shorter, epochs=2)
    walked, right = [], training.minibatches

    def batches(*args):
        walked.append(len(walked))
        for count, batch in enumerate(right(*args)):
            if len(walked) == 3 and count == 2:
                raise KeyboardInterrupt
            yield batch

    monkeypatch.setattr(training, "minibatches", batches)
    history = fit(net, epochs=5)
    assert history.interrupted
    assert not two.interrupted
    assert history.epoch == [1, 2]
    assert history.cost == two.cost
    assert relative_layers(net.to_layers(), shorter.to_layers()) == 0


@every_design
def test_an_interrupt_in_the_first_epoch_changes_nothing(design, monkeypatch):
    """No epoch is finished, so the weights are those from before."""

    def batches(n, *args):
        yield np.arange(n)
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "minibatches", batches)
    net = CASE.net(design)
    history = fit(net, progress=True)
    assert history.interrupted
    assert history.epoch == []
    assert relative_layers(net.to_layers(), CASE.layers()) == 0


@every_design
def test_an_interrupted_network_trains_on(design, monkeypatch):
    """It is whole: a fit afterwards leads to finite, other weights."""

    def interrupt(history):
        raise KeyboardInterrupt

    net = CASE.net(design)
    assert fit(net, stop=interrupt).epoch == [1]
    before = net.to_layers()
    assert fit(net).epoch == [1, 2, 3]
    assert relative_layers(net.to_layers(), before) > 0


# Chance.


@every_design
def test_fit_is_reproducible_from_its_generator(design):
    """The same seed gives the same weights, bit by bit; another does not."""
    runs = [CASE.net(design) for _ in range(3)]
    for net, seed in zip(runs, (0, 0, 1), strict=True):
        fit(net, seed)
    first, same, other = (net.to_layers() for net in runs)
    assert relative_layers(first, same) == 0
    assert relative_layers(first, other) > 0


def global_state():
    """What NumPy's global generator is at, as something comparable."""
    return repr(np.random.get_state())  # noqa: NPY002  (to see it untouched)


@every_design
def test_the_global_generator_is_never_touched(design):
    """Neither initializing nor training draws from NumPy's global state."""
    before = global_state()
    rng = np.random.default_rng(0)
    fit(
        DESIGNS[design].initialize(
            CASE.sizes, rng=rng, output="sigmoid", cost="quadratic"
        )
    )
    assert global_state() == before
