"""What the site needs away from this machine: cards, addresses, a zip."""

import http.client
import os
import threading
import zipfile
from functools import partial
from http.server import ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import serve
import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from elsewhere import MOST, address, description, sitemap
from execute_notebooks import ROOT, toc_files
from zip_book import FOLDER, zip_site

HTML = ROOT / "_build" / "html"
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
REPOSITORY = CONFIG["repository"]["url"]


def head(name):
    """Return a page's parsed head."""
    html = (HTML / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(html.partition("<body")[0], "lxml").head


@pytest.mark.parametrize(
    ("repository", "base", "expected"),
    [
        ("", "", ""),
        (None, "", ""),
        ("https://github.com/Ann/b", "", "https://ann.github.io/b/"),
        ("https://github.com/Ann/b.git", "", "https://ann.github.io/b/"),
        ("https://github.com/a/a.github.io/", "", "https://a.github.io/"),
        ("https://example.org/a/b", "", ""),
        ("https://github.com/a/b", "https://x.org/c", "https://x.org/c/"),
    ],
)
def test_the_address_follows_from_one_setting(repository, base, expected):
    """The repository's, unless another is set; none where it is not known."""
    options = {"repository_url": repository}
    config = SimpleNamespace(html_baseurl=base, html_theme_options=options)
    assert address(config) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], ""),
        (["Too short.", "x" * 50 + "."], "x" * 50 + "."),
        (["x" * 99 + ". " + "y" * 99 + ". z"], "x" * 99 + "."),
        (["word " * 99], "word " * 39 + "word …"),
    ],
)
def test_a_description_is_the_first_words(texts, expected):
    """Whole sentences if they fit, else whole words."""
    document = new_document("page")
    document += [nodes.paragraph("", text) for text in texts]
    assert description(document) == expected
    assert len(expected) <= MOST + len(" …")


def test_a_sitemap_has_whole_addresses():
    """One for each page."""
    text = sitemap("https://a.github.io/b/", ["book/c.html"])
    assert "<loc>https://a.github.io/b/book/c.html</loc>" in text


@pytest.mark.parametrize("name", toc_files())
def test_a_page_has_a_card_and_an_icon(name):
    """Its own name and words; a picture only at a whole address."""
    page = head(name)
    card = {e["property"]: e["content"] for e in page.select("meta[property]")}
    assert card["og:title"] in page.title.text
    assert len(card["og:description"]) > 40
    assert page.select_one("meta[name=description]")["content"]
    assert ("og:image" in card) == bool(REPOSITORY)
    icon = page.select_one("link[rel~=icon]")["href"].partition("?")[0]
    assert ((HTML / name).parent / icon).is_file()


def test_there_is_a_sitemap_once_there_is_an_address():
    """None with dead addresses."""
    assert (HTML / "sitemap.xml").exists() == bool(REPOSITORY)


def test_the_page_for_wrong_addresses_works_at_any_depth():
    """It needs no other file, and its links begin at the site's root."""
    html = (HTML / "404.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "lxml")
    assert not page.select("[src], link, script")
    links = [urlsplit(e["href"]).path for e in page.select("a")]
    assert all(link.startswith("/") for link in links)
    root = links[0]
    pages = {link.removeprefix(root) for link in links[1:]}
    assert pages == {f"{name}.html" for name in toc_files()}


def test_the_server_answers_a_wrong_address_with_that_page():
    """With its status, deep down, and with no script allowed."""
    handler = partial(serve.Handler, directory=str(HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asking = http.client.HTTPConnection(*server.server_address[:2])
        asking.request("GET", "/no/such/page.html")
        answer = asking.getresponse()
        body = answer.read()
        asking.close()
        server.shutdown()
    assert answer.status == 404
    assert body == (HTML / "404.html").read_bytes()
    assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.fixture
def site(tmp_path):
    """Return a small site."""
    folder = tmp_path / "html"
    (folder / "book").mkdir(parents=True)
    (folder / "index.html").write_text("<p>home</p>" * 50)
    (folder / "book" / "a.png").write_bytes(b"\x89PNG" * 9)
    (folder / ".buildinfo").write_text("when and where")
    return folder


def test_the_same_site_gives_the_same_zip(site, tmp_path):
    """Whatever the files' times are; opening it gives the site back."""
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    zip_site(site, first)
    os.utime(site / "index.html", (0, 1e9))
    zip_site(site, second)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    opened = tmp_path / FOLDER
    assert not (opened / ".buildinfo").exists()
    for name in ("index.html", "book/a.png"):
        assert (opened / name).read_bytes() == (site / name).read_bytes()


def test_make_book_zips_the_site():
    """The zip beside the pages has all of them."""
    with zipfile.ZipFile(ROOT / "_build" / f"{FOLDER}.zip") as archive:
        zipped = set(archive.namelist())
    assert {f"{FOLDER}/{name}.html" for name in toc_files()} <= zipped
