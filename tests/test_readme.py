"""What the README shows is what its reader gets."""

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_code_gives_the_answer_in_its_comment():
    """The ten lines print what the comment behind them says."""
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    answer = re.search(r"print\(scores\)  # (\{.*?\})", code)[1]
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.strip() == answer


def test_the_picture_is_the_landing_pages():
    """The README's picture is the figure stored in the landing page.

    When the figure has changed, `make execute` writes the picture anew.
    """
    page = nbformat.read(ROOT / "book/index.ipynb", as_version=4)
    (cell,) = (c for c in page.cells if c.id == "fig-designs")
    png = base64.b64decode(cell.outputs[0].data["image/png"])
    name = re.search(r"!\[.+\]\((.+)\)", README)[1]
    assert (ROOT / name).read_bytes() == png


def test_every_file_it_names_is_there():
    """Links within the repository lead to files."""
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [name for name in links if not (ROOT / name).exists()] == []


def test_every_command_it_names_is_there():
    """Each `make x` that it mentions is a target."""
    targets = re.findall(r"(?m)^(\w+):", (ROOT / "Makefile").read_text())
    named = set(re.findall(r"make (\w+)", README))
    assert named <= set(targets)


def test_windows_has_a_line_for_each_command_that_it_names():
    """Each line does what the target does: the same script or program."""
    lines = re.search(r"```powershell\n(.*?)```", README, re.DOTALL)[1]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.findall(r"\\Scripts\\(.+?)\s+# make (\w+)", lines)
    assert {target for _, target in found} >= {"book", "lab", "serve", "test"}
    for command, target in found:
        recipe = re.search(rf"(?m)^{target}:.*\n((?:\t.*\n)+)", makefile)[1]
        words = command.replace("\\", "/").split()
        program = words[1] if words[0] == "python" else words[0]
        assert program in recipe, (target, command)


def test_the_pythons_that_it_names_are_those_of_the_package():
    """The oldest is the one that `pyproject.toml` asks for."""
    oldest = re.search(r"Python (3\.\d+) or newer", README)[1]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={oldest}"' in project


@pytest.mark.parametrize(
    ("script", "passes"),
    [("sleep 1; : >built", True), ("echo no room on the disk; exit 2", False)],
)
def test_the_tests_wait_for_the_book(tmp_path, script, passes):
    """It is built beside the notebooks; where that fails, nothing is run."""
    (tmp_path / "tests").mkdir()
    for name in ("conftest.py", "tests/conftest.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    test = tmp_path / "tests/test_it.py"
    test.write_text(f"def test(): open({str(tmp_path / 'built')!r}).close()\n")
    make = tmp_path / "make"
    make.write_text(f"#!/bin/sh\ncd {tmp_path}\n{script}\n")
    make.chmod(0o755)
    pytest_here = [sys.executable, "-m", "pytest", "-c", "pyproject.toml"]
    ran = subprocess.run(
        [*pytest_here, "-p", "no:cacheprovider", "--build-book", test],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (ran.returncode == 0) == passes, ran.stdout
    assert ("no room on the disk" in ran.stdout) != passes
