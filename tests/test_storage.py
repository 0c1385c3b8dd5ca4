"""Saving and loading: the same network again, or a clear refusal."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from cases import Case, relative_layers

import nnlib
from nnlib import DESIGNS, storage

every_design = pytest.mark.parametrize("design", DESIGNS)
CASE = Case((4, 6, 5, 3), "mixed", "cross_entropy")


@pytest.fixture
def path(tmp_path):
    """Where a network is saved: a file that is there already."""
    path = tmp_path / "net.npz"
    CASE.net("row_matrix").save(path)
    return path


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_design
def test_a_loaded_network_is_the_saved_one(design, dtype, tmp_path):
    """Class, settings and every bit of the parameters come back."""
    net = CASE.net(design, dtype=dtype)
    net.save(tmp_path / "net.npz")
    same = nnlib.load(tmp_path / "net.npz", sizes=[4, 6, 5, 3])
    assert type(same) is type(net)
    assert same.settings == net.settings
    assert relative_layers(same.to_layers(), net.to_layers()) == 0
    X, _ = CASE.batch()
    np.testing.assert_array_equal(same.predict(X), net.predict(X))


def test_a_loaded_network_trains_on(path):
    """It is as good as the one that was saved."""
    net = nnlib.load(path)
    how = {"epochs": 1, "batch_size": 3, "learning_rate": 0.1}
    net.fit(*CASE.batch(), rng=np.random.default_rng(0), **how)
    assert relative_layers(net.to_layers(), CASE.layers()) > 0


def test_the_file_is_an_npz_without_pickle(path):
    """NumPy alone reads it, and no code runs."""
    with np.load(path, allow_pickle=False) as file:
        names = ["W1", "W2", "W3", "b1", "b2", "b3", "header"]
        assert sorted(file.files) == names
        assert json.loads(file["header"].item())["format"] == storage.FORMAT


def test_a_missing_file_is_missing(tmp_path):
    """It is not called damaged."""
    with pytest.raises(FileNotFoundError):
        nnlib.load(tmp_path / "none.npz")


# Refusals.


def test_a_file_cut_short_is_refused(path):
    """Wherever it ends."""
    whole = path.read_bytes()
    for length in range(0, len(whole), 37):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"damaged"):
            nnlib.load(path)


def test_a_flipped_byte_is_refused_or_harmless(path):
    """No byte of it can change what is loaded; most are noticed."""
    whole, refused = bytearray(path.read_bytes()), 0
    places = range(0, len(whole), 11)
    for place in places:
        damaged = whole.copy()
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            net = nnlib.load(path)
        except ValueError:
            refused += 1
        else:
            assert relative_layers(net.to_layers(), CASE.layers()) == 0
    assert refused > len(places) / 2


def test_something_else_is_refused(path):
    """A text, and an .npz that somebody else wrote."""
    path.write_text("a network, honestly", encoding="utf-8")
    with pytest.raises(ValueError, match="saved by nnlib, got a file"):
        nnlib.load(path)
    np.savez(path, W1=np.ones((2, 2)))
    with pytest.raises(ValueError, match="saved by nnlib, got a file"):
        nnlib.load(path)


def rewrite(path, layers=None, **changes):
    """Save the file anew with another header, and a digest that fits."""
    header, stored = storage.read(path)
    header.pop("format")
    storage.write(path, {**header, **changes}, layers or stored)


def test_weights_that_were_exchanged_are_refused(path):
    """A whole .npz with other numbers does not have the digest's."""
    with np.load(path) as file:
        arrays = dict(file)
    arrays["W2"][0, 0] += 1
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match="is damaged: what it holds"):
        nnlib.load(path)


def test_another_version_is_refused(path, monkeypatch):
    """Another format's number, and a design that there is not."""
    with monkeypatch.context() as later:
        later.setattr(storage, "FORMAT", 2)
        CASE.net("row_matrix").save(path)
    with pytest.raises(ValueError, match=r"format 1, got 2: .* version"):
        nnlib.load(path)
    CASE.net("row_matrix").save(path)
    rewrite(path, **{"class": "SeventhDesign"})
    with pytest.raises(ValueError, match=r"got 'SeventhDesign': .* version"):
        nnlib.load(path)


def test_other_shapes_are_refused(path):
    """Other sizes than asked for, or than the header says, or no chain."""
    with pytest.raises(ValueError, match=r"\[4, 9, 3\], got \[4, 6, 5, 3\]"):
        nnlib.load(path, sizes=[4, 9, 3])
    rewrite(path, sizes=[4, 6, 5, 2])
    with pytest.raises(ValueError, match=r"\[4, 6, 5, 2\], got"):
        nnlib.load(path)
    layers = CASE.layers()
    rewrite(path, layers=[layers[0], layers[2]])
    with pytest.raises(ValueError, match=r"layer|hidden"):
        nnlib.load(path)


# Writing.


@pytest.mark.parametrize("where", ["savez", "fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file(path, where, monkeypatch):
    """And nothing beside it, wherever the interrupt comes."""

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    def half(file, **arrays):
        file.write(b"half of a file")
        raise KeyboardInterrupt

    before = path.read_bytes()
    module = np if where == "savez" else os
    monkeypatch.setattr(module, where, half if module is np else interrupt)
    with pytest.raises(KeyboardInterrupt):
        CASE.net("layer_dict").save(path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_write_replaces_the_old_file(path):
    """Afterwards there is the new one, and nothing beside it."""
    CASE.net("layer_dict").save(str(path))
    assert type(nnlib.load(path)) is DESIGNS["layer_dict"]
    assert list(Path(path.parent).iterdir()) == [path]
