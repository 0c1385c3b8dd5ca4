"""Give every kernel and test started from here the environment of the book."""

import os

from execute_notebooks import kernel_environment

os.environ.update(kernel_environment())


def pytest_addoption(parser):
    """Add --record-run."""
    parser.addoption(
        "--record-run",
        action="store_true",
        help="if all passes, write the counts to book/results/last_run.json",
    )


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    """Write down a complete run in which all passed, if asked to."""
    if config.option.record_run:
        from how_checked import record_run

        said = record_run(terminalreporter.stats, exitstatus, config)
        terminalreporter.write_line(said)
