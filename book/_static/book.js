// Small repairs of what the theme writes: names and roles for those who
// listen to a page, and scroll boxes for those who read it on a phone.
(function () {
  "use strict";

  const each = (selector, repair) =>
    document.querySelectorAll(selector).forEach(repair);

  function names() {
    // A control is called what it shows. These have another label on top.
    each("button.search-button-field, summary", (e) =>
      e.removeAttribute("aria-label"));

    // The switch for light and dark is called "Color mode"; the pictures in
    // it have titles of their own, which would be read out as well: as an
    // attribute first, as an element once the theme has drawn them.
    each(".theme-switch-button i", (e) => e.removeAttribute("title"));
    each(".theme-switch-button svg", (e) => {
      e.removeAttribute("aria-labelledby");
      e.setAttribute("aria-hidden", "true");
      e.querySelectorAll("title").forEach((title) => title.remove());
    });

    // A box in a list of tasks is a picture of a state, without a label.
    each("input.task-list-item-checkbox", (e) =>
      e.setAttribute("aria-label", e.checked ? "done" : "to do"));

    // The arrow that opens a chapter's own pages in the contents.
    each(".bd-sidebar-primary summary", (e) => {
      const chapter = e.closest("li")?.querySelector(":scope > a");
      const name = chapter?.textContent.trim() ?? "this";
      e.setAttribute("aria-label", `Pages of ${name}`);
    });

    // The name of the book, above the contents, is the way home.
    each(".bd-sidebar-primary a.navbar-brand", (e) => {
      e.parentElement.setAttribute("role", "navigation");
      e.parentElement.setAttribute("aria-label", "Home");
    });

    // The role that Sphinx gives to an entry of the bibliography is retired.
    each('[role="doc-biblioentry"]', (e) => e.setAttribute("role", "listitem"));
  }

  // An inline formula that is wider than its paragraph scrolls by itself.
  function formulas() {
    each("mjx-container:not([display])", (e) => {
      e.classList.remove("book-wide");
      const box = e.closest("p, li, dd, td");
      if (box && e.getBoundingClientRect().width > box.clientWidth) {
        e.classList.add("book-wide");
        e.tabIndex = 0;
      }
    });
  }

  // A line does not begin with the comma that belongs to a formula.
  function commas() {
    each(".bd-article span.math", (e) => {
      const after = e.nextSibling;
      const marks = after?.nodeType === Node.TEXT_NODE &&
        after.data.match(/^[.,;:?!)\]’”]+/)?.[0];
      if (!marks) return;
      const together = document.createElement("span");
      together.className = "book-together";
      e.replaceWith(together);
      together.append(e, marks);
      after.data = after.data.slice(marks.length);
    });
  }

  // A box that scrolls takes the focus, so that the arrow keys move it. The
  // theme asks when the page is loaded; a tab or a solution opens later.
  function boxes() {
    const ask = (e) => {
      const scrolls =
        e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight;
      e.tabIndex = scrolls ? 0 : -1;
      more(e);
    };
    // What a phone cuts off at the right should look cut off.
    const more = (e) =>
      e.classList.toggle(
        "book-more", e.scrollLeft + e.clientWidth < e.scrollWidth - 4);
    const sizes = new ResizeObserver((changes) =>
      changes.forEach((change) => ask(change.target)));
    each("pre, .cell_output > .output, .sd-tab-content, " +
      ".pst-scrollable-table-container", (e) => {
      sizes.observe(e);
      e.addEventListener("scroll", () => more(e), { passive: true });
    });
  }

  // On a phone a wide figure is small: it can be had larger.
  function figures() {
    each(".bd-article figure img", (img) => {
      const ask = () => img.naturalWidth > 700 && larger(img);
      if (img.complete) ask();
      else img.addEventListener("load", ask);
    });
  }

  function larger(img) {
    const figure = img.closest("figure");
    const number = figure.querySelector(".caption-number")?.textContent.trim();
    const box = document.createElement("div");
    const button = document.createElement("button");
    box.className = "book-picture";
    button.className = "book-larger";
    button.type = "button";
    const say = (large) => {
      button.textContent = large ? "Smaller" : "Larger";
      button.ariaLabel = `${button.textContent}: ${number ?? "figure"}`;
      box.tabIndex = large ? 0 : -1;
    };
    say(false);
    button.addEventListener("click", () =>
      say(figure.classList.toggle("book-large")));
    img.replaceWith(box);
    box.append(img);
    box.after(button);
  }

  // The theme's two buttons, whose own handlers a strict policy would bar.
  function buttons() {
    each('[data-does="print"]', (e) =>
      e.addEventListener("click", () => window.print()));
    each('[data-does="fullscreen"]', (e) =>
      e.addEventListener("click", () =>
        document.fullscreenElement
          ? document.exitFullscreen()
          : document.documentElement.requestFullscreen()));
  }

  document.addEventListener("DOMContentLoaded", names);
  document.addEventListener("DOMContentLoaded", buttons);
  document.addEventListener("DOMContentLoaded", figures);
  document.addEventListener("DOMContentLoaded", boxes);
  document.addEventListener("DOMContentLoaded", commas);
  window.addEventListener("load", () => {
    names();
    if (window.MathJax?.startup?.promise) {
      MathJax.startup.promise.then(formulas);
      window.addEventListener("resize", formulas);
    }
  });
})();
