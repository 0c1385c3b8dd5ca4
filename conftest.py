"""Give every kernel and test started from here the environment of the book."""

import os
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
from execute_notebooks import ROOT, kernel_environment

os.environ.update(kernel_environment())


class Building:
    """`make book`, while the notebooks run: what needs the pages waits.

    Its exit status stands in the file ``status`` as soon as it has ended.
    """

    def __init__(self):
        folder = Path(tempfile.mkdtemp())
        self.status, self.log = folder / "status", folder / "log"
        with self.log.open("w") as file:
            self.make = subprocess.Popen(
                ["make", "--no-print-directory", "book"],
                cwd=ROOT,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        threading.Thread(target=self.note, daemon=True).start()

    def note(self):
        """Wait for the end, and write the status down in one piece."""
        whole = self.status.with_suffix(".new")
        whole.write_text(str(self.make.wait()))
        whole.rename(self.status)


def pytest_addoption(parser):
    """Add --record-run and --build-book."""
    parser.addoption(
        "--record-run",
        action="store_true",
        help="if all passes, write the counts to book/results/last_run.json",
    )
    parser.addoption(
        "--build-book",
        action="store_true",
        help="build the book meanwhile; the files in tests wait for it",
    )


def pytest_configure(config):
    """Begin to build the book, if asked to; a worker is told the file."""
    config.building = None
    if hasattr(config, "workerinput"):
        config.book_status = config.workerinput["book_status"]
    else:
        if config.option.build_book:
            config.building = Building()
        config.book_status = config.building and str(config.building.status)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Tell a worker where the status will stand."""
    node.workerinput["book_status"] = node.config.book_status


def pytest_unconfigure(config):
    """Leave no process behind."""
    if config.building and config.building.make.poll() is None:
        config.building.make.terminate()


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """Say why the book was not built; write down a run, if asked to."""
    building = config.building
    if building and building.make.poll():
        terminalreporter.section("make book", red=True)
        terminalreporter.write(building.log.read_text(encoding="utf-8"))
    if config.option.record_run:
        from how_checked import record_run

        said = record_run(terminalreporter.stats, exitstatus, config)
        terminalreporter.write_line(said)
