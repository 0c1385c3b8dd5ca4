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

  // One text of each kind (its colors, size, weight) is asked for contrast:
  // a page of code has thousands of words in nine colors.
  function markKinds() {
    const seen = new Set();
    const ground = (e) => {
      const colors = [];
      for (; e; e = e.parentElement) {
        const { backgroundColor, backgroundImage, opacity } = getComputedStyle(e);
        colors.push(backgroundImage === "none" ? "" : backgroundImage, opacity);
        if (backgroundColor !== "rgba(0, 0, 0, 0)") colors.push(backgroundColor);
      }
      return colors.filter((c) => c && c !== "1").join();
    };
    for (const e of all("body *:not(mjx-container *, script, style)")) {
      e.removeAttribute("data-asked");
      const words = [...e.childNodes].some(
        (n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
      if (!words && !e.matches("input, select, textarea")) continue;
      if (!shown(e)) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(e);
      const kind = [color, fontSize, fontWeight, ground(e)].join();
      if (!seen.has(kind)) e.setAttribute("data-asked", "");
      seen.add(kind);
    }
  }

  // Two thirds of a chapter are the insides of formulas and words of code, all
  // alike. One formula of each sort stays, of the others their room; and in
  // each sort of box with code, one word of each class.
  function thinOut() {
    const seen = new Set();
    const first = (kind) => !seen.has(kind) && seen.add(kind);
    for (const e of all("mjx-container")) {
      if (first(`formula ${e.hasAttribute("display")}`)) continue;
      const { width, height } = e.getBoundingClientRect();
      e.replaceChildren();
      e.style.cssText += `; display: inline-block; width: ${width}px; height: ${height}px`;
    }
    for (const e of all("pre span:not([id])")) {
      const box = e.closest("pre").parentElement.parentElement.className;
      if (!first(`${box} ${e.className}`)) e.replaceWith(...e.childNodes);
    }
    all("pre").forEach((e) => e.normalize());
  }

  // What axe finds: all its rules, or those about colors.
  async function axeFinds(colorsOnly) {
    markKinds();
    axe.configure({ rules: [{ id: "color-contrast", selector: "[data-asked]" }] });
    const options = { preload: false, resultTypes: ["violations"] };
    if (colorsOnly) options.runOnly = ["color-contrast", "link-in-text-block"];
    const { violations } = await axe.run(document, options);
    return violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`));
  }

  return { axeFinds, badFormulas, badHeadings, moving, numberControls,
    openAll, stop,
    thinOut, tooWide, unreachable };
})();
