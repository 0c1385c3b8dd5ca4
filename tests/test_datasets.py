"""Datasets: what is in them, how they are scaled, what a damaged one says."""

from __future__ import annotations

import importlib
import shutil
import time

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nnlib.datasets import digits, donut, files, mnist, moons, one_hot, xor

# The module: `nnlib.datasets.mnist` itself is the function.
mnist_module = importlib.import_module("nnlib.datasets.mnist")

SUBSETS = ["train", "test"]


@pytest.fixture(scope="module")
def raw():
    """Both parts of MNIST, from 0 to 255, in single precision."""
    return {s: mnist(s, scale="raw", dtype=np.float32) for s in SUBSETS}


# XOR.


def parts(dataset):
    """Return X, Y and the labels."""
    return dataset.X, dataset.Y, dataset.labels


def test_xor_is_the_exclusive_or():
    """Four different rows; the target is 1 where one input alone is 1."""
    X, Y, labels = parts(xor())
    assert len({tuple(row) for row in X}) == 4
    np.testing.assert_array_equal(Y[:, 0], X[:, 0] != X[:, 1])
    np.testing.assert_array_equal(labels, Y[:, 0])


# The donut and the moons.

every_cloud = pytest.mark.parametrize("make", [donut, moons])


@every_cloud
@pytest.mark.parametrize("n", [2, 100, 101])
def test_classes_are_balanced(make, n):
    """Half the rows are in each class, the odd one in class 0."""
    data = make(n, rng=np.random.default_rng(0))
    assert data.X.shape == (n, 2)
    assert data.Y.shape == (n, 1)
    assert data.labels.sum() == n // 2
    np.testing.assert_array_equal(data.Y[:, 0], data.labels)


@every_cloud
def test_a_seed_decides_every_point(make):
    """The same seed gives the same rows, another seed others."""
    first, same, other = (
        make(50, rng=np.random.default_rng(seed)) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.X, same.X)
    assert (first.X != other.X).all()


def test_donut_without_noise_is_a_ball_in_a_ring():
    """The ball ends at radius 0.4; the ring is at radius 1."""
    X, _, labels = parts(donut(500, rng=np.random.default_rng(0), noise=0))
    radius = np.hypot(*X.T)
    assert radius[labels == 1].max() <= 0.4
    np.testing.assert_allclose(radius[labels == 0], 1)


def test_moons_without_noise_are_two_half_circles():
    """One above (0, 0), the other below (1, ½), both of radius 1."""
    X, _, labels = parts(moons(500, rng=np.random.default_rng(0), noise=0))
    upper, lower = X[labels == 0], X[labels == 1] - [1, 0.5]
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(*lower.T), 1)
    assert (upper[:, 1] >= 0).all()
    assert (lower[:, 1] <= 0).all()


@every_cloud
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n_samples": 1}, "n_samples must be .* at least 2, got 1"),
        ({"noise": -1}, "noise must be .* at least 0 .*, got -1"),
        ({"rng": 0}, "rng must be a numpy.random.Generator.* got 0"),
    ],
)
def test_bad_arguments_of_clouds_are_refused(make, changes, words):
    """What was expected and what came are both in the message."""
    arguments = {"n_samples": 10, "rng": np.random.default_rng(0), **changes}
    with pytest.raises(ValueError, match=words):
        make(**arguments)


# scikit-learn's digits.


@pytest.mark.parametrize(("scale", "top"), [("raw", 16), ("unit", 1)])
def test_digits_are_scikit_learn_s(scale, top):
    """1797 rows of 64 pixels, ten classes, from 0 to 16 or to 1."""
    X, Y, labels = parts(digits(scale=scale))
    theirs, their_labels = load_digits(return_X_y=True)
    np.testing.assert_array_equal(X, theirs * (top / 16))
    np.testing.assert_array_equal(labels, their_labels)
    assert X.shape == (1797, 64)
    assert (X.min(), X.max()) == (0, top)
    np.testing.assert_array_equal(Y, one_hot(labels, 10))
    np.testing.assert_array_equal(
        np.bincount(labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    )


def test_digits_refuse_an_unknown_scale():
    """The known scales are listed."""
    with pytest.raises(ValueError, match="one of raw, unit; got 'standard'"):
        digits(scale="standard")


# MNIST.

# Labels of each class in the official files.
COUNTS = {
    "train": [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    "test": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
}


@pytest.mark.parametrize("subset", SUBSETS)
def test_mnist_is_whole(raw, subset):
    """All 60,000 and 10,000 images, with the official number of each digit."""
    X, Y, labels = parts(raw[subset])
    assert X.shape == (sum(COUNTS[subset]), 784)
    assert Y.shape == (len(X), 10)
    assert X.dtype == Y.dtype == np.float32
    np.testing.assert_array_equal(np.bincount(labels), COUNTS[subset])
    np.testing.assert_array_equal(Y.argmax(axis=1), labels)
    np.testing.assert_array_equal(Y.sum(axis=1), 1)


def test_mnist_s_first_labels_are_the_known_ones(raw):
    """The training set begins 5 0 4 1 9, the test set 7 2 1 0 4."""
    assert raw["train"].labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert raw["test"].labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_raw_pixels_are_bytes(raw):
    """Whole numbers from 0 to 255, both ends taken."""
    X = raw["test"].X
    assert (X.min(), X.max()) == (0, 255)
    np.testing.assert_array_equal(X, X.astype(np.uint8))


def test_unit_scale_goes_from_0_to_1(raw):
    """The pixels divided by 255."""
    X = mnist("test", scale="unit").X
    assert (X.min(), X.max()) == (0, 1)
    np.testing.assert_allclose(X * 255, raw["test"].X, rtol=1e-15)


def test_unit_scale_is_the_default():
    """Leaving the scale out is naming "unit"."""
    np.testing.assert_array_equal(
        mnist("test", 5).X, mnist("test", 5, scale="unit").X
    )


def test_standard_scale_has_mean_0_and_spread_1():
    """Over all pixels of the training set, to 1e-6."""
    X = mnist(scale="standard").X
    np.testing.assert_allclose([X.mean(), X.std()], [0, 1], atol=1e-6)


def test_pixel_mean_and_std_are_those_of_the_training_set(raw):
    """Counted from all 47,040,000 pixels, to the six decimals given."""
    counts = np.bincount(raw["train"].X.astype(np.uint8).ravel())
    values, n = np.arange(256), counts.sum()
    mean = counts @ values / n
    std = np.sqrt(counts @ (values - mean) ** 2 / n)
    np.testing.assert_allclose(mnist_module.PIXEL_MEAN, mean, atol=5e-7)
    np.testing.assert_allclose(mnist_module.PIXEL_STD, std, atol=5e-7)


def test_the_first_n_samples_are_the_first_rows(raw):
    """Asking for seven gives rows 0 to 6."""
    few = mnist("test", 7, scale="raw")
    assert repr(few) == "Dataset(X (7, 784), Y (7, 10))"
    np.testing.assert_array_equal(few.X, raw["test"].X[:7])
    np.testing.assert_array_equal(few.labels, raw["test"].labels[:7])


def test_take_picks_the_same_rows_of_everything(raw):
    """Row numbers or a slice; X, Y and labels stay together."""
    data = raw["test"]
    for rows in ([3, 1], slice(5, 9)):
        X, Y, labels = parts(data.take(rows))
        np.testing.assert_array_equal(X, data.X[rows])
        np.testing.assert_array_equal(Y, data.Y[rows])
        np.testing.assert_array_equal(labels, data.labels[rows])


def test_two_loads_do_not_share_memory():
    """Writing to one load leaves the next as it should be."""
    first = mnist("test", 5)
    first.X[:] = first.Y[:] = first.labels[:] = 7
    assert mnist("test", 5).labels.tolist() == [7, 2, 1, 0, 4]
    assert mnist("test", 5).X.max() <= 1


def test_loading_takes_less_than_a_second():
    """All 60,000 images, best of three, in this process's own time."""
    times = []
    for _ in range(3):
        start = time.process_time()
        mnist()
        times.append(time.process_time() - start)
    assert min(times) < 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"subset": "validation"}, "one of train, test; got 'validation'"),
        ({"scale": "z"}, "one of raw, unit, standard; got 'z'"),
        ({"n_samples": 60_001}, "from 1 to 60000, got 60001"),
        ({"n_samples": 0}, "from 1 to 60000, got 0"),
        ({"dtype": "int8"}, "float32 or float64, got 'int8'"),
    ],
)
def test_bad_arguments_of_mnist_are_refused(arguments, words):
    """What was expected and what came are both in the message."""
    with pytest.raises(ValueError, match=words):
        mnist(**arguments)


# Files that are not what they should be.


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of MNIST's files, to be spoiled."""
    copy = shutil.copytree(files.FOLDER, tmp_path / "data")
    monkeypatch.setattr(files, "FOLDER", copy)
    return copy


def test_an_unspoiled_copy_loads(folder):
    """The fixture itself is no reason to fail."""
    assert len(mnist("test", 5)) == 5


@pytest.mark.parametrize("name", mnist_module.FILES["test"])
def test_one_flipped_byte_is_noticed(folder, name):
    """A single wrong byte is refused before anything is unpacked."""
    path = folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(RuntimeError, match=f"{name} is damaged: expected SHA"):
        mnist("test")


@pytest.mark.parametrize("name", mnist_module.FILES["test"])
def test_a_truncated_file_is_noticed(folder, name):
    """The message says how many bytes there are."""
    path = folder / name
    path.write_bytes(path.read_bytes()[:-100])
    n_bytes = path.stat().st_size
    with pytest.raises(RuntimeError, match=rf"damaged.*\({n_bytes} bytes\)"):
        mnist("test")


@pytest.mark.parametrize("name", mnist_module.FILES["test"])
def test_a_missing_file_is_noticed(folder, name):
    """The message names the file and its folder, and what to do."""
    (folder / name).unlink()
    with pytest.raises(RuntimeError, match=f"{name} cannot be read") as caught:
        mnist("test")
    assert str(folder) in str(caught.value)
    assert "Installing nnlib again" in str(caught.value)


# Labels to targets.


@pytest.mark.parametrize("labels", [[2, 0, 1], np.array([2.0, 0.0, 1.0])])
def test_one_hot_puts_a_1_in_the_label_s_column(labels):
    """One row per label, as many columns as classes."""
    np.testing.assert_array_equal(
        one_hot(labels, 4), [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]]
    )


@pytest.mark.parametrize(
    ("labels", "n_classes", "words"),
    [
        ([0, 10], 10, "whole numbers from 0 to 9, got 10 in row 1"),
        ([0, 1, -1], 10, "whole numbers from 0 to 9, got -1 in row 2"),
        ([0.5], 10, "whole numbers from 0 to 9, got 0.5 in row 0"),
        ([np.nan], 10, "finite in float64, got 1 NaN or infinite of 1"),
        ([[0, 1]], 10, r"shape \(n_samples,\), got \(1, 2\)"),
        (3, 10, r"shape \(n_samples,\), got \(\)"),
        (["3"], 10, "array of numbers, got list of dtype <U1"),
        ([0], 0, "n_classes must be .* at least 1, got 0"),
        ([0], 2.5, "n_classes must be a whole number .*, got 2.5"),
    ],
    ids=str,
)
def test_bad_labels_are_refused(labels, n_classes, words):
    """What was expected, what came, and in which row."""
    with pytest.raises(ValueError, match=words):
        one_hot(labels, n_classes)
