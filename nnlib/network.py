"""The shared interface: rows in, rows out, the same words on every design.

`Network` is the one door. It checks what comes in, then hands plain arrays
to the design, which turns them to its own layout and back. A design
supplies five methods: `_hold` and `to_layers` (its layout), `_outputs`
(forward), `_gradients` (backward), `_epoch` (its walk through the data).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from nnlib import checks, storage, training
from nnlib.activations import ACTIVATIONS, Activation, CoupledActivation
from nnlib.costs import COSTS, Cost
from nnlib.initializers import INITIALIZERS
from nnlib.optimizers import Optimizer, Schedule, as_optimizer, as_schedule
from nnlib.regularizers import Penalty
from nnlib.types import Array, History, Layer

Batches = Iterator[NDArray[np.intp]]


@dataclass(frozen=True)
class Settings:
    """What a network computes, by name: all but its parameters."""

    hidden: tuple[str, ...]
    output: str
    cost: str
    dtype: np.dtype[Any]


class Network(ABC):
    """A feedforward network; each design is one subclass.

    Parameters
    ----------
    layers : canonical layers, W (fan_in, fan_out) and b (fan_out,); copied.
    hidden : an activation's name, or one name per hidden layer.
    output : the output layer's activation.
    cost : the cost's name.
    dtype : float64, or float32.

    What is left out is the design's own document's choice.

    Raises
    ------
    ValueError : shapes that do not follow each other, values that are not
        finite, unknown names, a cost with an output it has no meaning for.
    """

    default_hidden: ClassVar[str] = "sigmoid"
    default_output: ClassVar[str] = "sigmoid"
    default_cost: ClassVar[str] = "quadratic"
    default_initializer: ClassVar[str]

    def __init__(
        self,
        layers: Iterable[Layer],
        *,
        hidden: str | Sequence[str] | None = None,
        output: str | None = None,
        cost: str | None = None,
        dtype: Any = np.float64,
    ) -> None:
        dtype = checks.check_dtype(dtype)
        layers = checks.check_layers(layers, dtype)
        self.settings = Settings(
            _hidden_names(
                _default(hidden, self.default_hidden), len(layers) - 1
            ),
            checks.check_name(
                "output", _default(output, self.default_output), ACTIVATIONS
            ),
            checks.check_name(
                "cost", _default(cost, self.default_cost), COSTS
            ),
            dtype,
        )
        partner = self._cost.partner
        if partner not in (None, self.settings.output):
            raise ValueError(
                f"cost {self.settings.cost!r} needs output {partner!r}, "
                f"got {self.settings.output!r}"
            )
        self.sizes = [len(layers[0].W), *(len(layer.b) for layer in layers)]
        self._hold(layers)

    @classmethod
    def from_layers(cls, layers: Iterable[Layer], **settings: Any) -> Self:
        """Return a network with these parameters; see the class for both."""
        return cls(layers, **settings)

    @classmethod
    def initialize(
        cls,
        sizes: Sequence[int],
        *,
        rng: np.random.Generator,
        initializer: str | None = None,
        **settings: Any,
    ) -> Self:
        """Return a network with random parameters.

        Parameters
        ----------
        sizes : units per layer, inputs first, such as [784, 30, 10].
        rng : the generator to draw from, first layer first.
        initializer : a name from `nnlib.INITIALIZERS`; the document's own
            if left out.
        settings : as for the class.

        Raises
        ------
        ValueError : fewer than two sizes, a size below 1, unknown names.
        """
        sizes = checks.check_sizes(sizes)
        checks.check_rng(rng)
        name = checks.check_name(
            "initializer",
            _default(initializer, cls.default_initializer),
            INITIALIZERS,
        )
        draw = INITIALIZERS[name]
        layers = [draw(i, o, rng) for i, o in pairwise(sizes)]
        return cls(layers, **settings)

    def with_layers(self, layers: Iterable[Layer], **changes: Any) -> Self:
        """Return a network like this one with other parameters."""
        return type(self)(layers, **{**vars(self.settings), **changes})

    def predict(self, X: Any) -> Array:
        """Return the network's outputs, (n_samples, n_outputs).

        Parameters
        ----------
        X : (n_samples, n_inputs).

        Raises
        ------
        ValueError : another shape, no rows, values that are not finite.
        """
        return self._outputs(self._check_inputs(X))[1]

    def cost(
        self,
        X: Any,
        Y: Any,
        *,
        l2: float = 0.0,
        l1: float = 0.0,
        n_train: int | None = None,
    ) -> float:
        """Return the mean of the samples' losses, plus the penalty.

        Parameters
        ----------
        X : (n_samples, n_inputs).
        Y : (n_samples, n_outputs).
        l2, l1 : strength of (l2 / 2N) Σ w² and of (l1 / N) Σ |w|.
        n_train : N, the size of the training set; the rows of X if left
            out.

        Raises
        ------
        ValueError : other shapes, values that are not finite, targets that
            the cost has no meaning for.
        """
        X, Y = self._check_batch(X, Y)
        return self._evaluate(X, Y, _penalty(l2, l1, n_train, X))[0]

    def gradients(
        self,
        X: Any,
        Y: Any,
        *,
        l2: float = 0.0,
        l1: float = 0.0,
        n_train: int | None = None,
    ) -> list[Layer]:
        """Return the gradient of `cost`, canonical layers like `to_layers`.

        Parameters and errors are those of `cost`.
        """
        X, Y = self._check_batch(X, Y)
        penalty = _penalty(l2, l1, n_train, X)
        return [
            Layer(nabla.W + penalty.gradient(layer.W), nabla.b)
            for nabla, layer in zip(self._gradients(X, Y), self.to_layers())
        ]

    def accuracy(self, X: Any, Y: Any) -> float:
        """Return the fraction of rows classified as ``Y`` has them."""
        X, Y = self._check_batch(X, Y)
        return training.accuracy(self._outputs(X)[1], Y)

    def fit(
        self,
        X: Any,
        Y: Any,
        *,
        epochs: int,
        batch_size: int | None,
        learning_rate: float,
        rng: np.random.Generator,
        l2: float = 0.0,
        l1: float = 0.0,
        optimizer: str | Optimizer | None = None,
        schedule: str | Schedule = "constant",
        validation: tuple[Any, Any] | None = None,
        record_every: int = 1,
        stop: training.Stop | None = None,
        progress: bool = False,
        **own: Any,
    ) -> History:
        """Train by gradient descent; return what happened.

        An interrupt (Ctrl-C) ends the run: the weights are those of the
        last finished epoch, and the history so far is returned, with
        ``interrupted`` set.

        Parameters
        ----------
        X, Y : (n_samples, n_inputs) and (n_samples, n_outputs).
        epochs : passes through the data, at most.
        batch_size : samples per update, reshuffled every epoch; None for
            all of them in one update.
        learning_rate : η, the step along the gradient of the batch mean.
        rng : draws the shuffles.
        l2, l1 : penalties as in `cost`, with N = n_samples.
        optimizer : a name from `nnlib.OPTIMIZERS`, or one of them, which
            keeps its memory; the design's own update if left out.
        schedule : a name from `nnlib.SCHEDULES`, or a function of the
            epoch, from 0, and of ``epochs``: the learning rate's factor.
        validation : (Xv, Yv), only looked at.
        record_every : epochs between two entries of the history.
        stop : sees the history at every entry; True ends the run. See
            `nnlib.training.patience`.
        progress : show a bar.
        own : what this design alone offers; its class lists it.

        Raises
        ------
        ValueError : anything out of range or out of shape; no parameter
            has changed then.
        """
        X, Y = self._check_batch(X, Y)
        checks.check_rng(rng)
        checks.check_count("epochs", epochs)
        checks.check_count("record_every", record_every)
        if batch_size is not None:
            checks.check_count("batch_size", batch_size)
        eta = checks.check_number("learning_rate", learning_rate)
        penalty = _penalty(l2, l1, None, X)
        looks = [(X, Y)]
        if validation is not None:
            looks.append(self._check_pair(validation))
        factor = as_schedule(schedule)
        if optimizer is not None:
            optimizer = as_optimizer(optimizer)
        walk, memory = self._walker(optimizer, rng, own)

        def train(epoch: int, watch: training.Watch) -> None:
            batches = watch(training.minibatches(len(X), batch_size, rng))
            rate = float(eta * factor(epoch - 1, epochs))
            walk(X, Y, batches, rate, penalty, *memory)

        return training.run(
            train,
            lambda: [self._evaluate(*look, penalty) for look in looks],
            epochs=epochs,
            n_batches=-(-len(X) // (batch_size or len(X))),
            state=self.to_layers,
            restore=self._hold,
            record_every=record_every,
            stop=stop,
            progress=progress,
        )

    def save(self, path: Any) -> None:
        """Write the network to a file, which `nnlib.load` reads.

        See `nnlib.storage` for what the file is. Whatever happens on the
        way, the file is the old one or the new one.
        """
        storage.write(path, self._header(), self.to_layers())

    def _header(self) -> dict[str, Any]:
        """Return all but the parameters, in words and numbers."""
        settings = {**vars(self.settings), "dtype": self.settings.dtype.name}
        return {
            "class": type(self).__name__,
            "sizes": self.sizes,
            "settings": settings,
        }

    def _walker(
        self,
        optimizer: Optimizer | None,
        rng: np.random.Generator,
        own: dict[str, Any],
    ) -> tuple[Any, tuple[Any, ...]]:
        """Return what walks an epoch, and what it keeps between epochs."""
        if optimizer is None:
            return self._epoch, self._begin(rng, **own)
        if own:
            raise ValueError(
                f"{type(self).__name__} has {', '.join(own)} with its own "
                "update only, got an optimizer too"
            )
        optimizer.begin([part for layer in self.to_layers() for part in layer])
        return self._epoch_by, (optimizer,)

    def _epoch_by(
        self,
        X: Array,
        Y: Array,
        batches: Batches,
        learning_rate: float,
        penalty: Penalty,
        optimizer: Optimizer,
    ) -> None:
        """Update once per batch by an optimizer, in canonical layers."""
        for batch in batches:
            layers = self.to_layers()
            nablas = self._gradients(X[batch], Y[batch])
            for layer, nabla in zip(layers, nablas):
                nabla.W[...] += penalty.gradient(layer.W)
            optimizer.update(
                [part for layer in layers for part in layer],
                [part for nabla in nablas for part in nabla],
                learning_rate,
            )
            self._hold(layers)

    def _begin(self, rng: np.random.Generator) -> tuple[Any, ...]:
        """Return what `_epoch` keeps from epoch to epoch: nothing here."""
        return ()

    @abstractmethod
    def to_layers(self) -> list[Layer]:
        """Return the parameters as canonical layers: new arrays."""

    @abstractmethod
    def _hold(self, layers: list[Layer]) -> None:
        """Take canonical layers into the design's own layout; copy them."""

    @abstractmethod
    def _outputs(self, X: Array) -> tuple[Array, Array]:
        """Return the output layer's z and a, (n_samples, n_outputs) each."""

    @abstractmethod
    def _gradients(self, X: Array, Y: Array) -> list[Layer]:
        """Return the gradient of the mean loss, as canonical layers."""

    @abstractmethod
    def _epoch(
        self,
        X: Array,
        Y: Array,
        batches: Batches,
        learning_rate: float,
        penalty: Penalty,
        *memory: Any,
    ) -> None:
        """Update the parameters once per batch of row numbers."""

    @property
    def _activations(self) -> list[Activation | CoupledActivation]:
        """Return one activation per layer, the output's last."""
        names = (*self.settings.hidden, self.settings.output)
        return [ACTIVATIONS[name] for name in names]

    @property
    def _cost(self) -> Cost:
        return COSTS[self.settings.cost]

    def _evaluate(
        self, X: Array, Y: Array, penalty: Penalty
    ) -> tuple[float, float]:
        """Return cost and accuracy from one forward pass."""
        Z, A = self._outputs(X)
        mean = self._cost.losses(Z, A, Y).mean().item()
        weights = (layer.W for layer in self.to_layers())
        return mean + penalty.value(weights), training.accuracy(A, Y)

    def _check_inputs(self, X: Any, name: str = "X") -> Array:
        return checks.check_rows(name, X, self.sizes[0], self.settings.dtype)

    def _check_batch(
        self, X: Any, Y: Any, prefix: str = ""
    ) -> tuple[Array, Array]:
        X = self._check_inputs(X, f"{prefix}X")
        Y = checks.check_rows(
            f"{prefix}Y", Y, self.sizes[-1], self.settings.dtype
        )
        if len(X) != len(Y):
            raise ValueError(
                f"{prefix}X and Y must have as many rows as each other, "
                f"got {len(X)} and {len(Y)}"
            )
        return X, checks.check_targets(
            self.settings.cost, self._cost.partner, Y
        )

    def _check_pair(self, validation: Any) -> tuple[Array, Array]:
        try:
            X, Y = validation
        except (TypeError, ValueError):
            raise ValueError(
                "validation must be a pair (Xv, Yv), got "
                f"{type(validation).__name__}"
            ) from None
        return self._check_batch(X, Y, "validation ")

    def __repr__(self) -> str:
        s = self.settings
        hidden = s.hidden[0] if len(set(s.hidden)) == 1 else s.hidden
        return (
            f"{type(self).__name__}({self.sizes}, hidden={hidden!r}, "
            f"output={s.output!r}, cost={s.cost!r})"
        )


def _default(value: Any, default: Any) -> Any:
    """Return ``default`` for what was left out, and for nothing else."""
    return default if value is None else value


def _hidden_names(hidden: str | Sequence[str], n: int) -> tuple[str, ...]:
    """One activation name per hidden layer."""
    names = (hidden,) * n if isinstance(hidden, str) else hidden
    if not isinstance(names, Sequence) or len(names) != n:
        raise ValueError(
            f"hidden must be one name or {n}, one per hidden layer; "
            f"got {hidden!r}"
        )
    return tuple(
        checks.check_name("hidden", name, ACTIVATIONS) for name in names
    )


def _penalty(l2: float, l1: float, n_train: int | None, X: Array) -> Penalty:
    """Return the checked penalty; N is the rows of X unless given."""
    n = len(X) if n_train is None else checks.check_count("n_train", n_train)
    return Penalty(
        checks.check_number("l2", l2), checks.check_number("l1", l1), n
    )
