"""What a flaw is: a broken form, a fixed form, a source, an effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from nnlib.tables import Table

Effect = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Flaw:
    """Something that one of the five documents got wrong.

    Attributes
    ----------
    name : how the flaw is looked up.
    document : the design whose document has it.
    source : the function or passage of the document where it stands.
    effect : what it does, in one sentence.
    broken, fixed : the two forms, called alike; written anew for this
        library, nothing is the document's own code.
    measure : takes a generator and returns {"broken": {...}, "fixed":
        {...}}: the same named quantities for both forms.
    """

    name: str
    document: str
    source: str
    effect: str
    broken: Callable[..., Any]
    fixed: Callable[..., Any]
    measure: Callable[[np.random.Generator], Effect]

    def compare(self, rng: np.random.Generator) -> Table:
        """Return what `measure` finds as a table: a row per quantity."""
        effect = self.measure(rng)
        forms = ("broken", "fixed")
        rows = [
            (name, *(_shown(effect[form][name]) for form in forms))
            for name in effect["broken"]
        ]
        return Table(("measured", *forms), rows)


def _shown(value: Any) -> str:
    """Return a measured value as a table shows it.

    Floats to three digits, the tiny ones (rounding, or next to it) as what
    they are below: last digits differ from one processor to the next.
    """
    if value is None:
        return "none"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return f"{value:,}"
    if not isinstance(value, (float, np.floating)):
        return str(value)
    if 0 < abs(value) < 1e-12:
        return "< 1e-12"
    if 1000 <= abs(value) < 1e6:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def outcome(call: Callable[..., Any], *args: Any) -> str:
    """Return "ran", or the name of the exception that ended the call."""
    try:
        call(*args)
    except Exception as error:
        return type(error).__name__
    return "ran"


def fastest(
    function: Callable[..., Any], *args: Any, repeats: int = 5
) -> float:
    """Return the shortest of a few timings of one call, in seconds."""
    seconds = []
    for _ in range(repeats):
        start = perf_counter()
        function(*args)
        seconds.append(perf_counter() - start)
    return min(seconds)
