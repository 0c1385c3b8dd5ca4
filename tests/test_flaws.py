"""Every broken form still fails, and every fixed form does not."""

import numpy as np
import pytest

from nnlib import DESIGNS
from nnlib.flaws import FLAWS
from nnlib.flaws import column_vectors as flaws

FAILS = {  # what the broken form's measurement shows, and the fixed form's not
    # NumPy warned of it up to 2.3, and warnings are errors here
    "count-by-entry": lambda m: (
        m["outcome"] in ("TypeError", "DeprecationWarning")
    ),
    "saturated-start": lambda m: m["share with |z| > 5"] > 0.4,
    "raw-pixels": lambda m: m["median slope"] < 1e-12,
    "single-use-pairs": lambda m: m["first run"] != m["second run"],
    "pickled-data": lambda m: m["a trap"] == "ran",
    "two-generators": lambda m: not m["repeatable"],
    "target-not-a-column": lambda m: m["outcome"] == "ran",
}


def test_every_flaw_is_tried():
    """Each flaw has a test here; the loop over examples has its own."""
    assert FAILS.keys() | {"loop-over-examples"} == FLAWS.keys()


@pytest.mark.parametrize("name", FAILS)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_broken_form_fails_and_the_fixed_one_does_not(name, seed):
    """The measurement tells the two forms apart, whatever the seed."""
    effect = FLAWS[name].measure(np.random.default_rng(seed))
    assert FAILS[name](effect["broken"])
    assert not FAILS[name](effect["fixed"])
    assert effect["broken"].keys() == effect["fixed"].keys()


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=FLAWS.keys())
def test_a_flaw_says_whose_it_is(flaw):
    """Each flaw names its document, its place in it and its effect."""
    assert flaw.document in DESIGNS
    assert ":" in flaw.source
    assert flaw.effect
    assert flaw.broken is not flaw.fixed


def test_counting_by_entry_needs_one_hot_targets_too():
    """With a number for a target the lookup raises, as Nielsen's has it."""
    rng = np.random.default_rng(0)
    net = DESIGNS["column_vectors"].initialize([4, 3], rng=rng)
    with pytest.raises(IndexError):
        flaws.count_by_entry(net, [(rng.random((4, 1)), np.float64(1))])


def test_a_loop_over_examples_gives_the_same_gradients():
    """One by one or at once: equal to 1e-12; the loop is slower."""
    flaw, rng = FLAWS["loop-over-examples"], np.random.default_rng(0)
    layers = DESIGNS["bias_row"].initialize([6, 4, 3], rng=rng).to_layers()
    X, Y = rng.random((9, 6)), rng.random((9, 3))
    for slow, fast in zip(
        flaw.broken(layers, X, Y), flaw.fixed(layers, X, Y), strict=True
    ):
        np.testing.assert_allclose(slow.W, fast.W, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(slow.b, fast.b, rtol=1e-12, atol=1e-15)
    effect = flaw.measure(rng)
    assert effect["broken"]["seconds"] > effect["fixed"]["seconds"]


def test_the_shuffle_of_the_broken_form_ignores_the_generator():
    """Both forms return an order of all examples."""
    rng = np.random.default_rng(0)
    for shuffle in (flaws.order_from_global, flaws.order_from_rng):
        assert sorted(shuffle(7, rng)) == list(range(7))
