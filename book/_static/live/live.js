// Makes the cells tagged `live` run in the page: Run, Edit, Reset, Stop.
// Python itself lives in a worker (live-worker.js), the editor in editor.js;
// both are loaded at the first click that needs them.
(() => {
  "use strict";

  const HERE = new URL(".", document.currentScript.src);
  const TIME_LIMIT = 120; // seconds that one run may take

  const capable =
    location.protocol !== "file:" && "Worker" in window &&
    "WebAssembly" in window && "DecompressionStream" in window;

  const cells = []; // the page's live cells, in order
  let worker = null; // the worker
  let python = null; // a promise: Python is ready
  let busy = null; // the cell that runs
  let waiting = null; // who hears the worker's answers
  let clock = 0;

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

  // --- what is kept in this browser: the reader's own text, cell by cell ---

  const kept = {
    read(key) {
      try { return localStorage.getItem(key); } catch { return null; }
    },
    write(key, text) {
      try {
        if (text === null) localStorage.removeItem(key);
        else localStorage.setItem(key, text);
      } catch { /* storage is full or forbidden: the text lasts as the page does */ }
    },
  };

  // An exercise that was solved here once, by the name that its report carries.
  const solved = {
    key: (name) => `live:solved:${name}`,
    has: (name) => kept.read(solved.key(name)) !== null,
    note(box) {
      const report = box.querySelector('[data-exercise][data-passed="true"]');
      if (!report) return;
      kept.write(solved.key(report.dataset.exercise), "yes");
      cells.forEach((cell) => cell.tick());
    },
  };

  function keyOf(source) { // another source is another cell
    let hash = 5381;
    for (const char of source) hash = (hash * 33 + char.codePointAt(0)) >>> 0;
    const page = location.pathname.split("/").pop() || "index.html";
    return `live:${page}:${hash.toString(36)}`;
  }

  // --- the worker ---

  function boot(say) {
    if (python) return python;
    worker = new Worker(new URL("live-worker.js", HERE));
    python = new Promise((resolve, reject) => {
      const fail = (text) => { halt(); reject(new Error(text)); };
      worker.onerror = (event) => fail(event.message || "the worker did not start");
      worker.onmessage = ({ data }) => {
        if (data.kind === "progress")
          say(`Loading Python: ${megabytes(data.bytes)} of ${megabytes(data.total)}`);
        else if (data.kind === "ready") resolve();
        else if (data.kind === "failed" && !waiting) fail(data.text);
        else waiting?.(data);
      };
    });
    worker.postMessage({ kind: "boot" });
    return python;
  }

  function halt() {
    worker?.terminate();
    worker = python = null;
    cells.forEach((cell) => { cell.ran = false; });
  }

  // Send one message; collect what comes until the one that ends it.
  function ask(message, last, onOther = () => {}) {
    return new Promise((resolve, reject) => {
      waiting = (data) => {
        if (data.kind === last) { waiting = null; resolve(data); }
        else if (data.kind === "failed") { waiting = null; reject(new Error(data.text)); }
        else onOther(data);
      };
      worker.postMessage(message);
    });
  }

  // --- a run ---

  async function run(cell) {
    if (busy) return;
    begin(cell);
    const stopped = new Promise((_, reject) => { cell.stop = (why) => reject(new Error(why)); });
    clock = setTimeout(() => cell.stop(`Ended after ${TIME_LIMIT} seconds. Python starts anew at the next Run.`), TIME_LIMIT * 1000);
    try {
      await Promise.race([stopped, work(cell)]);
    } catch (error) {
      halt();
      waiting = null;
      cell.say(error.message, true);
    }
    clearTimeout(clock);
    end(cell);
  }

  async function work(cell) {
    const starting = !python;
    cell.say(starting ? "Loading Python …" : "Running …");
    await Promise.all([boot((text) => cell.say(text)), loadEditor()]);
    if (starting) cell.say("Running …");
    const sources = cells.map((c) => c.text());
    const { cells: needed } = await ask({ kind: "needed", id: cell.index, sources, index: cell.index }, "needed");
    for (const index of needed) {
      const earlier = cells[index];
      if (earlier.ran) continue;
      cell.say(`Running cell ${index + 1} first, which this one needs …`);
      if (!(await execute(earlier, cell))) {
        cell.say(`Cell ${index + 1}, which this one needs, ended with an error.`, true);
        return;
      }
      earlier.say("Run, since a cell below needs it.");
    }
    cell.say("Running …");
    const began = performance.now();
    const ok = await execute(cell, cell);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    cell.say(ok ? `Done in ${seconds} s.` : "Ended with an error.", !ok);
  }

  async function execute(cell, speaker) {
    cell.clear();
    cell.ran = false;
    const { ok } = await ask({ kind: "run", id: cell.index, source: cell.text() }, "done", (data) => {
      if (data.kind === "fetching") speaker.say(`Fetching ${data.text} …`);
      else cell.put(data.kind, data.text);
    });
    cell.ran = ok;
    cell.finish();
    return ok;
  }

  function begin(cell) {
    busy = cell;
    cells.forEach((c) => { c.runButton.disabled = true; });
    cell.stopButton.hidden = false;
    cell.element.classList.add("live-running");
  }

  function end(cell) {
    const hadFocus = document.activeElement === cell.stopButton;
    busy = null;
    cells.forEach((c) => { c.runButton.disabled = false; c.runButton.textContent = "Run"; });
    cell.stopButton.hidden = true;
    cell.resetButton.hidden = false;
    cell.element.classList.remove("live-running");
    if (hadFocus) cell.runButton.focus();
  }

  // --- the editor ---

  let editorScript = null;
  function loadEditor() {
    editorScript ??= new Promise((resolve, reject) => {
      const script = make("script", { src: new URL("editor.js", HERE).href, onload: resolve });
      script.onerror = () => { editorScript = null; reject(new Error("The editor could not be loaded.")); };
      document.head.append(script);
    });
    return editorScript;
  }

  // --- a cell ---

  class Cell {
    constructor(element, index) {
      this.element = element;
      this.index = index;
      this.input = element.querySelector(".cell_input");
      this.stored = element.querySelector(".cell_output");
      this.original = element.querySelector(".cell_input pre").textContent.replace(/\n+$/, "");
      this.key = keyOf(this.original);
      this.exercise = this.stored?.querySelector("[data-exercise]")?.dataset.exercise;
      this.own = null; // the reader's text, where it differs
      this.ran = false;
      const number = index + 1;
      const button = (text, label, onclick) =>
        make("button", { type: "button", className: "live-button", textContent: text, ariaLabel: `${text} cell ${number}${label}`, onclick });
      this.runButton = button("Run", "", () => run(this));
      this.editButton = button("Edit", "", () => this.edit(true));
      this.resetButton = button("Reset", " to what the book has", () => this.reset());
      this.stopButton = button("Stop", "", () => this.stop("Stopped. Python starts anew at the next Run."));
      this.stopButton.hidden = this.resetButton.hidden = true;
      this.runButton.classList.add("live-run");
      this.status = make("span", { className: "live-status", role: "status" });
      this.output = make("div", { className: "live-output", hidden: true, role: "group", ariaLabel: `What cell ${number} gave here` });
      this.solvedMark = make("span", { className: "live-solved", textContent: "✓ Solved", title: "Kept in this browser" });
      const bar = make("div", { className: "live-bar" }, this.runButton, this.stopButton, this.editButton, this.resetButton, this.solvedMark, this.status);
      this.input.after(bar, this.output);
      this.tick();
    }

    tick() { this.solvedMark.hidden = !this.exercise || !solved.has(this.exercise); }

    text() { return this.own ?? this.original; }

    say(text, bad = false) {
      this.status.textContent = text;
      this.status.classList.toggle("live-bad", bad);
    }

    clear() {
      this.output.replaceChildren();
      this.output.hidden = true;
      if (this.stored) this.stored.hidden = true;
    }

    put(kind, text) {
      this.output.hidden = false;
      if (kind === "html") {
        const box = make("div", { className: "live-html" });
        box.innerHTML = LiveEditor.purify.sanitize(text, { USE_PROFILES: { html: true, svg: true } });
        box.querySelectorAll("table").forEach((table) => table.classList.add("dataframe"));
        this.output.append(box);
        solved.note(box);
        return;
      }
      const last = this.output.lastElementChild;
      const same = last?.tagName === "PRE" && last.dataset.kind === kind;
      const pre = same ? last : make("pre", { tabIndex: 0 });
      pre.dataset.kind = kind;
      pre.append(text);
      if (!same) this.output.append(pre);
    }

    finish() {
      if (!this.output.childElementCount) this.put("text", "(no output)");
    }

    async edit(focus) {
      this.editButton.disabled = true;
      try { await loadEditor(); } catch (error) { this.say(error.message, true); return; }
      this.input.hidden = true;
      this.editButton.hidden = true;
      this.resetButton.hidden = false;
      const box = make("div", { className: "live-editor" });
      this.input.after(box);
      this.box = box;
      const editor = LiveEditor.open({
        parent: box,
        text: this.text(),
        label: `Python code of live cell ${this.index + 1}. Escape, then Tab, leaves the editor.`,
        onChange: (text) => this.keep(text),
        onRun: () => run(this),
      });
      if (focus) editor.focus();
    }

    keep(text) {
      this.own = text === this.original ? null : text;
      this.ran = false;
      kept.write(this.key, this.own);
    }

    reset() {
      this.keep(this.original);
      this.box?.remove();
      this.box = null;
      this.input.hidden = false;
      this.editButton.hidden = this.editButton.disabled = false;
      this.output.replaceChildren();
      this.output.hidden = true;
      if (this.stored) this.stored.hidden = false;
      this.resetButton.hidden = true;
      this.say("");
      this.editButton.focus();
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const found = document.querySelectorAll("div.cell.tag_live");
    if (!found.length || !capable) return;
    document.documentElement.classList.add("live-capable");
    const size = document.querySelector(".live-bytes")?.textContent ?? "";
    found.forEach((element, index) => {
      const cell = new Cell(element, index);
      if (size) cell.runButton.textContent = `Run (loads ${size})`;
      cells.push(cell);
      const text = kept.read(cell.key);
      if (text !== null) {
        cell.own = text;
        cell.edit(false);
        cell.say("This is your text, kept from an earlier visit.");
      }
    });
  });
})();
