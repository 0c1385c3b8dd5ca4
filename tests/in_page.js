// What tests/test_site_in_browser.py asks a page, in the page.
window.inPage = (() => {
  "use strict";

  const all = (selector, within = document) =>
    [...within.querySelectorAll(selector)];
  const name = (e) =>
    e.cloneNode(false).outerHTML.slice(0, 120) +
    e.textContent.trim().slice(0, 30);
  const shown = (e) =>
    e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    e.getClientRects().length > 0;

  // Everything that a click would open, all at once.
  function openAll() {
    all("details").forEach((e) => (e.open = true));
    all(".toggle-hidden").forEach((e) => e.classList.remove("toggle-hidden"));
    const style = document.createElement("style");
    style.textContent =
      ".sd-tab-set > .sd-tab-content { display: block !important }";
    document.head.append(style);
  }

  // Formulas that MathJax left alone, or could not read.
  function badFormulas() {
    const left = all(".math").filter((e) => !e.querySelector("mjx-container"));
    return [...left, ...all("mjx-merror, [data-mjx-error]")].map(name);
  }

  // A heading may be at most one level below the one before it.
  function badHeadings() {
    const found = all("main :is(h1, h2, h3, h4, h5, h6)").filter(shown);
    const level = (e) => Number(e.tagName[1]);
    const bad = found.filter(
      (e, i) => level(e) > (i ? level(found[i - 1]) : 0) + 1);
    if (found.filter((e) => level(e) === 1).length !== 1) {
      bad.push(document.querySelector("main"));
    }
    return bad.map(name);
  }

  // What would still move for a reader who asked for no motion.
  function moving() {
    const long = (times) => times.split(", ").some((t) => parseFloat(t) > 0.01);
    return all("body, body *:not(mjx-container *)")
      .filter((e) => {
        const style = getComputedStyle(e);
        return (
          (long(style.transitionDuration) && style.transitionProperty !== "none") ||
          (long(style.animationDuration) && style.animationName !== "none") ||
          style.scrollBehavior === "smooth");
      })
      .map(name);
  }

  // Elements that reach beyond the window, in no box that scrolls by itself.
  function tooWide() {
    const width = document.documentElement.clientWidth;
    const scrolls = (e) => /auto|scroll|hidden/.test(getComputedStyle(e).overflowX);
    const boxed = (e) =>
      e && e !== document.body && (scrolls(e) || boxed(e.parentElement));
    const bad = all(".bd-article *")
      .filter((e) => e.getBoundingClientRect().right > width + 1)
      .filter((e) => shown(e) && !boxed(e.parentElement));
    if (document.documentElement.scrollWidth > width) {
      bad.push(document.documentElement);
    }
    return bad.map(name);
  }

  const CONTROLS =
    "a[href], button, input, select, textarea, summary, [tabindex], " +
    "[onclick], [role=button], [contenteditable=true]";
  const CUES = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow",
    "borderColor", "backgroundColor", "textDecorationLine",
    "textDecorationThickness", "opacity"];
  const look = (e) => {
    const style = getComputedStyle(e);
    return CUES.map((cue) => style[cue]).join();
  };

  // Visible controls that the keyboard cannot reach, or not visibly. A radio
  // button is reached by arrows, and may be hidden behind its label; an arrow
  // in the contents has its ring inside.
  function unreachable() {
    const bad = [];
    for (const e of all(CONTROLS)) {
      const face = e.labels?.[0] ?? e;
      if (e.disabled || e.type === "hidden" || !shown(face)) continue;
      if (e.closest("[inert]") || e.matches("pre, [tabindex='-1']:not(a, button, input)")) continue;
      document.activeElement.blur();
      const faces = [e, face, e.firstElementChild ?? e];
      const before = faces.map(look).join();
      e.focus({ preventScroll: true });
      const reached = document.activeElement === e && e.tabIndex >= 0;
      if (!reached || faces.map(look).join() === before) bad.push(name(e));
    }
    document.activeElement.blur();
    return bad;
  }

  // The controls that the Tab key stops at; of radio buttons, the chosen one.
  function numberControls() {
    const stops = all(CONTROLS).filter((e) =>
      e.tabIndex >= 0 && !e.disabled && shown(e.labels?.[0] ?? e) &&
      !(e.type === "radio" && !e.checked));
    stops.forEach((e, i) => (e.dataset.stop = i));
    return stops.length;
  }

  // Where the focus is: the control's number, and whether it is in sight.
  function stop() {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const face = e.type === "radio" ? e.labels[0] : e;
    const box = face.getBoundingClientRect();
    const inSight = box.bottom > 0 && box.top < innerHeight &&
      box.right > 0 && box.left < innerWidth;
    return { number: Number(e.dataset.stop ?? -1), name: name(e), inSight };
  }

  // What decides whether a text can be read: its colors, size and weight, the
  // grounds it stands on, and of a link, too, how it differs from the text
  // around it. A page of code has thousands of words in nine such kinds.
  const grounds = new Map();
  function ground(e) {
    if (!e) return "";
    if (!grounds.has(e)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(e);
      const color = backgroundColor === "rgba(0, 0, 0, 0)" ? "" : backgroundColor;
      const image = backgroundImage === "none" ? "" : backgroundImage;
      const own = [image, opacity === "1" ? "" : opacity, color];
      grounds.set(e, [...own, ground(e.parentElement)].filter(Boolean).join());
    }
    return grounds.get(e);
  }
  function kindOf(e) {
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(e);
    const kind = [color, fontSize, fontWeight, ground(e)];
    if (e.matches("a")) {
      kind.push(textDecorationLine, getComputedStyle(e.parentElement).color);
    }
    return kind.join();
  }

  // One text of each kind is asked for contrast, unless axe has found nothing
  // about that kind before. Returns the kinds that are asked.
  function markKinds(passed) {
    const seen = new Set(passed);
    const asked = [];
    grounds.clear();
    for (const e of all("body *:not(mjx-container *, script, style)")) {
      e.removeAttribute("data-asked");
      const words = [...e.childNodes].some(
        (n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
      if (!words && !e.matches("input, select, textarea")) continue;
      if (!shown(e)) continue;
      const kind = kindOf(e);
      if (seen.has(kind)) continue;
      seen.add(kind);
      asked.push(kind);
      e.setAttribute("data-asked", "");
    }
    return asked;
  }

  // Two thirds of a chapter are the insides of formulas and words of code, all
  // alike. One formula of each sort stays, of the others their room; and in
  // each sort of box with code, one word of each class: of a block, a
  // signature, or a name in a line.
  function thinOut() {
    const seen = new Set();
    const first = (kind) => !seen.has(kind) && seen.add(kind);
    for (const e of all("mjx-container")) {
      if (first(`formula ${e.hasAttribute("display")}`)) continue;
      const { width, height } = e.getBoundingClientRect();
      e.replaceChildren();
      e.style.cssText += `; display: inline-block; width: ${width}px; height: ${height}px`;
    }
    for (const e of all(":is(pre, .sig, code) span:not([id])")) {
      const block = e.closest("pre")?.parentElement.parentElement;
      const box = block ?? e.closest(".sig, code");
      if (!first(`${box.className} ${e.className}`)) {
        e.replaceWith(...e.childNodes);
      }
    }
    all("pre, .sig, code").forEach((e) => e.normalize());
  }

  // What axe finds: all its rules, or those about colors, which have nothing
  // to say where every kind of text has passed before; and the kinds asked.
  async function axeFinds(colorsOnly, passed = []) {
    const kinds = markKinds(passed);
    if (colorsOnly && !kinds.length) return { found: [], kinds };
    axe.configure({ rules: [{ id: "color-contrast", selector: "[data-asked]" }] });
    const options = { preload: false, resultTypes: ["violations"] };
    if (colorsOnly) options.runOnly = ["color-contrast", "link-in-text-block"];
    const { violations } = await axe.run(document, options);
    const found = violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`));
    return { found, kinds };
  }

  return { axeFinds, badFormulas, badHeadings, moving, numberControls,
    openAll, stop,
    thinOut, tooWide, unreachable };
})();
