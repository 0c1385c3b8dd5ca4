"""The library's own tests, run by the browser's Python: 32 bits, NumPy 2.0.

The runtime and the wheel are the built site's; pytest, autograd and the test
files travel beside them, in one archive that only this test serves.
"""

import importlib.util
import io
import json
import zipfile
from functools import partial
from pathlib import Path

import pytest
import serve
from execute_notebooks import ROOT

from conftest import HTML, running

PACKAGES = ["_pytest", "autograd", "iniconfig", "packaging", "pluggy"]
PACKAGES += ["py", "pygments", "pytest"]
# Those that need NumPy, autograd and pytest only.
FILES = ["cases", "test_bias_row_softmax", "test_costs", "test_equality"]
FILES += ["test_gradcheck", "test_initializers", "test_interface"]

WORKER = """
importScripts("/_static/vendor/pyodide/pyodide.js");
const at = "/_static/vendor/pyodide/";
const plain = self.fetch.bind(self);
self.fetch = async (request, options) => {
  const url = String(request.url ?? request);
  if (!/\\.(wasm|whl|zip)$/.test(url)) return plain(request, options);
  const packed = await plain(url + ".gz");
  const body = packed.body.pipeThrough(new DecompressionStream("gzip"));
  const type = url.endsWith(".wasm") ? "wasm" : "zip";
  const headers = { "Content-Type": `application/${type}` };
  return new Response(body, { headers });
};
(async () => {
  const python = await loadPyodide({ indexURL: at });
  await python.loadPackage("numpy");
  for (const name of ["/_static/live/WHEEL", "/tests-for-the-browser.zip"]) {
    const body = await (await plain(name)).arrayBuffer();
    python.unpackArchive(body, "zip", { extractDir: "/work" });
  }
  const report = python.runPython(`PROGRAM`);
  postMessage(report);
})().catch((error) => postMessage(JSON.stringify({ error: String(error) })));
"""
PROGRAM = """
import contextlib, io, json, os, struct, sys
sys.path[:0] = ["/work", "/work/tests"]
os.chdir("/work/tests")
import numpy, pytest
said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
    code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p",
                        "no:faulthandler", "--capture=sys", "--assert=plain",
                        "-W", "error", "--tb=short", "-k", "SELECTED",
                        *FILES])
json.dumps({"code": int(code), "numpy": numpy.__version__,
            "bits": 8 * struct.calcsize("P"), "said": said.getvalue()[-3000:]})
"""
# Every kind of case is in it; the longest of the equality's runs are not.
SELECTED = "not (test_equality and (100 or 64))"


def archive():
    """Return a zip of the packages and the tests."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name in PACKAGES:
            origin = Path(importlib.util.find_spec(name).origin)
            folder = origin.parent
            whole = origin.name == "__init__.py"
            for path in sorted(folder.rglob("*.py")) if whole else [origin]:
                inside = path.relative_to(folder.parent if whole else folder)
                made.write(path, inside.as_posix())
        for name in FILES:
            made.write(ROOT / f"tests/{name}.py", f"tests/{name}.py")
    return packed.getvalue()


@pytest.fixture
def served():
    """Serve the built book, and beside it the page, worker and archive."""
    files = [f"{name}.py" for name in FILES if name.startswith("test")]
    listing = json.loads((HTML / "_static/live/files.json").read_text())
    program = PROGRAM.replace("SELECTED", SELECTED)
    program = program.replace("*FILES", f"*{files!r}")
    worker = WORKER.replace("WHEEL", listing["wheel"])
    extra = {
        "/try.html": b"<title>tests</title>",
        "/live-worker.js": worker.replace("PROGRAM", program).encode(),
        "/tests-for-the-browser.zip": archive(),
    }

    class Handler(serve.Handler):
        def do_GET(self):  # noqa: N802
            if self.path not in extra:
                return super().do_GET()
            body = extra[self.path]
            kind = {"html": "text/html", "js": "text/javascript"}
            self.send_response(200)
            suffix = self.path.rpartition(".")[2]
            self.send_header(
                "Content-Type", kind.get(suffix, "application/zip")
            )
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None

    with running(partial(Handler, directory=str(HTML))) as address:
        yield address


def test_the_librarys_tests_pass_under_32_bits(browser, served):
    """All that need neither files nor other programs."""
    page = browser.new_page()
    page.set_default_timeout(600_000)
    page.goto(f"{served}try.html")
    said = page.evaluate(
        "() => new Promise((resolve) => { const worker = new Worker("
        "'/live-worker.js'); worker.onmessage = (e) => resolve(e.data); })"
    )
    report = json.loads(said)
    assert report.get("code") == 0, report.get("said", report)
    assert report["bits"] == 32
    assert report["numpy"].startswith("2.0")
    page.close()
