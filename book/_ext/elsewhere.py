"""What the site needs away from this machine: a local Sphinx extension.

Every page gets a description and a card for those who share its address;
beside the pages go a ``404.html`` and, once the book has an address, a
``sitemap.xml``. That address is `html.baseurl` of ``_config.yml`` or, where
there is none, the GitHub Pages of `repository.url`.
"""

import re
from html import escape, unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from docutils import nodes

CARD = "_static/five-designs.png"
CARD_TEXT = "One layer of a network, as an equation of grids, in five designs"
MOST = 200  # characters of a description, and a sign that it goes on
GITHUB = re.compile(r"https://github\.com/([^/]+)/([^/]+?)(?:\.git)?/?")
NOT_FOUND = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No such page - {title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; margin: 2rem auto;
       max-width: 40rem; padding: 0 1rem; }}
a {{ color: light-dark(#0b5fcf, #8fb8ff); }}
</style>
</head>
<body>
<main>
<h1>No such page</h1>
<p>There is no page at this address. It may have moved: all pages are below,
and <a href="{home}">{title}</a> begins on the first.</p>
<ul>
{links}
</ul>
</main>
</body>
</html>
"""


def address(config):
    """Return where the book is published, with a slash, or ''."""
    if config.html_baseurl:
        return config.html_baseurl.rstrip("/") + "/"
    repository = config.html_theme_options.get("repository_url") or ""
    found = GITHUB.fullmatch(repository)
    if not found:
        return ""
    owner, name = found.groups()
    site = f"https://{owner.lower()}.github.io/"
    own = name.lower() == f"{owner}.github.io".lower()
    return site if own else f"{site}{name}/"


def set_address(app, config):
    """Let Sphinx know the address: it writes each page's canonical one.

    Without the repository's, no button leads to a service that runs it.
    """
    config.html_baseurl = address(config)
    if not config.html_theme_options.get("repository_url"):
        config.html_theme_options.pop("launch_buttons", None)


def description(doctree):
    """Return the first words of a page, whole sentences where they fit."""
    found = doctree.findall(nodes.paragraph)
    texts = (
        " ".join(p.astext().split())
        for p in found
        if "reading-time" not in p["classes"]
    )
    text = next((t for t in texts if len(t) > 40), "")
    if len(text) <= MOST:
        return text
    cut = text[:MOST]
    end = max(cut.rfind(mark) for mark in (". ", "? ", "! "))
    return cut[: end + 1] if end > 40 else cut.rpartition(" ")[0] + " …"


def add_card(app, pagename, templatename, context, doctree):
    """Put the page's name, first words and picture into its head."""
    if doctree is None:
        return
    words = description(doctree)
    title = unescape(re.sub(r"<[^>]+>", "", context["title"]))
    card = {
        "og:type": "article",
        "og:site_name": app.config.html_title or app.config.project,
        "og:title": title,
        "og:description": words,
    }
    base = app.config.html_baseurl
    if base:  # a card's picture and address must be whole addresses
        card["og:url"] = urljoin(base, app.builder.get_target_uri(pagename))
        card["og:image"] = urljoin(base, CARD)
        card["og:image:alt"] = CARD_TEXT
    tags = [f'<meta name="description" content="{escape(words)}">']
    tags += [
        f'<meta property="{name}" content="{escape(text)}">'
        for name, text in card.items()
    ]
    context["metatags"] = "\n".join([context.get("metatags", ""), *tags])


def not_found(app, names):
    """Return the page for wrong addresses.

    It is shown at any of them, however deep: so it needs no other file, and
    its links begin at the root of the site.
    """
    root = urlsplit(app.config.html_baseurl).path or "/"
    links = [
        f'<li><a href="{root}{app.builder.get_target_uri(name)}">'
        f"{escape(app.env.titles[name].astext())}</a></li>"
        for name in names
    ]
    title = escape(app.config.html_title or app.config.project)
    return NOT_FOUND.format(title=title, home=root, links="\n".join(links))


def sitemap(base, uris):
    """Return the list of a site's addresses for search engines."""
    rows = [f"<url><loc>{escape(urljoin(base, u))}</loc></url>" for u in uris]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *rows,
            "</urlset>\n",
        ]
    )


def write_beside(app, exception):
    """Write the page for wrong addresses, and the sitemap."""
    if exception or app.builder.format != "html":
        return
    base, out = app.config.html_baseurl, Path(app.outdir)
    names = list(app.env.collect_relations())
    (out / "404.html").write_text(not_found(app, names), encoding="utf-8")
    if base:
        uris = [app.builder.get_target_uri(name) for name in names]
        (out / "sitemap.xml").write_text(sitemap(base, uris), "utf-8")


def setup(app):
    """Register the address, the cards and what stands beside the pages."""
    app.connect("config-inited", set_address)
    app.connect("html-page-context", add_card)
    app.connect("build-finished", write_beside)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
