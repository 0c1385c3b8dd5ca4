"""The stored results of long runs are complete, and a slice comes again."""

import importlib.util
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "book" / "results"


def load(name):
    """Return a results file, and the script that made it as a module."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return json.loads((FOLDER / f"{name}.json").read_text()), script


def test_every_results_file_has_its_script():
    """Beside each results file stands the script of the same name."""
    stored = {path.stem for path in FOLDER.glob("*.json")}
    assert stored == {path.stem for path in FOLDER.glob("*.py")}
    assert stored


def test_the_column_vectors_results_are_complete():
    """Ten seeds for each start, 30 epochs each, made as the script says."""
    results, script = load("column_vectors_mnist")
    runs = results["runs"]
    assert results["settings"] == script.SETTINGS
    assert {(r["initializer"], r["seed"]) for r in runs} == set(script.JOBS)
    assert len(runs) == len(script.JOBS) == 20
    assert {len(r["test_accuracy"]) for r in runs} == {30}
    assert {"python", "numpy", "blas"} <= results["environment"].keys()


def test_what_the_chapter_says_of_the_column_vectors_study():
    """Seed 3 alone never says one digit; the other start's worst is best."""
    runs = load("column_vectors_mnist")[0]["runs"]
    stuck = [(r["initializer"], r["seed"]) for r in runs if r["never_guessed"]]
    assert stuck == [("standard_normal", 3)]
    last = {"standard_normal": [], "scaled_normal": []}
    for r in runs:
        last[r["initializer"]].append(r["test_accuracy"][-1])
    assert min(last["scaled_normal"]) > max(last["standard_normal"])


@pytest.mark.parametrize("initializer", ["standard_normal", "scaled_normal"])
def test_a_first_epoch_of_the_column_vectors_study_comes_again(initializer):
    """Seed 0's first epoch gives the stored accuracy, to half a percent."""
    results, script = load("column_vectors_mnist")
    (stored,) = (
        r["test_accuracy"][0]
        for r in results["runs"]
        if (r["initializer"], r["seed"]) == (initializer, 0)
    )
    again = script.train(initializer, seed=0, epochs=1)["test_accuracy"][0]
    assert again == pytest.approx(stored, abs=0.005)
