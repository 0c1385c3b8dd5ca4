"""Give every kernel and test started from here the environment of the book."""

import os

from execute_notebooks import kernel_environment

os.environ.update(kernel_environment())
