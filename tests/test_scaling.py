"""Fits: known slopes and prices are found again, with noise on them too."""

import numpy as np
import pytest

from nnlib import scaling

SIZES = np.array([1, 3, 10, 30, 100, 300, 1000])


@pytest.mark.parametrize("fixed", [1e-6, 3.0])
@pytest.mark.parametrize("each", [1e-5, 0.2])
def test_a_line_is_found_again(fixed, each):
    """Both prices, from costs that are exactly on a line."""
    found = scaling.line(SIZES, fixed + each * SIZES)
    assert found == pytest.approx((fixed, each), rel=1e-6)
    assert found.even == pytest.approx(fixed / each, rel=1e-6)
    assert found.at(7) == pytest.approx(fixed + 7 * each, rel=1e-6)


def test_a_line_is_found_again_under_noise():
    """Costs that are 10 percent off give prices within 20."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        costs = (50 + 4 * SIZES) * rng.uniform(0.9, 1.1, len(SIZES))
        assert scaling.line(SIZES, costs) == pytest.approx((50, 4), rel=0.2)


def test_small_costs_count_as_much_as_large_ones():
    """One cost off by a factor moves the price that it tells of."""
    costs = 50.0 + 4 * SIZES
    costs[0] *= 2
    assert scaling.line(SIZES, costs).fixed > 55
    costs = 50.0 + 4 * SIZES
    costs[-1] *= 2
    assert scaling.line(SIZES, costs).each > 4.4


@pytest.mark.parametrize("power", [-1, 0, 0.5, 2])
def test_a_slope_is_the_power(power):
    """Of a cost c · size^power, whatever c is."""
    found = scaling.slope(SIZES, 3e-4 * SIZES.astype(float) ** power)
    assert found == pytest.approx(power, abs=1e-12)


def test_a_slope_between_two_prices_is_the_share_of_the_second():
    """Of a + c n, at n: c n / (a + c n), as the chapter derives."""
    n = 40 * np.array([0.999, 1.001])
    assert scaling.slope(n, 120 + 3 * n) == pytest.approx(0.5, abs=1e-6)
