"""The bug museum: each detector can catch, and the matrix is computed."""

import json
from collections import Counter
from dataclasses import fields, replace

import nbformat
import numpy as np
import pytest
from execute_notebooks import ROOT

from nnlib import DESIGNS
from nnlib.flaws import FLAWS
from nnlib.museum import DETECTORS, EXHIBITS, LAWS, detectors, matrix, program
from nnlib.museum.exhibits import digits_task, started
from nnlib.plants import sign_flipped, twice
from nnlib.types import Layer

BY_NAME = {exhibit.flaw: exhibit for exhibit in EXHIBITS}
PARTS = {
    field.name
    for field in fields(program.Program)
    if field.name not in ("task", "twin", "schedule")
}
GOOD = program.Program(
    digits_task(1.0, epochs=1), started(DESIGNS["layer_dict"])
)


@pytest.fixture
def few_seeds(monkeypatch):
    """Compare scores over two seeds: the verdicts do not depend on them."""
    monkeypatch.setattr(detectors, "N_SEEDS", 2)


@pytest.fixture(scope="module")
def computed():
    """Compute the matrix, once; keep the gaps between the scores."""
    gaps, gaps_of = [], detectors.gaps_of

    def keep(program, fixed):
        gaps.append(gaps_of(program, fixed))
        return gaps[-1]

    detectors.gaps_of = keep
    try:
        return matrix(), gaps
    finally:
        detectors.gaps_of = gaps_of


@pytest.fixture
def verdicts(computed):
    """Give the matrix."""
    return computed[0]


def test_the_page_shows_this_matrix(verdicts):
    """Computed anew, the matrix is the one that the page has stored."""
    path = ROOT / "book" / "bug-museum.ipynb"
    nb = nbformat.read(path, as_version=4)
    (cell,) = (c for c in nb.cells if c.id == "matrix-table")
    html = cell.outputs[0].data["text/html"]
    shown = [
        [td.partition(">")[2].partition("<")[0] for td in row.split("<td")[1:]]
        for row in html.split("<tr>")[2:]
    ]
    names = [row[0] for row in shown]
    assert dict(zip(names, [row[1:] for row in shown])) == {
        flaw: list(row.values()) for flaw, row in verdicts.items()
    }


def test_all_five_documents_are_there():
    """Fifteen exhibits, three of each document, all of them in FLAWS."""
    assert len(BY_NAME) == len(EXHIBITS) == 15
    documents = Counter(FLAWS[flaw].document for flaw in BY_NAME)
    assert documents == dict.fromkeys(documents, 3)
    assert len(documents) == 5


def test_five_detectors_see_what_the_others_miss(verdicts):
    """All but the falling loss, which sees nothing by itself."""
    seen = {
        flaw: [n for n, word in row.items() if word in ("seen", "stops")]
        for flaw, row in verdicts.items()
    }
    alone = {names[0] for names in seen.values() if len(names) == 1}
    assert alone == DETECTORS.keys() - {"loss falls"}


def test_only_one_program_stops(verdicts):
    """A verdict "stops" is a flaw's doing, not a mistake of an exhibit."""
    stops = {f for f, row in verdicts.items() if "stops" in row.values()}
    assert stops == {"count-by-entry"}
    exhibit = BY_NAME["count-by-entry"].program("broken")
    net = exhibit.start(exhibit.task.sizes, np.random.default_rng(0))
    with pytest.raises((TypeError, DeprecationWarning)):
        exhibit.score(net, exhibit.task.train, exhibit.task.test)


def test_every_score_gap_is_clear(computed):
    """No verdict on a score hangs on a rounding: none is near the limit."""
    verdicts, gaps = computed
    words = [row["accuracy"] for row in verdicts.values()]
    assert len(gaps) == sum(word not in ("–", "stops") for word in words)
    for gap in gaps:
        errors = abs(gap.mean()) / (gap.std(ddof=1) / 10**0.5 or 1)
        assert not 2.2 < errors < 4


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=BY_NAME)
def test_the_repaired_program_passes(exhibit, few_seeds):
    """No detector has a word against the fixed form."""
    assert set(exhibit.seen_by("fixed").values()) <= {"passes", "–"}


# Planted faults.


def planted(plant):
    """Return gradients that are wrong on purpose, for a program."""
    return lambda net, X, Y, masks: plant(net, X, Y)


def shifted(by):
    """Return a score that is off by so much."""
    return lambda net, train, test: net.accuracy(test.X, test.Y) + by


def one_row_less(n, size, rng):
    """Return batches without the last row."""
    return [np.arange(n - 1)[k : k + size] for k in range(0, n - 1, size)]


def first_row_only(net, X, Y, masks):
    """Return the gradient of the first row of a batch."""
    return net.gradients(X[:1], Y[:1])


def total(net, X, Y, masks):
    """Return the gradient of the sum."""
    return [Layer(len(X) * W, len(X) * b) for W, b in net.gradients(X, Y)]


def careless(net, X, Y, masks):
    """Return the gradient, and spoil the targets."""
    nablas = net.gradients(X, Y)
    Y[:] = 0
    return nablas


def always_seed_1(sizes, rng):
    """Return the same network whatever the generator."""
    return GOOD.start(sizes, np.random.default_rng(1))


def seed_of_its_own(sizes, rng):
    """Return another network whatever the generator."""
    return GOOD.start(sizes, np.random.default_rng())


FAULTS = {
    "loss falls": ("seen", {"gradients": planted(sign_flipped)}),
    "accuracy": ("seen", {"score": shifted(-0.1)}),
    "shapes": ("seen", {"start": lambda s, rng: GOOD.start([64, 9, 10], rng)}),
    "gradient check": ("seen", {"gradients": planted(twice)}),
    "equality": ("seen", {"gradients": planted(twice)}),
    "laws": ("seen", {"batches": one_row_less}),
}
UNLAWFUL = {
    "every example once": {"batches": one_row_less},
    "order is nothing": {"gradients": first_row_only},
    "twice is once": {"gradients": total},
    "strangers": {"start": always_seed_1},
    "repeatable": {"start": seed_of_its_own},
    "nothing is written": {"gradients": careless},
    "noise is chance": {"score": shifted(0.5)},
}


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_catches_a_planted_fault(name, few_seeds):
    """Shown a fault, it sees it; shown none, it passes."""
    wanted, parts = FAULTS[name]
    bad = replace(GOOD, **parts)
    assert DETECTORS[name].verdict(bad, GOOD) == wanted
    assert DETECTORS[name].verdict(GOOD, GOOD) == "passes"


def test_a_better_score_is_told_apart(few_seeds):
    """A score that is too good raises, and one within the noise passes."""
    for by, word in [(0.1, "raises"), (-0.1, "seen"), (0.0, "passes")]:
        bad = replace(GOOD, score=shifted(by))
        assert detectors.accuracy(bad, GOOD) == word


@pytest.mark.parametrize("name", LAWS)
def test_a_law_can_be_broken(name):
    """Each law holds for a good program and not for its fault."""
    holds = LAWS[name][1]
    assert holds(GOOD)
    assert not holds(replace(GOOD, **UNLAWFUL[name]))


# What a detector looks at, counted.


def called(function, exhibit):
    """Return the parts that a detector or a law calls."""
    seen = set()

    def watched(name, part):
        def call(*args):
            seen.add(name)
            return part(*args)

        return call

    good = exhibit.program("fixed")
    spied = {name: watched(name, getattr(good, name)) for name in PARTS}
    function(replace(good, **spied))
    return seen


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_calls_the_parts_it_says(name, few_seeds):
    """Blind where it says so, and nowhere else."""
    detector = DETECTORS[name]
    if name == "laws":
        assert detector.parts == set.union(*(p for p, _ in LAWS.values()))
        return
    parts = called(
        lambda spied: detector.verdict(spied, spied),
        BY_NAME["mask-missing-backward"],
    )
    assert parts == detector.parts
    assert parts <= PARTS


@pytest.mark.parametrize("name", LAWS)
def test_a_law_calls_the_parts_it_says(name):
    """A law is put to a program for the parts that it calls."""
    parts, holds = LAWS[name]
    assert called(holds, BY_NAME["mask-missing-backward"]) == parts


# The exhibits are what they say.


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=BY_NAME)
def test_broken_and_fixed_differ_in_the_named_part_alone(exhibit):
    """All other parts are the same functions, or made by the same lines."""
    broken, fixed = exhibit.program("broken"), exhibit.program("fixed")
    for name in PARTS:
        one, other = getattr(broken, name), getattr(fixed, name)
        if one is not other and name != exhibit.part:
            assert one.__code__ is other.__code__
            assert not one.__closure__ or all(
                cell.cell_contents is not FLAWS[exhibit.flaw].broken
                for cell in one.__closure__
            )
    assert json.dumps(broken.task.sizes) == json.dumps(fixed.task.sizes)


def test_the_planes_are_the_designs_gradient():
    """`with_product` walks back as the design does, to 1e-12."""
    exhibit = BY_NAME["three-axis-gradient"].program("fixed")
    net = program.stirred(exhibit)
    X, Y = exhibit.task.batch()
    for ours, its in zip(
        exhibit.gradients(net, X, Y, []), net.gradients(X, Y), strict=True
    ):
        np.testing.assert_allclose(ours.W, its.W, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(ours.b, its.b, rtol=1e-12, atol=1e-15)
