"""What several test modules use: the built book, in a real browser."""

import shutil
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import serve
from execute_notebooks import ROOT

HTML = ROOT / "_build" / "html"
LONG = ["test_live_in_browser", "test_site_in_browser"]
NAMES = ["chromium", "chromium-browser", "google-chrome"]
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(items):
    """Let the longest files come first, after the notebooks.

    A file is one worker's. What is short comes last, so that two workers end
    together.
    """
    items.sort(
        key=lambda item: (
            item.path.suffix == ".py" and item.path.stem not in LONG
        )
    )


def pytest_runtest_setup(item):
    """Wait for the book, where it is being built; without it, stop."""
    if item.config.book_status is None:
        return
    status = Path(item.config.book_status)
    while not status.exists():
        time.sleep(0.2)
    if status.read_text() != "0":
        item.session.shouldstop = "the book was not built: see above"
        pytest.fail("there is no book", pytrace=False)


@pytest.fixture(scope="module")
def browser():
    """Start Chromium, once for a module; skip where it is not installed."""
    reason = "to try the pages in a browser, install "
    api = pytest.importorskip(
        "playwright.sync_api", reason=f"{reason}playwright"
    )
    if CHROMIUM is None:
        pytest.skip(f"{reason}Chromium: none of {', '.join(NAMES)} on PATH")
    with api.sync_playwright() as starter:
        browser = starter.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                # Thirty Pythons start here: each is compiled once, not twice.
                "--js-flags=--no-wasm-tier-up",
            ],
        )
        yield browser
        browser.close()


@contextmanager
def running(handler):
    """Serve with a handler on a free port; give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def site():
    """Serve the built book with its own server; give its address."""
    if not (HTML / "index.html").exists():
        pytest.fail(f"no built book in {HTML}: run `make book` first")
    with running(partial(serve.Handler, directory=str(HTML))) as address:
        yield address


@contextmanager
def opening(browser, site):
    """Give a function that opens pages, and close them at the end."""
    contexts = []

    def open_it(path, context=None, **options):
        if context is None:
            context = browser.new_context(
                viewport={"width": 1366, "height": 900}, **options
            )
            contexts.append(context)
        page = context.new_page()
        page.requests_outside, page.complaints = [], []

        def judge(route):
            if route.request.url.startswith((site, "data:", "blob:")):
                route.continue_()
            else:
                page.requests_outside.append(route.request.url)
                route.abort()

        page.route("**/*", judge)
        page.on("pageerror", lambda e: page.complaints.append(str(e)))
        page.on(
            "console",
            lambda m: m.type == "error" and page.complaints.append(m.text),
        )
        page.goto(site + path)
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(browser, site):
    """Open pages; every request that leaves the site is refused and noted.

    ``open_page(path, **options)`` gives a page; ``.requests_outside`` and
    ``.complaints`` (console errors) are lists that grow.
    """
    with opening(browser, site) as open_it:
        yield open_it
