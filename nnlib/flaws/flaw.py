"""What a flaw is: a broken form, a fixed form, a source, an effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

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


def outcome(call: Callable[..., Any], *args: Any) -> str:
    """Return "ran", or the name of the exception that ended the call."""
    try:
        call(*args)
    except Exception as error:
        return type(error).__name__
    return "ran"
