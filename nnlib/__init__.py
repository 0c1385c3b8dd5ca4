"""nnlib: one feedforward network in five designs, in NumPy.

Start at `DESIGNS`, and at `network.Network` for the interface they share.
"""

from nnlib import datasets, flaws, gradcheck
from nnlib.activations import ACTIVATIONS
from nnlib.costs import COSTS
from nnlib.designs import DESIGNS, FIVE, load
from nnlib.initializers import INITIALIZERS
from nnlib.layouts import LAYOUTS
from nnlib.network import Network
from nnlib.optimizers import OPTIMIZERS, SCHEDULES
from nnlib.types import History, Layer

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "DESIGNS",
    "FIVE",
    "INITIALIZERS",
    "LAYOUTS",
    "OPTIMIZERS",
    "SCHEDULES",
    "History",
    "Layer",
    "Network",
    "datasets",
    "flaws",
    "gradcheck",
    "load",
]

__version__ = "0.1.0"
