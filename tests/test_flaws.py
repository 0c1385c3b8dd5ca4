"""Every broken form still fails, and every fixed form does not."""

from dataclasses import replace

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
    # bias_row
    "shared-weights": lambda m: (
        m["matrices of a second (2, 2, 1)"] == 4
        and m["the first moves when the second trains"]
        and m["hidden units of a (2, 4, 1)"] == 2
        and m["a (3, 5, 2) on three inputs"] == "ValueError"
    ),
    "summed-over-rows": lambda m: (
        m["a step is longer by"] == 64
        and m["runs of ten whose error jumps up"] > 5
    ),
    "doubled-error": lambda m: m["slope over gradient"] == 2,
    "error-before-step": lambda m: not m["the same error"],
    "three-axis-gradient": lambda m: (
        m["memory at its peak, in gradients"] > 100
    ),
    "small-start": lambda m: m["right, of ten"] < 5,
    "unreachable-stop": lambda m: not m["stops within 5,000 steps"],
    "missing-transpose": lambda m: m["outcome"] == "ValueError",
    "one-way-sigmoid": lambda m: m["outcome"] == "FloatingPointError",
    "row-without-batch": lambda m: m["W1 @ A1"] == "ValueError",
    "print-statement": lambda m: m["compiling"] == "SyntaxError",
    # bias_row_softmax
    "softmax-overflow": lambda m: m["first output of (1000, 0)"] != 1,
    "log-of-zero": lambda m: m["wrong by 750"] + m["right by 750"] != 750,
    "base-ten-example": lambda m: abs(m["loss"] - m["program"]) > 0.9,
    "size-is-pieces": lambda m: m["minibatch_size=500"] == 120,
    "never-shuffled": lambda m: m["classes in a batch"] == 1,
    "summed-gradient": lambda m: m["twice the rows, times the step"] > 1.99,
    "compounding-decay": lambda m: m["left in epoch 1000"] < 0.007,
    "decay-outlives-fit": lambda m: m["second run begins at"] < 0.03,
    "one-step-momentum": lambda m: (
        m["gain"] < 1.901
        and m["steps to 1e-6"] > 400
        and m["stability limit"] < 1.12
    ),
    "penalty-per-batch": lambda m: m["strength, minibatch_size=500"] > 499,
    "mask-missing-backward": lambda m: m["W1"] > 0.2 and m["b1"] > 0.2,
    "dropped-ones": lambda m: m["values"] == [0, 2] and m["kept"] < 0.6,
    "keeps-what-it-should-drop": lambda m: m["set to 0"] < 0.21,
    "mask-drawn-with-half": lambda m: m["mean factor"] < 0.64,
    "dropout-needs-p": lambda m: m["outcome"] == "TypeError",
    "raw-pixels-tanh": lambda m: m["share of slopes that are 0"] > 0.95,
    "labels-unchecked": lambda m: m["label -1"] == "ran",
    "last-batch-loss": lambda m: abs(m["reported over true"] - 1) > 0.02,
    "outputs-from-inputs": lambda m: m["outcome"] == "ValueError",
    "stale-gradient-check": lambda m: m["relative error"] > 0.1,
    # row_matrix
    "dropped-last-batch": lambda m: m["seen of 4, in batches of 4"] == 0,
    "decay-by-batch-size": lambda m: m["step over ηλw/N"] > 59,
    "three-penalties": lambda m: m["a batch of 10"] > 50 * m["all 600"],
    "penalty-in-cost-only": lambda m: not m["passes"],
    "one-hot-by-floor": lambda m: (
        m["ones, of (0.4, 0.4, 0.2)"] == 2
        and m["NaNs, of (0, 0, 0)"] == 3
        and m["place of (-1, -2, -0.5)"] == 1
    ),
    "labels-without-columns": lambda m: m["accuracy"] and m["accuracy"] > 1,
    "softmax-diagonal": lambda m: m["relative error"] > 0.2,
    "softmax-with-floor": lambda m: (
        m["largest possible output"] < 0.992
        and m["error of a - y, z times 20"] > 0.9
    ),
    "unchecked-pairs": lambda m: min(m.values()) > 0.1,
    "no-third-cost": lambda m: m["outcome"] == "UnboundLocalError",
    "cross-entropy-of-outputs": lambda m: not np.isfinite([*m.values()]).any(),
    "sigmoid-of-one-form": lambda m: m["z = -800"] == "RuntimeWarning",
    "look-at-every-batch": lambda m: m["rows looked at, per row"] == 10,
    "curves-apart": lambda m: m["largest gap"] > 0.001,
    "training-cost-called-test": lambda m: m["off by"] > 0.001,
    "wrapper-alone": lambda m: m["A * 2"] != "ran" and m["A.T"] != "ran",
    "arrays-at-first": lambda m: m["outcome"] == "AttributeError",
    "seeds-itself": lambda m: all(m.values()),
    "divided-by-fan-out": lambda m: (
        m["spread of z in 10 units"] > 50 * m["spread of z in 1000 units"]
    ),
    # layer_dict
    "slope-at-the-activation": lambda m: (
        m["the referee's largest error"] > 0.01
    ),
    "sum-beside-mean": lambda m: m["weights, batch repeated ÷ not"] > 1.9,
    "another-loss-printed": lambda m: (
        abs(m["slope used ÷ slope of the loss"] - 1) > 0.1
    ),
    "relu-in-place": lambda m: m["a is z"] and m["z is"] != m["z was"],
    "relu-slope-in-place": lambda m: m["error of the second gradient"] > 0.1,
    "whole-batches-only": lambda m: (
        m["rows left out, batches of 15"] > 0
        and m["rows left out, batches of 2000"] == 1797
    ),
    "scored-on-its-own-rows": lambda m: m["score"] - m["on new digits"] > 0.02,
    "digits-unscaled": lambda m: m["share with |z| > 5"] > 0.05,
    "sigmoids-as-probabilities": lambda m: m["largest sum"] > 1.5,
    "delta-times-a": lambda m: m["outcome"] == "ValueError",
    "bias-step-unsummed": lambda m: m["shape of b after a step"] != (3,),
    "bias-inside-the-sum": lambda m: m["biases in z"] != 1,
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


def test_an_effect_is_shown_as_a_table():
    """A row per quantity; floats to three digits, tiny ones as a bound."""
    effect = {
        "broken": {"error": 0.0123456, "n": 50_000, "shape": (10, 10)},
        "fixed": {"error": 3e-17, "n": 7, "shape": None},
    }
    flaw = replace(FLAWS["raw-pixels"], measure=lambda rng: effect)
    table = flaw.compare(np.random.default_rng(0))
    assert table.rows == [
        ("error", "0.0123", "< 1e-12"),
        ("n", "50,000", "7"),
        ("shape", "(10, 10)", "none"),
    ]
    assert 'nowrap">&lt; 1e-12<' in table._repr_html_()


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
