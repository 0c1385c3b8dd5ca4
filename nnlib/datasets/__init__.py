"""Datasets: small ones made on the spot, digits, and all of MNIST."""

from nnlib.datasets.mnist import mnist
from nnlib.datasets.small import digits, donut, moons, xor
from nnlib.datasets.targets import Dataset, one_hot

__all__ = ["Dataset", "digits", "donut", "mnist", "moons", "one_hot", "xor"]
