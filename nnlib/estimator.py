"""NetworkClassifier: any design as a scikit-learn classifier.

It says to a design what scikit-learn's words mean: labels become one-hot
rows, ``random_state`` becomes a generator, and back. All of the training is
the design's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from nnlib import checks, training
from nnlib.datasets import one_hot
from nnlib.designs import DESIGNS
from nnlib.network import Network
from nnlib.optimizers import as_optimizer, as_schedule
from nnlib.types import Array, History, Layer

OUTPUTS = ("softmax", "sigmoid")  # what can be read as probabilities


class NetworkClassifier(ClassifierMixin, BaseEstimator):
    """A feedforward network that classifies.

    Parameters
    ----------
    design : a name from `nnlib.DESIGNS`.
    hidden_sizes : units per hidden layer.
    hidden, output, cost, initializer : names, as for `nnlib.Network`; the
        output is "softmax" or "sigmoid", with a unit per class.
    optimizer, schedule : as for `nnlib.Network.fit`; with None the design
        updates as its document does.
    learning_rate, epochs, l2, l1 : as there.
    batch_size : as there; at most all of the samples.
    early_stopping : hold out ``validation_fraction`` of the samples, stop
        when their cost has not fallen for ``patience`` epochs, and take
        the weights of the best epoch.
    dtype : "float64" or "float32".
    random_state : seed, generator or None, as everywhere in scikit-learn.
    progress : show a bar.

    Attributes
    ----------
    classes_ : the labels, sorted.
    network_ : the trained `nnlib.Network`.
    history_ : `nnlib.History` of the last `fit` or `partial_fit`.
    loss_curve_, loss_ : the cost after every epoch so far, and the last;
        NaN if an interrupt came before the first was over.
    validation_scores_ : held-out accuracies, with ``early_stopping``.
    n_iter_ : epochs so far.
    n_features_in_, feature_names_in_ : what came in.
    """

    def __init__(
        self,
        design: str = "workspace",
        hidden_sizes: Sequence[int] = (100,),
        *,
        hidden: str | Sequence[str] = "relu",
        output: str = "softmax",
        cost: str = "log_likelihood",
        initializer: str = "he_normal",
        optimizer: Any = "adam",
        schedule: Any = "constant",
        learning_rate: float = 0.005,
        epochs: int = 100,
        batch_size: int = 32,
        l2: float = 0.0,
        l1: float = 0.0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 10,
        dtype: str = "float64",
        random_state: Any = None,
        progress: bool = False,
    ) -> None:
        self.design = design
        self.hidden_sizes = hidden_sizes
        self.hidden = hidden
        self.output = output
        self.cost = cost
        self.initializer = initializer
        self.optimizer = optimizer
        self.schedule = schedule
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.l2 = l2
        self.l1 = l1
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.dtype = dtype
        self.random_state = random_state
        self.progress = progress

    def fit(self, X: Any, y: Any) -> Self:
        """Train a new network.

        Parameters
        ----------
        X : (n_samples, n_features), dense.
        y : (n_samples,), labels of any kind.
        """
        X, y = self._check(X, y, reset=True)
        self.classes_ = np.unique(y)
        self._start()
        if self.early_stopping:
            return self._fit_early(X, y)
        return self._train(X, y, self.epochs)

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> Self:
        """Go on training for one epoch, on these samples.

        The first call takes the ``classes`` of all the calls to come, if
        ``y`` does not have them all.
        """
        first = not hasattr(self, "network_")
        X, y = self._check(X, y, reset=first)
        if first:
            self.classes_ = np.unique(y if classes is None else classes)
        elif classes is not None and not np.array_equal(
            self.classes_, np.unique(classes)
        ):
            raise ValueError(
                f"classes must be those of the first call, {self.classes_}, "
                f"got {np.unique(classes)}"
            )
        unknown = np.setdiff1d(y, self.classes_)
        if unknown.size:
            raise ValueError(
                f"y must be of the classes {self.classes_}, got {unknown}"
            )
        if first:
            self._start()
        return self._train(X, y, 1)

    def predict_proba(self, X: Any) -> Array:
        """Return the classes' probabilities, (n_samples, n_classes).

        Softmax's are the outputs; of sigmoids the outputs over their sum.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=self._dtype)
        outputs = self.network_.predict(X)
        if self.output == "softmax":
            return outputs
        return outputs / outputs.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the labels, (n_samples,)."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    @property
    def _dtype(self) -> np.dtype[Any]:
        return checks.check_dtype(self.dtype)

    def _check(self, X: Any, y: Any, reset: bool) -> tuple[Array, Any]:
        """Return samples and labels, checked as scikit-learn does."""
        if self.output not in OUTPUTS:
            raise ValueError(
                f"output must be one of {', '.join(OUTPUTS)}, for a "
                f"classifier; got {self.output!r}"
            )
        checks.check_name("design", self.design, DESIGNS)
        X, y = validate_data(self, X, y, reset=reset, dtype=self._dtype)
        check_classification_targets(y)
        return X, y

    def _start(self) -> None:
        """Draw a new network; nothing has been learned yet."""
        seed = check_random_state(self.random_state).randint(2**31 - 1)
        self._rng = np.random.default_rng(seed)
        self.network_ = self._network()
        self._optimizer = None
        if self.optimizer is not None:  # a copy: settings stay as they are
            self._optimizer = deepcopy(as_optimizer(self.optimizer))
        self.n_iter_ = 0
        self.loss_curve_: list[float] = []

    def _network(self) -> Network:
        sizes = [self.n_features_in_, *self.hidden_sizes, len(self.classes_)]
        return DESIGNS[self.design].initialize(
            sizes,
            rng=self._rng,
            initializer=self.initializer,
            hidden=self.hidden,
            output=self.output,
            cost=self.cost,
            dtype=self._dtype,
        )

    def _train(self, X: Array, y: Any, epochs: int, **how: Any) -> Self:
        """Train the network that there is; take down what happened."""
        schedule, before = as_schedule(self.schedule), self.n_iter_
        total = max(self.epochs, before + epochs)
        self.history_ = self.network_.fit(
            X,
            self._targets(y),
            epochs=epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            rng=self._rng,
            l2=self.l2,
            l1=self.l1,
            optimizer=self._optimizer,
            schedule=lambda epoch, _: schedule(before + epoch, total),
            progress=self.progress,
            **how,
        )
        self.n_iter_ += len(self.history_)
        self.loss_curve_ += self.history_.cost
        self.loss_ = self.loss_curve_[-1] if self.loss_curve_ else np.nan
        return self

    def _fit_early(self, X: Array, y: Any) -> Self:
        """Train until the held-out cost rests; take the best weights."""
        X, X_held, y, y_held = train_test_split(
            X,
            y,
            test_size=self.validation_fraction,
            random_state=int(self._rng.integers(2**31)),
            stratify=y,
        )
        enough, best = training.patience(self.patience), Best(self.network_)
        self._train(
            X,
            y,
            self.epochs,
            validation=(X_held, self._targets(y_held)),
            stop=lambda history: best.look(history) or enough(history),
        )
        self.network_ = self.network_.with_layers(best.layers)
        self.validation_scores_ = self.history_.validation_accuracy
        return self

    def _targets(self, y: Any) -> Array:
        numbers = np.searchsorted(self.classes_, y)
        return one_hot(numbers, len(self.classes_))


class Best:
    """The layers of the epoch with the lowest held-out cost."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.layers: list[Layer] = net.to_layers()

    def look(self, history: History) -> bool:
        """Keep the layers if they are the best so far; never stop a run."""
        if np.argmin(history.validation_cost) == len(history) - 1:
            self.layers = self.net.to_layers()
        return False
