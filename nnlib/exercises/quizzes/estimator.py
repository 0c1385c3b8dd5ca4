"""The quiz of the chapter "As a scikit-learn classifier".

The classifier is imported where a key asks for it, so that the other
chapters' quizzes can do without scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, is_
from typing import Any

import numpy as np

from nnlib.exercises.quiz import Option, Question

LABELS = np.array(["cat", "dog"] * 4)
X = np.arange(16.0).reshape(8, 2) % 7 / 7


def classifier(epochs: int = 2, random_state: Any = 0) -> Any:
    """Return a small classifier."""
    from nnlib.estimator import NetworkClassifier

    return NetworkClassifier(
        hidden_sizes=(3,),
        epochs=epochs,
        batch_size=4,
        random_state=random_state,
    )


def to_unit(pixel: float, learned_from: list[float]) -> float:
    """Return a pixel on the scale that takes these from 0 to 1."""
    low, high = np.min(learned_from), np.max(learned_from)
    return ((pixel - low) / (high - low)).item()


def compared(net: Any) -> str:
    """Say how a network with another two epochs compares with one fit."""
    for epochs, word in [(2, "the same"), (4, "trained on")]:
        other = classifier(epochs).fit(X, LABELS)
        if np.array_equal(net.predict_proba(X), other.predict_proba(X)):
            return word
    return "another"


def fitted_twice(random_state: Any) -> str:
    """Return what a second `fit` leads to."""
    net = classifier(random_state=random_state)
    return compared(net.fit(X, LABELS).fit(X, LABELS))


def continued() -> str:
    """Return what two epochs of `partial_fit` after a `fit` lead to."""
    net = classifier().fit(X, LABELS)
    return compared(net.partial_fit(X, LABELS).partial_fit(X, LABELS))


def surprised_by(label: str) -> str:
    """Return what a second call makes of a label that the first had not."""
    net = classifier().partial_fit(X, LABELS)
    try:
        net.partial_fit(X[:1], [label])
    except ValueError:
        return "refused"
    return f"{net.predict_proba(X).shape[1]} outputs"


def told_of(*classes: str) -> str:
    """Return how many outputs a network has that is told of all classes."""
    net = classifier().partial_fit(X, LABELS, classes=classes)
    return f"{net.predict_proba(X).shape[1]} outputs"


def neighbor_of(label: str) -> str:
    """Return the class at whose place in the alphabet the label stands."""
    classes = np.unique(LABELS)
    return classes[np.searchsorted(classes, label)].item()


def looked_at(alike: Callable[[Any, Any], bool], *, hasty: bool) -> str:
    """Say what a constructor keeps of (8,), and what a comparison finds."""
    from nnlib.estimator import NetworkClassifier

    class Hasty(NetworkClassifier):
        def __init__(self, hidden_sizes: Any = (100,)) -> None:
            sizes = tuple(int(size) for size in hidden_sizes)
            super().__init__(hidden_sizes=sizes)

    sizes = (8,)
    made: Any = (Hasty if hasty else NetworkClassifier)(hidden_sizes=sizes)
    kept = made.get_params()["hidden_sizes"]
    what = "the same" if kept is sizes else f"another {kept}"
    return f"{what}, {'content' if alike(kept, sizes) else 'refused'}"


QUESTIONS = [
    Question(
        name="brighter-than-any",
        text=(
            "In a pipeline, a scaler that takes each pixel to the range from "
            "0 to 1 is fitted on images where each has been 0 and has been "
            "16. A held-out image has a 20. What does the network get for "
            "it?"
        ),
        options=(
            Option(
                "1: that is the scaler's range",
                1.0,
                "It would be if the held-out images were scaled by a range of "
                "their own. Then the same gray would mean different numbers "
                "in different sets.",
                comes_from=lambda: to_unit(20.0, [0.0, 20.0]),
            ),
            Option(
                "0.8, and the 16 was 1",
                0.8,
                "16 is 0.8 on a scale that ends at 20. Nobody knew of the 20 "
                "when the scale was made, and it is the 20 that is asked for.",
                comes_from=lambda: to_unit(16.0, [0.0, 20.0]),
            ),
            Option(
                "1.25",
                1.25,
                "20/16. The range is what the scaler learned, not a promise "
                "about what comes later. New data get the same rule, wherever "
                "that puts them.",
            ),
        ),
        key=lambda: to_unit(20.0, [0.0, 16.0]),
    ),
    Question(
        name="fit-again",
        text=(
            "A classifier has `random_state=0`. You call `fit` with the same "
            "data, and then `fit` once more. What do you have?"
        ),
        options=(
            Option(
                "The network after one `fit`, to the last bit",
                "the same",
                "`fit` draws a new network from the same seed, and the "
                "shuffles are the same too. Whatever was learned before is "
                "gone.",
            ),
            Option(
                "A network trained for twice as many epochs",
                "trained on",
                "A design's own `fit` goes on from where the network is, and "
                "so does `partial_fit`. The classifier's `fit` begins anew: "
                "a search relies on that.",
                comes_from=continued,
            ),
            Option(
                "Another network: each `fit` draws other numbers",
                "another",
                "So it is with `random_state=None`. A number is a seed, from "
                "which each `fit` makes a generator of its own.",
                comes_from=lambda: fitted_twice(None),
            ),
        ),
        key=lambda: fitted_twice(0),
    ),
    Question(
        name="a-cow",
        text=(
            "The first call of `partial_fit` gets cats and dogs, and no "
            "`classes`. In the second call there is a cow. What happens?"
        ),
        options=(
            Option(
                "The network gets a third output",
                "3 outputs",
                "A new unit would need weights, and the optimizer a memory "
                "for them. Tell the first call of all classes: then there "
                "are three outputs from the start.",
                comes_from=lambda: told_of("cat", "dog", "cow"),
            ),
            Option(
                "A `ValueError`",
                "refused",
                "The first call fixes the outputs. Whatever comes in pieces "
                "has to say beforehand which classes there will be.",
            ),
            Option(
                "It is learned as a dog",
                "dog",
                "A search in the sorted labels would find the place of the "
                "dog, and a careless program would train on that. This one "
                "looks for unknown labels first.",
                comes_from=lambda: neighbor_of("cow"),
            ),
        ),
        key=lambda: surprised_by("cow"),
    ),
    Question(
        name="content-or-not",
        text=(
            "`Hasty` makes a tuple of ints of its `hidden_sizes`. This time "
            "the user hands over a tuple of ints, `sizes = (8,)`. What does "
            "`Hasty(sizes)` keep, and is `clone` content?"
        ),
        options=(
            Option(
                "`sizes` itself, so it is content",
                "the same, content",
                "That is what a constructor keeps that only stores. This one "
                "builds a tuple anew, number by number.",
                comes_from=lambda: looked_at(is_, hasty=False),
            ),
            Option(
                "An equal tuple, so it is content",
                "another (8,), content",
                "`clone` does not compare values, for which arrays or "
                "generators have no simple answer. It asks for the very "
                "object.",
                comes_from=lambda: looked_at(eq, hasty=True),
            ),
            Option(
                "An equal tuple, so it refuses",
                "another (8,), refused",
                "Equal is not enough: what is asked for is the very object "
                "that was handed over. A constructor that does nothing keeps "
                "it.",
            ),
        ),
        key=lambda: looked_at(is_, hasty=True),
    ),
]
