"""The referee: it passes the right gradient and no wrong one."""

from __future__ import annotations

import numpy as np
import pytest
from cases import Case

from nnlib import DESIGNS, Layer, gradcheck
from nnlib.gradcheck import METHODS, central_difference, complex_step

# A square weight matrix in every layer, so that a transposed one still fits.
CASE = Case((3, 3, 3, 3), "tanh", n_samples=5)
NET, BATCH = CASE.net("row_matrix"), CASE.batch()
RIGHT = NET.gradients(*BATCH)
PARTS = [f"{letter}{layer + 1}" for layer in range(3) for letter in "Wb"]

every_method = pytest.mark.parametrize("method", METHODS)


def probes(mode):
    """Arguments for `check`: every entry, some of them, or directions."""
    return {
        "all": {},
        "entries": {"entries": 2, "rng": np.random.default_rng(0)},
        "directions": {"directions": 2, "rng": np.random.default_rng(0)},
    }[mode]


every_mode = pytest.mark.parametrize("mode", ["all", "entries", "directions"])


@every_mode
@every_method
@pytest.mark.parametrize("design", DESIGNS)
def test_right_gradients_pass(design, method, mode):
    """A correct backward pass is passed, parameter by parameter."""
    net = CASE.net(design)
    report = gradcheck.check(net, *BATCH, method=method, **probes(mode))
    assert report.passed
    assert [row.name for row in report.rows] == PARTS
    assert report.error <= METHODS[method][1]


# Mistakes, each planted in one parameter array at a time.


def sign_flipped(part):
    """Climbs where it should descend."""
    return -part


def factor_2(part):
    """Forgets the ½ of the cost."""
    return 2 * part


def sum_for_mean(part):
    """Forgets the 1/n."""
    return len(BATCH[0]) * part


def off_by_a_millionth(part):
    """Is wrong in the sixth digit."""
    return (1 + 5e-6) * part


def single_entry(part):
    """The last entry alone is wrong."""
    wrong = part.copy()
    wrong.flat[-1] *= 1.5
    return wrong


def transposed(part):
    """Has the right shape, in a square matrix."""
    return part.T


def left_out(part):
    """Never visits this array."""
    return np.zeros_like(part)


MISTAKES = [
    sign_flipped,
    factor_2,
    sum_for_mean,
    off_by_a_millionth,
    single_entry,
    transposed,
    left_out,
]
PLANTS = [
    pytest.param(mistake, part, id=f"{mistake.__name__}-{part}")
    for mistake in MISTAKES
    for part in PARTS
    if not (mistake is transposed and part.startswith("b"))
]


def planted(mistake, part):
    """The right gradients, but for one array."""
    wrong = [list(layer) for layer in RIGHT]
    layer, which = int(part[1]) - 1, "Wb".index(part[0])
    wrong[layer][which] = mistake(wrong[layer][which])
    return [Layer(*layer) for layer in wrong]


def names_that_fail(claimed, method, mode):
    """The arrays whose row fails."""
    report = gradcheck.check(
        NET, *BATCH, method=method, claimed=claimed, **probes(mode)
    )
    assert report.passed == all(row.passed for row in report.rows)
    return [row.name for row in report.rows if not row.passed]


@pytest.mark.parametrize("mode", ["all", "directions"])
@every_method
@pytest.mark.parametrize(("mistake", "part"), PLANTS)
def test_a_planted_mistake_is_named(mistake, part, method, mode):
    """A mistake in one array fails that array's row and no other's."""
    assert names_that_fail(planted(mistake, part), method, mode) == [part]


@every_method
@pytest.mark.parametrize("part", PARTS)
def test_two_entries_name_an_array_that_is_all_wrong(part, method):
    """Where every entry is wrong, two of them will do."""
    claimed = planted(off_by_a_millionth, part)
    assert names_that_fail(claimed, method, "entries") == [part]


def test_a_few_entries_can_miss_what_a_direction_sees():
    """One wrong entry of nine: entries miss it by luck, directions do not."""
    claimed = planted(single_entry, "W1")
    found = {"entries": 0, "directions": 0}
    for mode in found:
        for seed in range(20):
            report = gradcheck.check(
                NET,
                *BATCH,
                claimed=claimed,
                rng=np.random.default_rng(seed),
                **{mode: 1},
            )
            found[mode] += not report.passed
    assert found["entries"] < 10
    assert found["directions"] == 20


@every_method
def test_a_skipped_layer_fails(method):
    """A backward pass that never visits the last layer fails W3 and b3."""
    last = Layer(np.zeros((3, 3)), np.zeros(3))
    assert names_that_fail([*RIGHT[:-1], last], method, "all") == ["W3", "b3"]


@every_method
def test_nan_fails(method):
    """A gradient of NaN is not passed, and the report says NaN."""
    claimed = planted(lambda part: part * np.nan, "b2")
    report = gradcheck.check(NET, *BATCH, method=method, claimed=claimed)
    assert not report.passed
    assert np.isnan(report.error)
    assert "nan" in repr(report)


@every_method
def test_a_forgotten_penalty_fails_the_weights_alone(method):
    """The gradient without its L2 part fails every W and no b."""
    report = gradcheck.check(NET, *BATCH, method=method, claimed=RIGHT, l2=0.3)
    wrong = [row.name for row in report.rows if not row.passed]
    assert wrong == ["W1", "W2", "W3"]


@every_mode
def test_how_many_slopes_are_checked(mode):
    """Nine weights and three biases, or as many as were asked for."""
    report = gradcheck.check(NET, *BATCH, **probes(mode))
    per_layer = [9, 3] if mode == "all" else [2, 2]
    assert [row.n_checked for row in report.rows] == per_layer * 3


def test_the_network_is_left_as_it_was():
    """The referee moves copies of the parameters, never the network's."""
    net = CASE.net("bias_row")
    gradcheck.check(net, *BATCH)
    for layer, before in zip(net.to_layers(), CASE.layers(), strict=True):
        np.testing.assert_array_equal(layer.W, before.W)
        np.testing.assert_array_equal(layer.b, before.b)


def test_report_reads_as_a_table():
    """A line per array with its verdict, as text and as HTML."""
    report = gradcheck.check(NET, *BATCH, claimed=planted(sign_flipped, "b2"))
    rows = repr(report).splitlines()[-len(PARTS) :]
    for row, name in zip(rows, PARTS, strict=True):
        assert row.split()[0] == name
        assert ("DIFFERS" in row) == (name == "b2")
        assert ("agrees" in row) == (name != "b2")
    html = report._repr_html_()
    assert html.count("DIFFERS") == 1
    assert html.count("agrees") == len(PARTS) - 1


# The two measures, of a slope that is known: of exp(sin x) at 1.

SLOPE = np.exp(np.sin(1)) * np.cos(1)


def error(measure, h):
    """How far the measured slope is from the known one."""
    slope = measure(
        lambda x: np.exp(np.sin(x)).sum(), np.ones(1), np.ones(1), h
    )
    return abs(slope - SLOPE)


@pytest.mark.parametrize("measure", [central_difference, complex_step])
def test_errors_fall_with_the_square_of_the_step(measure):
    """A step ten times smaller is a hundred times better."""
    ratio = error(measure, 1e-2) / error(measure, 1e-3)
    np.testing.assert_allclose(ratio, 100, rtol=0.01)


def test_central_differences_lose_digits_at_small_steps():
    """Near h = 1e-5 the error is smallest; 1e-11 is far worse."""
    best = error(central_difference, 1e-5)
    assert best < 1e-9
    assert error(central_difference, 1e-11) > 100 * best


def test_complex_step_is_good_to_the_last_digit():
    """At h = 1e-30 the error is that of rounding."""
    assert error(complex_step, 1e-30) < 4e-16


# The referee's own door.


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"method": "forward"}, ["method", "central, complex", "'forward'"]),
        ({"claimed": RIGHT[:1]}, ["claimed", "(3, 3)"]),
        ({"claimed": [Layer(g.W, g.b[None]) for g in RIGHT]}, ["(1, 3)"]),
        ({"entries": 2}, ["Generator", "None"]),
        ({"directions": 2}, ["Generator", "None"]),
        ({"directions": 0}, ["directions", "at least 1", "0"]),
        ({"entries": 0}, ["entries", "at least 1", "0"]),
    ],
    ids=str,
)
def test_bad_arguments_are_refused(arguments, words):
    """What was expected and what came are both in the message."""
    with pytest.raises(ValueError, match="must") as caught:
        gradcheck.check(NET, *BATCH, **arguments)
    assert all(word in str(caught.value) for word in words)


def test_a_float32_network_agrees_to_its_own_digits():
    """With a tolerance of 1e-4 single precision passes; by default not."""
    case = Case()
    net = DESIGNS["row_matrix"].from_layers(case.layers(), dtype=np.float32)
    X, Y = case.batch()
    assert gradcheck.check(net, X, Y, tolerance=1e-4).passed
    assert not gradcheck.check(net, X, Y).passed
