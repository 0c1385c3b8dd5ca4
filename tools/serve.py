"""Serve the built book on this machine, for its live cells.

usage: serve.py [--port N] [FOLDER]

A browser runs a page's Python only if the page comes from a server. This
one answers on this machine alone, and sends a strict policy: no script that
is not the book's own, and nothing from anywhere else.
"""

import argparse
import base64
import hashlib
import http.server
import re
import sys
from functools import cache, partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INLINE = re.compile(
    rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE
)
COMMON = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
)
# The worker runs what the reader wrote: Python, compiled as it comes.
WORKER = COMMON + "script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'"


@cache
def policy(path, _changed):
    """Return the policy of a page: its own inline scripts, by their hash."""
    hashes = {
        base64.b64encode(hashlib.sha256(script).digest()).decode()
        for script in INLINE.findall(path.read_bytes())
    }
    allowed = " ".join(f"'sha256-{h}'" for h in sorted(hashes))
    return f"{COMMON}worker-src 'self'; script-src 'self' {allowed}"


class Handler(http.server.SimpleHTTPRequestHandler):
    """A file server with the book's headers."""

    extensions_map = {  # noqa: RUF012 - as in the class above
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".wasm": "application/wasm",
    }

    def end_headers(self):
        """Add what every answer has, and what this one's file needs."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path = path / "index.html"
        if path.suffix == ".html" and path.exists():
            self.send_header(
                "Content-Security-Policy", policy(path, path.stat().st_mtime)
            )
        elif path.name == "live-worker.js":
            self.send_header("Content-Security-Policy", WORKER)
        lasting = "vendor" in path.parts
        self.send_header(
            "Cache-Control",
            "max-age=31536000, immutable" if lasting else "no-cache",
        )
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def send_error(self, code, message=None, explain=None):
        """Answer a wrong address with the book's own page for that."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(page.stat().st_size))
        self.send_header("Content-Security-Policy", COMMON)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.read_bytes())

    def log_message(self, *_):
        """Say nothing of each file."""


def main():
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default=ROOT / "_build/html")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    folder = Path(arguments.folder)
    if not (folder / "index.html").exists():
        sys.exit(f"no built book in {folder}: run make book first")
    handler = partial(Handler, directory=str(folder))
    address = ("127.0.0.1", arguments.port)
    try:
        server = http.server.ThreadingHTTPServer(address, handler)
    except OSError as error:
        sys.exit(
            f"port {arguments.port} is not free ({error.strerror}): "
            "try make serve PORT=8001"
        )
    with server:
        host, port = server.server_address[:2]
        print(f"The book is at http://{host}:{port}/ (Ctrl-C ends this)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
