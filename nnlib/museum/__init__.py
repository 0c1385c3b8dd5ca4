"""The bug museum: fifteen flaws, six detectors, and who sees what."""

from nnlib.museum.detectors import (
    BLIND,
    DETECTORS,
    PASSES,
    RAISES,
    SEEN,
    STOPS,
)
from nnlib.museum.exhibits import EXHIBITS, Exhibit, matrix
from nnlib.museum.laws import LAWS, broken_laws
from nnlib.museum.program import Program, Task

__all__ = [
    "BLIND",
    "DETECTORS",
    "EXHIBITS",
    "LAWS",
    "PASSES",
    "RAISES",
    "SEEN",
    "STOPS",
    "Exhibit",
    "Program",
    "Task",
    "broken_laws",
    "matrix",
]
