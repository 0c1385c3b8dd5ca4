"""Small repairs of the built pages, as a local Sphinx extension."""

import re
from pathlib import Path

from docutils import nodes
from myst_nb.core.variables import format_plain_text
from myst_nb.ext.glue.crossref import read_glue_cache
from PIL import Image
from sphinx.util import logging

LARGE = 100_000  # bytes of a picture
logger = logging.getLogger(__name__)
PLACEHOLDER = re.compile(r"\{(?P<name>[a-zA-Z]\w*)(:(?P<spec>[^}]*))?\}")


def _mentions_thebe(asset):
    name = str(getattr(asset, "filename", asset) or "")
    body = str(getattr(asset, "attributes", {}).get("body") or "")
    return "thebe" in name.lower() or "THEBE_JS_URL" in body


def drop_thebe(app, pagename, templatename, context, doctree):
    """Leave out Thebe's scripts and styles, which no page of this book uses.

    Jupyter Book 1 puts them on every page, twice, and the second copy is a
    syntax error in the browser's console.
    """
    for assets in ("script_files", "css_files"):
        context[assets] = [
            a for a in context.get(assets, []) if not _mentions_thebe(a)
        ]


def fill_alt_texts(app, doctree):
    """Put the page's remembered numbers where an alt text says {name:.1f}.

    MyST-NB takes a figure's alt text from the cell's metadata, which cannot
    compute; the numbers come from what the page kept with `glue`.
    """
    env = app.env
    kept = read_glue_cache(env.mystnb_config.output_folder, env.docname)

    def value(match):
        name, spec = match["name"], match["spec"] or ""
        if name not in kept:
            logger.warning("alt text: no number %r", name, location=image)
            return match[0]
        return format_plain_text(kept[name]["data"]["text/plain"], spec)

    for image in doctree.findall(nodes.image):
        if "alt" in image:
            image["alt"] = PLACEHOLDER.sub(value, image["alt"])


INLINE = {  # the theme's buttons, and what book.js finds them by
    'onclick="window.print()"': 'data-does="print"',
    'onclick="toggleFullScreen()"': 'data-does="fullscreen"',
}


EMPTY_HEADER = re.compile(r"<th((?: [^>]*)?)>\s*(?:<p>\s*</p>)?\s*</th>")
PARAMETERS = re.compile(r"<dl>\s*((?:<dd>.*?</dd>\s*)+)</dl>", re.DOTALL)


def plain_lists(app, pagename, templatename, context, doctree):
    """Call things what they are, for those who listen to a page.

    An empty head of a column names nothing: it is an ordinary cell. The lines
    of a long signature define nothing: they are lines.
    """

    def lines(found):
        text = found[1].replace("<dd>", '<span class="sig-line">')
        return text.replace("</dd>", "</span>")

    body = EMPTY_HEADER.sub(r"<td\1></td>", context.get("body", ""))
    context["body"] = PARAMETERS.sub(lines, body)


def drop_inline_handlers(app, exception):
    """Take the code out of the theme's buttons: a strict policy bars it."""
    if exception or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        for handler, name in INLINE.items():
            page = page.replace(handler, name)
        path.write_text(page, encoding="utf-8")


def lighten_pictures(app, exception):
    """Pack large pictures more tightly, to the same pixels.

    Matplotlib's have a fourth channel, for glass; these are opaque.
    """
    if exception or app.builder.format != "html":
        return
    for path in (Path(app.outdir) / "_images").glob("*.png"):
        if path.stat().st_size < LARGE:
            continue
        with Image.open(path) as picture:
            if picture.mode != "RGBA" or picture.getextrema()[3][0] < 255:
                continue
            opaque = picture.convert("RGB")
        opaque.save(path, compress_level=9)


def setup(app):
    """Register the repairs; they run after every other extension."""
    app.connect("build-finished", drop_inline_handlers)
    app.connect("build-finished", lighten_pictures)
    app.connect("html-page-context", drop_thebe, priority=1000)
    app.connect("html-page-context", plain_lists)
    app.connect("doctree-read", fill_alt_texts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
