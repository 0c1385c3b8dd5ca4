"""The pages on another machine: a first cell that fetches, and buttons."""

import contextlib
import io
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import lxml.html
import nbformat
import pytest
import yaml
from execute_notebooks import GUARD_ID, ROOT, guard, keep_guard, toc_notebooks

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
HTML = ROOT / "_build" / "html"
SERVICES = "colab.research.google.com", "mybinder.org"
NOTEBOOKS = pytest.mark.parametrize(
    "path", toc_notebooks(), ids=lambda path: path.stem
)


@NOTEBOOKS
def test_the_first_cell_is_the_same_everywhere(path):
    """Hidden, with the address of `_config.yml`, and it puts out nothing."""
    nb = nbformat.read(path, as_version=4)
    first = next(cell for cell in nb.cells if cell.cell_type == "code")
    assert first.id == GUARD_ID
    assert first.source == guard()
    assert first.metadata.tags == ["remove-cell"]
    assert first.outputs == []
    assert [cell.id for cell in nb.cells].count(GUARD_ID) == 1


@pytest.fixture
def ran(monkeypatch):
    """Note the commands that would be run; run none."""
    commands = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, check: commands.append(command)
    )
    monkeypatch.setattr(os, "chdir", lambda folder: commands.append(folder))
    return commands


def run_guard(address, there):
    """Run the cell for an address; return what it printed and left."""
    source = re.sub(r'_fetch_book\("[^"]*"\)', "", guard())
    names, said = {}, io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(source, names)
        names["_fetch_book"](address, there)
    return said.getvalue(), set(names) - {"__builtins__", "_fetch_book"}


@pytest.mark.parametrize("address", ["", "https://github.com/a/b"])
def test_here_the_first_cell_does_nothing(address, ran, monkeypatch, tmp_path):
    """It prints nothing and leaves no name that a page could lean on."""
    monkeypatch.delenv("COLAB_RELEASE_TAG", raising=False)
    assert run_guard(address, str(tmp_path / "new")) == ("", set())
    assert ran == []


def test_on_colab_it_fetches_the_book_once(ran, monkeypatch, tmp_path):
    """The repository, what the pages import, and the pages' own folder."""
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release-colab")
    there = tmp_path / "book-of-five"
    run_guard("https://github.com/a/b", str(there))
    clone, install, folder = ran
    assert clone[:2] == ["git", "clone"]
    assert clone[-2:] == ["https://github.com/a/b", str(there)]
    assert install[:3] == [sys.executable, "-m", "pip"]
    extra = re.fullmatch(r".*\[(\w+)\]", install[-1])[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert extra in project["project"]["optional-dependencies"]
    assert Path(folder) == there / "book"
    ran.clear()
    there.mkdir()
    run_guard("https://github.com/a/b", str(there))
    assert ran == [str(there / "book")]


def test_a_new_address_reaches_the_cell():
    """`make execute` puts it there, and changes no other cell."""
    old = [
        nbformat.v4.new_code_cell("_fetch_book('old')", id=GUARD_ID),
        nbformat.v4.new_code_cell("x = 1", id="x"),
    ]
    nb = nbformat.v4.new_notebook(cells=old)
    keep_guard(nb)
    assert [cell.source for cell in nb.cells] == [guard(), "x = 1"]


@NOTEBOOKS
def test_buttons_lead_somewhere_or_are_not_there(path):
    """A download of the notebook always; the services with an address."""
    page = HTML / path.relative_to(ROOT).with_suffix(".html")
    html = lxml.html.parse(page)
    button = "//a[contains(@class, 'btn-download-source-button')]/@href"
    (download,) = html.xpath(button)
    target = (page.parent / download).resolve()
    assert target.suffix == ".ipynb"
    assert nbformat.read(target, as_version=4).cells
    links = html.xpath("//a/@href")
    there = [s for s in SERVICES if any(s in link for link in links)]
    assert len(there) == (2 if CONFIG["repository"]["url"] else 0)


def test_binder_installs_what_is_pinned():
    """Its script is runnable, and installs the same as `make`."""
    script = ROOT / ".binder" / "postBuild"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert "-r requirements.txt" in text
    assert "-e ." in text
