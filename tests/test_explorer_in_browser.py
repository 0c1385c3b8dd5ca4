"""The explorers on a page: by mouse, by keyboard, on a phone.

The page is the smallest that has one, under a policy that forbids inline
scripts and styles. Nothing is fetched: the browser asks, this file answers.
"""

import numpy as np
import pytest
from execute_notebooks import ROOT

from nnlib import DESIGNS, Layer

STATIC = ROOT / "book" / "_static"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"
HTML = """<!doctype html><html lang="en"><title>Explorer</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/theme.css">
<link rel="stylesheet" href="/backprop-explorer.css">
<link rel="stylesheet" href="/layout-explorer.css">
<script src="/backprop-explorer.js"></script>
<script src="/layout-explorer.js"></script>
<main>{}</main></html>"""
THEME = ":root { --pst-color-accent: #c132af }"
ELEMENTS = {  # by the address of the page that has it
    "": '<div class="backprop-explorer"><p>The worked example.</p></div>',
    "layout": '<div class="layout-explorer"><p>The table of shapes.</p></div>',
    "bare": "",
}

# The network that the page starts from.
LAYERS = [
    Layer(np.array([[0.8, -0.6], [-0.5, 0.7]]), np.array([0.3, -0.2])),
    Layer(np.array([[1.2], [-0.9]]), np.array([0.4])),
]


def costs(n_steps, X=(0.5, 2.0), layers=LAYERS, eta=0.5, **settings):
    """The costs of the first steps as the explorer writes them, by nnlib."""
    net = DESIGNS["layer_dict"].from_layers(
        layers, **{"hidden": "sigmoid", **settings}
    )
    batch = np.array([X]), np.ones((1, 1))
    values = [net.cost(*batch)]
    for _ in range(n_steps):
        net.fit(
            *batch,
            epochs=1,
            batch_size=None,
            learning_rate=eta,
            rng=np.random.default_rng(0),
        )
        values.append(net.cost(*batch))
    return [f"{value:.4f}".rstrip("0") for value in values]


@pytest.fixture
def opened(browser):
    """Return a function that opens a page; at the end none complained."""
    complaints, contexts = [], []

    def answer(route):
        path = route.request.url.removeprefix("http://book.test/")
        if path in ELEMENTS:
            route.fulfill(
                body=HTML.format(ELEMENTS[path]),
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
            )
        elif path == "theme.css":
            route.fulfill(body=THEME, content_type="text/css")
        elif (STATIC / path).is_file():
            route.fulfill(path=STATIC / path)
        else:
            route.fulfill(status=204)  # the icon that a browser asks for

    def open_page(path="", **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.route("**/*", answer)
        page.goto(f"http://book.test/{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def listed(page):
    """The costs that the page lists."""
    return page.locator(".costs li").all_inner_texts()


def test_steps_by_mouse(opened):
    """Steps, a step back and a reset show the costs that nnlib finds."""
    page = opened()
    step = page.get_by_role("button", name="Take a step")
    for _ in range(3):
        step.click()
    assert listed(page) == costs(3)
    assert "3 steps" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Step back").click()
    assert listed(page) == costs(2)
    page.get_by_role("button", name="Reset").click()
    assert listed(page) == costs(0)
    assert page.get_by_label("w₁₁").input_value() == "0.8"


def test_a_changed_number_is_worked_through(opened):
    """Typing an input changes the formulas, the graph and the summary."""
    page = opened()
    page.get_by_label("x₁").fill("-1.5")
    (cost,) = costs(0, X=(-1.5, 2.0))
    assert listed(page) == [cost]
    assert f"C\u00a0=\u00a0{cost}" in page.get_by_role("status").inner_text()
    assert "(−1.5)·0.8" in page.locator(".lists").inner_text()
    assert "−1.5" in page.locator("svg").text_content()


def test_the_activation_by_keyboard(opened):
    """Every control is reached with Tab and moved by keys alone."""
    page = opened()
    for _ in range(16):  # buttons, inputs, target, nine parameters, hidden
        page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.evaluate("e => e.labels[0].firstChild.data") == "hidden"
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    focused.press("t")  # tanh
    for _ in range(15):  # back to the first button
        page.keyboard.press("Shift+Tab")
    assert page.locator(":focus").inner_text() == "Take a step"
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert listed(page) == costs(2, hidden="tanh")


def test_another_learning_rate_keeps_the_steps(opened):
    """After a new η the costs so far stay, and the next step uses it."""
    page = opened()
    step = page.get_by_role("button", name="Take a step")
    step.click()
    step.click()
    page.get_by_label("η").fill("2")
    assert listed(page) == costs(2)
    step.click()
    assert listed(page)[:3] == costs(2)
    assert float(listed(page)[3]) < float(costs(3)[3])


def test_what_is_no_number_is_refused(opened):
    """An empty field is said to be one, and the network stays as it was."""
    page = opened()
    field = page.get_by_label("v₂")
    field.fill("")
    assert field.get_attribute("aria-invalid") == "true"
    said = page.get_by_role("status").inner_text()
    assert "needed" in said
    assert "still using −0.9" in said
    assert listed(page) == costs(0)
    field.fill("-0.9")
    assert field.get_attribute("aria-invalid") == "false"


def test_a_cost_beyond_all_numbers_is_said_to_be_one(opened):
    """A learning rate far too large ends in words, not in an error."""
    page = opened()
    for label in ("hidden", "output"):
        page.get_by_label(label).select_option("identity")
    page.get_by_label("η").fill("100")
    for _ in range(30):
        page.get_by_role("button", name="Take a step").click()
    assert "beyond all numbers" in page.get_by_role("status").inner_text()
    assert len(listed(page)) < 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_does_not_scroll_sideways(opened, scheme):
    """On a window of 390 pixels nothing is wider than the window."""
    page = opened(
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        color_scheme=scheme,
    )
    page.get_by_role("button", name="Take a step").click()
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= 390


def test_every_control_has_a_name(opened):
    """Each control is labeled, and stands in a group with a name."""
    page = opened()
    for control in page.locator("input, select").all():
        assert control.evaluate("e => e.labels.length") == 1
        assert (
            control.evaluate("e => e.closest('fieldset').firstChild.tagName")
            == "LEGEND"
        )
    assert page.get_by_role("status").count() == 1


def test_a_page_without_one_is_left_alone(opened):
    """The script finds nothing to do, and says nothing."""
    page = opened("bare")
    assert page.locator("main").inner_html() == ""


def test_the_example_stays_without_scripts(opened):
    """Where scripts are off, the worked example is on the page."""
    page = opened(java_script_enabled=False)
    assert (
        page.locator(".backprop-explorer").inner_text().strip()
        == "The worked example."
    )


# -- The layout explorer --------------------------------------------------


PARTS = "b", "code", ".shape"


def drawn(page):
    """Return the arrays that the page draws: symbol, name, shape."""
    return [
        tuple(term.locator(part).inner_text() for part in PARTS)
        for term in page.locator(".term").all()
    ]


def test_a_layout_is_drawn_and_described(opened):
    """The first design is drawn, with a picture and words for each array."""
    page = opened("layout")
    assert drawn(page)[:4] == [
        ("z¹", "zs[0]", "(5, 1)"),
        ("W¹", "weights[0]", "(5, 8)"),
        ("x", "x", "(8, 1)"),
        ("b¹", "biases[0]", "(5, 1)"),
    ]
    terms = page.locator(".term").count()
    assert page.locator('.term > svg[aria-hidden="true"]').count() == terms
    said = page.get_by_role("status").inner_text()
    assert said.startswith("column_vectors: learns 63 numbers, kept in 4 ")


def test_the_design_is_chosen_by_keyboard(opened):
    """Tab reaches the designs, and the arrows move among them."""
    page = opened("layout")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    focused = page.locator(":focus")
    assert focused.get_attribute("value") == "bias_row"
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert ("W¹", "weights[0]", "(5, 9)") in drawn(page)
    assert page.locator(".folded").count() > 0
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("784, 30, 10")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("10")
    assert ("x", "A1s[0]", "(785, 10)") in drawn(page)
    assert "23,860 numbers" in page.get_by_role("status").inner_text()


def test_arrays_are_to_scale_and_turn(opened):
    """Sides are in the ratio of the shapes, the same in every design."""
    page = opened("layout")
    sides = {}
    for design in ("column_vectors", "row_matrix"):
        page.get_by_label(design, exact=True).check()
        for term in page.locator(".term").all():
            rect = term.locator("rect.array")
            found = [float(rect.get_attribute(k)) for k in ("height", "width")]
            shape = eval(term.locator(".shape").inner_text())
            assert np.ptp(np.divide(found, shape)) < 1e-9
            sides[design, term.locator("b").inner_text()] = found
    turned = sides["row_matrix", "W¹"][::-1]
    assert sides["column_vectors", "W¹"] == turned


def test_sizes_that_cannot_be_drawn_are_refused(opened):
    """What is drawn stays, and the line says what is needed."""
    page = opened("layout")
    before = drawn(page)
    for label, typed in [("Sizes", "8"), ("Sizes", "8, x"), ("Batch", "0")]:
        field = page.get_by_label(label)
        kept = field.input_value()
        field.fill(typed)
        assert field.get_attribute("aria-invalid") == "true"
        said = page.get_by_role("status").inner_text()
        assert "needed (still drawing " in said
        assert drawn(page) == before
        field.fill(kept)
        assert field.get_attribute("aria-invalid") == "false"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_layout_fits_a_phone(opened, scheme):
    """The largest network that may be typed fits a window of 390 pixels."""
    page = opened(
        "layout",
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        color_scheme=scheme,
    )
    page.get_by_label("Sizes").fill("1000, 1000, 1000, 1000, 1000")
    page.get_by_label("Batch").fill("1000")
    wide = "document.documentElement.scrollWidth"
    for design in page.get_by_role("radio").all():
        design.check()
        assert page.evaluate(wide) <= 390


def test_every_control_of_the_layouts_has_a_name(opened):
    """Each control is labeled, and stands in a group with a name."""
    page = opened("layout")
    for control in page.locator("input").all():
        assert control.evaluate("e => e.labels.length") == 1
        assert (
            control.evaluate("e => e.closest('fieldset').firstChild.tagName")
            == "LEGEND"
        )


def test_the_table_stays_without_scripts(opened):
    """Where scripts are off, the table of shapes is on the page."""
    page = opened("layout", java_script_enabled=False)
    text = page.locator(".layout-explorer").inner_text().strip()
    assert text == "The table of shapes."
