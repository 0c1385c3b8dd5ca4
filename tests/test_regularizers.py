"""The penalties' slopes, where the penalty has one and where it has not."""

import numpy as np
import pytest

from nnlib.regularizers import Penalty

GRID = np.linspace(-2, 2, 81)  # 0 is one of them


@pytest.mark.parametrize("penalty", [Penalty(0.3), Penalty(0, 0.2, 5)])
@pytest.mark.parametrize("w", [-1.5, -0.1, 0.0, 0.1, 1.5])
def test_the_slope_is_a_subgradient(penalty, w):
    """Its line through the penalty at w lies above the penalty nowhere."""
    here = np.array([w])
    line = penalty.value([here]) + penalty.gradient(here) * (GRID - w)
    values = np.array([penalty.value([np.array([v])]) for v in GRID])
    assert np.all(line <= values + 1e-15)


def test_the_slope_of_l1_at_zero_is_zero():
    """Of all numbers between -λ/N and λ/N, the one in the middle."""
    slope = Penalty(l1=0.2, n_train=5).gradient(np.array([-1.0, 0.0, 1.0]))
    np.testing.assert_allclose(slope, [-0.04, 0, 0.04], rtol=1e-15)
