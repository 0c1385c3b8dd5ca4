"""What goes wrong while installing ends in a sentence that says what to do.

The Python here is a script that behaves like one on a machine with that
trouble; nothing is installed.
"""

import os
import subprocess

import pytest
from execute_notebooks import ROOT

FAKE = """#!/bin/sh
case "$*" in
  -V) echo "Python {version}" ;;
  *version_info*) exit {too_old} ;;
  *ensurepip*) exit {no_venv} ;;
  "-m venv"*) [ {read_only} = 0 ] || exit 1
    mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  *) echo "{complaint}" >&2; exit 1 ;;
esac
"""
WELL = {
    "version": "3.12.1",
    "too_old": 0,
    "no_venv": 0,
    "read_only": 0,
    "complaint": "",
}
NO_NETWORK = (
    "Temporary failure in name resolution: Failed to connect. "
    "ERROR: No matching distribution found for uv"
)
TROUBLES = {
    "old": (
        {"too_old": 1, "version": "3.9.2"},
        ["3.11 or newer", "Python 3.9.2", "PYTHON="],
    ),
    "no venv": ({"no_venv": 1}, ["sudo apt install python3-venv"]),
    "read-only": ({"read_only": 1}, ["could not be made", "disk"]),
    "no network": ({"complaint": NO_NETWORK}, ["check your network"]),
    "full disk": (
        {"complaint": "OSError: [Errno 28] No space left on device"},
        ["disk is full", "800 MB"],
    ),
    "no wheels": (
        {"complaint": "ERROR: No matching distribution found for numpy"},
        ["no version for", "3.11 to 3.13"],
    ),
}


def install(python, folder):
    """Run the installation with this Python into a folder."""
    return subprocess.run(
        [ROOT / "tools" / "install.sh", python, folder / "env"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


@pytest.mark.parametrize("name", TROUBLES)
def test_a_trouble_ends_in_a_sentence(name, tmp_path):
    """It names the trouble and what to do, and is the last that is said."""
    trouble, words = TROUBLES[name]
    python = tmp_path / "python3"
    python.write_text(FAKE.format(**{**WELL, **trouble}))
    python.chmod(0o755)
    done = install(python, tmp_path)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert [word for word in words if word not in last] == []
    assert not (tmp_path / "env" / "installed").exists()


def test_no_python_at_all_is_said(tmp_path):
    """So is where to have one from."""
    done = install("no-such-python", tmp_path)
    assert done.returncode == 1
    assert "There is no 'no-such-python' here" in done.stderr
    assert "python.org" in done.stderr


def test_an_unknown_command_is_answered_with_the_known_ones():
    """`make boko` says that there is none, and lists what there is."""
    done = subprocess.run(
        ["make", "boko"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "MAKEFLAGS"},
    )
    assert done.returncode != 0
    assert "There is no 'make boko'" in done.stderr
    assert "make book" in done.stderr
