"""What the README shows is what its reader gets."""

import base64
import re
import subprocess
import sys
from pathlib import Path

import nbformat

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
