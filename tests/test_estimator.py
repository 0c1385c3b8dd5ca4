"""The estimator: scikit-learn's own checks, and what its users do."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnlib import DESIGNS, training
from nnlib.estimator import NetworkClassifier
from nnlib.optimizers import Adam, Decay

IRIS = load_iris()
X = (IRIS.data - IRIS.data.mean(axis=0)) / IRIS.data.std(axis=0)
Y = IRIS.target_names[IRIS.target]  # strings

# A slower design is asked the same with fewer epochs.
SMALL = {"epochs": 20, "hidden_sizes": (16,), "learning_rate": 0.02}

ALL_CHECKS = """
import json, sys
from sklearn.utils.estimator_checks import check_estimator
from nnlib.estimator import NetworkClassifier
found = {
    name: check_estimator(NetworkClassifier(**how), on_fail=None, on_skip=None)
    for name, how in json.loads(sys.argv[1]).items()
}
print(json.dumps({
    name: [(r["check_name"], r["status"], str(r["exception"])) for r in rows]
    for name, rows in found.items()
}))
"""
HOW = {
    "as it comes": {},
    **{design: {"design": design, **SMALL} for design in DESIGNS},
}


def small(**changes):
    """A quick classifier with a seed."""
    return NetworkClassifier(**{**SMALL, "random_state": 0, **changes})


@pytest.fixture(scope="module")
def verdicts():
    """What `check_estimator` says, check by check.

    In a process of its own: one check wants SciPy to be told so before it
    is imported. Another wants pandas.
    """
    run = subprocess.run(
        [sys.executable, "-c", ALL_CHECKS, json.dumps(HOW)],
        env={**os.environ, "SCIPY_ARRAY_API": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("how", HOW)
def test_scikit_learns_own_checks_pass_and_none_is_skipped(verdicts, how):
    """Every check of `check_estimator` passes, for every design."""
    assert [v for v in verdicts[how] if v[1] != "passed"] == []
    assert len(verdicts[how]) > 50


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_learns_the_irises(design):
    """With string labels; the probabilities sum to 1, and they agree."""
    net = small(design=design).fit(X, Y)
    assert net.score(X, Y) > 0.95
    probabilities = net.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    guesses = net.classes_[probabilities.argmax(axis=1)]
    np.testing.assert_array_equal(net.predict(X), guesses)
    assert type(net.network_) is DESIGNS[design]


@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
def test_sigmoid_outputs_become_probabilities(cost):
    """Each output is divided by their sum."""
    net = small(output="sigmoid", cost=cost).fit(X, Y)
    outputs = net.network_.predict(X)
    expected = outputs / outputs.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(net.predict_proba(X), expected)
    assert net.score(X, Y) > 0.9


def test_what_fit_tells():
    """A cost per epoch, epochs, classes, names, and falling costs."""
    net = small().fit(X, Y)
    assert net.n_iter_ == len(net.loss_curve_) == 20
    assert net.loss_ == net.loss_curve_[-1] < net.loss_curve_[0]
    assert net.n_features_in_ == 4
    assert list(net.classes_) == ["setosa", "versicolor", "virginica"]


def test_a_seed_decides_everything():
    """The same seed, the same network; a second fit forgets the first."""
    one, other = small().fit(X, Y), small().fit(X, Y)
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
    np.testing.assert_array_equal(
        one.fit(X, Y).predict_proba(X), other.predict_proba(X)
    )
    third = small(random_state=1).fit(X, Y)
    assert (third.predict_proba(X) != other.predict_proba(X)).any()


def test_partial_fits_are_the_epochs_of_a_fit():
    """Twenty calls are one fit of twenty epochs, bit by bit, Adam's too."""
    whole, steps = (small(schedule=Decay(0.1)) for _ in range(2))
    whole.fit(X, Y)
    for _ in range(20):
        steps.partial_fit(X, Y)
    np.testing.assert_array_equal(
        whole.predict_proba(X), steps.predict_proba(X)
    )
    assert steps.n_iter_ == 20
    assert steps.loss_curve_ == whole.loss_curve_


def test_partial_fit_takes_the_classes_that_will_come():
    """The first call names them; later ones may lack some, or all differ."""
    net = small().partial_fit(X[:50], Y[:50], classes=IRIS.target_names)
    net.partial_fit(X[50:], Y[50:])
    assert net.predict_proba(X).shape == (150, 3)
    with pytest.raises(ValueError, match=r"of the classes .* got \['tulip'\]"):
        net.partial_fit(X[:1], ["tulip"])
    with pytest.raises(ValueError, match="classes must be those of the first"):
        net.partial_fit(X, Y, classes=["setosa", "tulip"])


def test_early_stopping_takes_the_best_epoch():
    """It stops, and the weights are those of the lowest held-out cost."""
    net = small(
        early_stopping=True, patience=3, epochs=500, learning_rate=0.1
    ).fit(X, Y)
    assert net.n_iter_ < 500
    costs = net.history_.validation_cost
    assert len(costs) - 1 - int(np.argmin(costs)) == 3
    assert len(net.validation_scores_) == net.n_iter_
    best = small(epochs=int(np.argmin(costs)) + 1, learning_rate=0.1)
    best.set_params(early_stopping=True, patience=500).fit(X, Y)
    np.testing.assert_array_equal(best.predict_proba(X), net.predict_proba(X))


def test_a_pickle_predicts_and_trains_on():
    """What comes back is the classifier as it was."""
    net = small().fit(X, Y)
    same = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(same.predict_proba(X), net.predict_proba(X))
    for one in (net, same):
        one.partial_fit(X, Y)
    np.testing.assert_array_equal(same.predict_proba(X), net.predict_proba(X))


def test_an_optimizer_of_its_own_is_not_shared_by_fits():
    """Two fits with one setting start with the same empty memory."""
    net = small(optimizer=Adam(beta1=0.8))
    first = net.fit(X, Y).predict_proba(X)
    np.testing.assert_array_equal(net.fit(X, Y).predict_proba(X), first)
    assert net.optimizer.n_updates == 0


GRID = {
    "networkclassifier__hidden_sizes": [(4,), (16,)],
    "networkclassifier__l2": [0.0, 1.0],
}


def search(**changes):
    """Four settings, three folds, in a pipeline."""
    steps = make_pipeline(StandardScaler(), small(epochs=5, **changes))
    return GridSearchCV(steps, GRID, cv=3)


def test_a_grid_search_in_a_pipeline():
    """It finds a setting that reads nine of ten irises."""
    found = search().fit(IRIS.data, Y)
    assert found.best_params_.keys() == GRID.keys()
    assert found.best_score_ > 0.8
    assert found.score(IRIS.data, Y) > 0.8
    assert len(found.cv_results_["params"]) == 4


def test_cross_validation():
    """Five folds, each a number near 1."""
    scores = cross_val_score(small(), X, Y, cv=5)
    assert len(scores) == 5
    assert scores.mean() > 0.9


def test_dask_runs_the_same_search():
    """Handed to a local cluster through joblib, it finds the same."""
    distributed = pytest.importorskip(
        "distributed", reason="Dask is installed with the study's packages"
    )
    import joblib

    here = search().fit(IRIS.data, Y)
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=2,
            processes=False,
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_backend("dask"),
    ):
        there = search().fit(IRIS.data, Y)
    np.testing.assert_array_equal(
        here.cv_results_["mean_test_score"],
        there.cv_results_["mean_test_score"],
    )


def test_what_it_refuses():
    """In words: sparse samples, other outputs, unknown names."""
    with pytest.raises(TypeError, match="dense"):
        small().fit(csr_array(X), Y)
    with pytest.raises(ValueError, match=r"softmax, sigmoid.* got 'tanh'"):
        small(output="tanh", cost="quadratic").fit(X, Y)
    with pytest.raises(ValueError, match="design must be one of column_vec"):
        small(design="seventh").fit(X, Y)
    with pytest.raises(ValueError, match="optimizer must be one of sgd"):
        small(optimizer="rms").fit(X, Y)
    with pytest.raises(NotFittedError):
        small().predict(X)


def test_an_interrupt_leaves_a_classifier(monkeypatch):
    """It predicts with the weights of the last finished epoch: none here."""

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "minibatches", interrupt)
    net = small().fit(X, Y)
    assert net.history_.interrupted
    assert net.n_iter_ == 0
    assert np.isnan(net.loss_)
    assert net.predict(X).shape == (150,)


def test_a_clone_is_not_trained():
    """Settings only."""
    copy = clone(small(l2=0.5).fit(X, Y))
    assert copy.l2 == 0.5
    assert not hasattr(copy, "network_")
