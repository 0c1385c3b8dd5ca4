// The layout explorer: every array that a design holds for one gradient, drawn
// to scale, for sizes and a batch that the reader sets. It takes the place of
// the table inside every <div class="layout-explorer">; without this script
// the table stays.
(function () {
  "use strict";

  // -- The shapes: pure, and tested against the arrays of nnlib ---------------

  // What each design calls its arrays in layer l, and how they lie where the
  // layer turns i units into o, for n samples. `folded` says which row or
  // column of an array is the bias, or the ones that meet it. The equations
  // name arrays, with words and signs between them; a plus means the next
  // layer's.
  const rows = (i, o, n) => [n, o], columns = (i, o, n) => [o, n];
  const apart = {
    W: "weights[l - 1]", b: "biases[l - 1]",
    nabla_W: "nabla_w[l - 1]", nabla_b: "nabla_b[l - 1]",
  };
  const inRows = {
    folded: {},
    forward: ["z", "=", "a-", "W", "+", "b"],
    pull: ["delta", "=", "delta+", "W+ᵀ", "⊙ f′ of", "z"],
    slopes: [
      ["nabla_W", "=", "a-ᵀ", "delta", "/ n"],
      ["nabla_b", "= the mean row of", "delta"],
    ],
  };
  const folding = (place) => ({
    forward: ["z", "=", "W", "a-"],
    pull: ["delta", "=", "W+ᵀ", "delta+", `without its ${place} row, ⊙ f′ of`, "z"],
    slopes: [["nabla_W", "=", "delta", "a-ᵀ", "/ n"]],
  });
  const DESIGNS = {
    column_vectors: {
      note: "One example at a time, as a column: n is in no shape.",
      names: {
        ...apart, x: "x", z: "zs[l - 1]", a: "activations[l]",
        output: "activations[-1]", y: "y", delta: "delta",
      },
      shapes: {
        x: (i) => [i, 1], W: (i, o) => [o, i], b: (i, o) => [o, 1],
        z: (i, o) => [o, 1], a: (i, o) => [o, 1],
      },
      folded: {},
      forward: ["z", "=", "W", "a-", "+", "b"],
      pull: ["delta", "=", "W+ᵀ", "delta+", "⊙ f′ of", "z"],
      slopes: [["nabla_W", "=", "delta", "a-ᵀ"], ["nabla_b", "=", "delta"]],
    },
    bias_row: {
      note: "Samples are columns. The bias is the last column of W, and meets a row of ones.",
      names: {
        x: "A1s[0]", W: "weights[l - 1]", b: "weights[l - 1][:, -1]", z: "Zs[l - 1]",
        a: "A1s[l]", output: "As[-1]", y: "Y.T", delta: "delta",
        nabla_W: "nablas[l - 1]", nabla_b: "nablas[l - 1][:, -1]",
      },
      shapes: {
        x: (i, o, n) => [i + 1, n], W: (i, o) => [o, i + 1], b: (i, o) => [o],
        z: columns, a: (i, o, n) => [o + 1, n],
      },
      folded: {
        x: ["row", -1], a: ["row", -1], W: ["column", -1], nabla_W: ["column", -1],
      },
      ...folding("last"),
    },
    row_matrix: {
      note: "Samples are rows. The bias is a matrix of one row.",
      names: {
        ...apart, x: "As[0]", z: "Zs[l - 1]", a: "As[l]",
        output: "As[-1]", y: "Y", delta: "delta",
      },
      shapes: {
        x: (i, o, n) => [n, i], W: (i, o) => [i, o], b: (i, o) => [1, o], z: rows, a: rows,
      },
      ...inRows,
    },
    layer_dict: {
      note: "Samples are rows. The bias has one axis (dashed), and NumPy takes it for a row.",
      names: {
        x: "a[1]", W: "w[l]", b: "b[l]", z: "z[l + 1]", a: "a[l + 1]",
        output: "a[n_layers]", y: "y", delta: "delta",
        nabla_W: "nablas[l][0]", nabla_b: "nablas[l][1]",
      },
      shapes: {
        x: (i, o, n) => [n, i], W: (i, o) => [i, o], b: (i, o) => [o], z: rows, a: rows,
      },
      ...inRows,
    },
    bias_row_softmax: {
      note: "The input has its samples in rows, all that follows in columns. "
        + "The bias is the first column of W, and meets the ones.",
      names: {
        x: "A1s[0]", W: "weights[l - 1]", b: "weights[l - 1][:, 0]", z: "Zs[l - 1]",
        a: "A1s[l]", output: "A", y: "Y.T", delta: "delta",
        nabla_W: "nablas[l - 1]", nabla_b: "nablas[l - 1][:, 0]",
      },
      shapes: {
        x: (i, o, n) => [n, i + 1], W: (i, o) => [o, i + 1], b: (i, o) => [o],
        z: columns, a: (i, o, n) => [o + 1, n],
      },
      folded: {
        x: ["column", 0], a: ["row", 0], W: ["column", 0], nabla_W: ["column", 0],
      },
      inputLiesAcross: true,
      ...folding("first"),
    },
  };

  // These lie like another, in every design.
  const LIKE = { output: "z", y: "z", delta: "z", nabla_W: "W", nabla_b: "b" };
  const shapeOf = (design, key, sizes, n, l) =>
    DESIGNS[design].shapes[LIKE[key] ?? key](sizes[l - 1], sizes[l], n);

  // The layers, of 1 .. L, that have such an array.
  function layersWith(key, sizes) {
    const L = sizes.length - 1;
    if (key === "x") return [1];
    if (key === "output" || key === "y") return [L];
    const hidden = Array.from({ length: L - 1 }, (_, k) => k + 1);
    return key === "a" ? hidden : [...hidden, L];
  }

  // Every array of a design: its name in the code, its shape in each layer.
  function held(design, sizes, n) {
    return Object.fromEntries(Object.entries(DESIGNS[design].names).map(([key, name]) => [
      key,
      { name, shapes: layersWith(key, sizes).map((l) => shapeOf(design, key, sizes, n, l)) },
    ]));
  }

  // How many numbers are learned, and in how many arrays; the largest array.
  const count = (shape) => shape.reduce((product, side) => product * side, 1);
  function facts(design, sizes, n) {
    const { names, folded } = DESIGNS[design];
    const parts = folded.W ? ["b", "nabla_b"] : []; // inside another array
    const arrays = Object.keys(names).filter((key) => !parts.includes(key))
      .flatMap((key) => layersWith(key, sizes).map((layer) =>
        ({ key, layer, shape: shapeOf(design, key, sizes, n, layer) })));
    const learned = arrays.filter(({ key }) => key === "W" || key === "b");
    return {
      parameters: learned.reduce((total, { shape }) => total + count(shape), 0),
      arrays: learned.length,
      largest: arrays.reduce((one, other) =>
        (count(other.shape) > count(one.shape) ? other : one)),
    };
  }

  // -- The equations: which arrays meet, and how they lie when they do ---------

  // "weights[l - 1]" in layer 2 is "weights[1]".
  const named = (name, l) => name.replace(/\[l(?: ([-+]) 1)?\]/, (_, sign) =>
    `[${sign ? l + Number(`${sign}1`) : l}]`);

  // An array as an equation has it, turned over or not.
  function term(design, sizes, n, key, layer, turned = false) {
    const shape = shapeOf(design, key, sizes, n, layer);
    const name = named(DESIGNS[design].names[key], layer);
    const [side, place] = DESIGNS[design].folded[key] ?? [];
    const across = { row: "column", column: "row" };
    return {
      key, layer, turned,
      name: turned ? `${name}.T` : name,
      shape: turned ? shape.reverse() : shape,
      folded: side ? [turned ? across[side] : side, place] : null,
    };
  }

  // The pieces of an equation in layer l, its words and signs left as they are.
  function equation(design, sizes, n, pieces, l) {
    const L = sizes.length - 1;
    return pieces.map((piece) => {
      const [, word, shift, turn] = /^(\w+)([-+]?)(ᵀ?)$/.exec(piece) ?? [];
      if (!(word in DESIGNS[design].names)) return piece;
      const layer = l + ({ "-": -1, "+": 1 }[shift] ?? 0);
      let key = word, turned = turn === "ᵀ";
      if (key === "a" && layer === 0) {
        key = "x";
        turned = turned !== Boolean(DESIGNS[design].inputLiesAcross);
      } else if (key === "a" && layer === L) {
        key = "output";
      }
      return term(design, sizes, n, key, Math.max(layer, 1), turned);
    });
  }

  // All equations of one gradient of the quadratic cost, forward and backward.
  function equations(design, sizes, n) {
    const L = sizes.length - 1, { forward, pull, slopes, folded } = DESIGNS[design];
    const put = (pieces, l) => equation(design, sizes, n, pieces, l);
    const ones = folded.a ? ["and a row of ones"] : [];
    const there = [], back = [];
    for (let l = 1; l <= L; l++) {
      there.push(put(forward, l), put(["a", "= f of", "z", ...(l < L ? ones : [])], l));
    }
    for (let l = L; l >= 1; l--) {
      const output = ["delta", "= (", "a", "−", "y", ") ⊙ f′ of", "z"];
      back.push(put(l === L ? output : pull, l), ...slopes.map((pieces) => put(pieces, l)));
    }
    return { forward: there, backward: back };
  }

  const START = { design: "column_vectors", sizes: [8, 5, 3], n: 6 };
  const LARGEST = 1000, LONGEST = 5; // a size or a batch; a list of sizes

  const usable = (number) => Number.isInteger(number) && number >= 1 && number <= LARGEST;
  // "8, 5, 3" as numbers, or null.
  function readSizes(text) {
    const sizes = text.replace(/[[\]]/g, " ").trim().split(/[\s,]+/).map(Number);
    return sizes.length >= 2 && sizes.length <= LONGEST && sizes.every(usable) ? sizes : null;
  }

  globalThis.nnLayout = { DESIGNS, START, held, facts, equations, readSizes };
  if (typeof document === "undefined") return; // a test asks for the shapes only

  // -- The page -----------------------------------------------------------------

  function made(element, attributes, children) {
    Object.entries(attributes).forEach(([name, value]) =>
      element.setAttribute(name, value));
    element.append(...children);
    return element;
  }
  const html = (tag, attributes = {}, ...children) =>
    made(document.createElement(tag), attributes, children);
  const svg = (tag, attributes = {}, ...children) =>
    made(document.createElementNS("http://www.w3.org/2000/svg", tag),
      attributes, children);

  const SIDE = 132; // the longest side of any array, in pixels
  const CELL = 14; // a cell is never larger,
  const THIN = 3; // and nothing is drawn thinner
  const SYMBOLS = {
    x: "x", W: "W", b: "b", z: "z", a: "a", output: "a", y: "y", delta: "δ",
    nabla_W: "∇W", nabla_b: "∇b",
  };
  const UPPER = "⁰¹²³⁴";
  const symbol = ({ key, layer, turned }) => SYMBOLS[key]
    + (key === "x" || key === "y" ? "" : UPPER[layer]) + (turned ? "ᵀ" : "");
  const written = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

  // One scale for all designs, so that an array turns and does not grow.
  function scaleFor(sizes, n) {
    const longest = Math.max(...Object.keys(DESIGNS).flatMap((design) =>
      Object.values(held(design, sizes, n)).flatMap(({ shapes }) => shapes.flat())));
    return { longest, cell: Math.min(CELL, SIDE / longest) };
  }

  // An array as a box of cells; the folded row or column is filled.
  function box({ shape, folded }, cell) {
    const [height, width] = shape.length === 1 ? [1, ...shape] : shape;
    const w = Math.max(THIN, width * cell), h = Math.max(THIN, height * cell);
    const parts = [svg("rect", { class: "array", x: 1, y: 1, width: w, height: h })];
    if (folded) {
      const [side, place] = folded, thick = Math.max(THIN, cell);
      const start = (whole) => (place === 0 ? 1 : 1 + whole - thick);
      parts.push(svg("rect", side === "row"
        ? { class: "folded", x: 1, y: start(h), width: w, height: thick }
        : { class: "folded", x: start(w), y: 1, width: thick, height: h }));
    }
    if (cell >= 5) { // cells that can be told apart
      const lines = (times, along) =>
        Array.from({ length: times - 1 }, (_, k) => along(1 + (k + 1) * cell)).join("");
      parts.push(svg("path", { class: "cells", d:
        lines(width, (x) => `M${x} 1v${h}`) + lines(height, (y) => `M1 ${y}h${w}`) }));
    }
    parts.push(svg("rect", { class: shape.length === 1 ? "edge one-axis" : "edge",
      x: 1, y: 1, width: w, height: h }));
    return svg("svg", { width: w + 2, height: h + 2, viewBox: `0 0 ${w + 2} ${h + 2}`,
      "aria-hidden": "true" }, ...parts);
  }

  const drawn = (piece, cell) => html("span", { class: "term" }, box(piece, cell),
    html("b", {}, symbol(piece)), " ", html("code", {}, piece.name), " ",
    html("span", { class: "shape" }, written(piece.shape)), " ");

  // An equation; a sign stays with the array after it, where lines break.
  function line(pieces, cell) {
    const parts = [];
    let signs = [];
    for (const piece of pieces) {
      if (typeof piece === "string") signs.push(html("span", { class: "sign" }, `${piece} `));
      else {
        parts.push(html("span", { class: "part" }, ...signs, drawn(piece, cell)));
        signs = [];
      }
    }
    return html("div", { class: "equation" }, ...parts, ...signs);
  }

  // The equations of a pass, an item for each layer.
  function items(equations, cell) {
    const layers = [...new Set(equations.map(([left]) => left.layer))];
    return layers.map((layer) => html("li", {}, ...equations
      .filter(([left]) => left.layer === layer).map((pieces) => line(pieces, cell))));
  }

  function summary({ design, sizes, n }) {
    const { parameters, arrays, largest } = facts(design, sizes, n);
    const numbers = (many) => `${many.toLocaleString("en")} number${many === 1 ? "" : "s"}`;
    return `${design}: learns ${numbers(parameters)}, kept in ${arrays} arrays. `
      + `The largest array is ${symbol(largest)} ${written(largest.shape).replace(" ", "\u00a0")} `
      + `with ${numbers(count(largest.shape))}.`;
  }

  let roots = 0;
  function mount(root) {
    let state = { ...START };
    const group = `layout-design-${roots++}`;
    const status = html("p", { role: "status" });
    const note = html("p"), legend = html("p", { class: "key" });
    const lists = { forward: html("ul"), backward: html("ul") };

    function edit(change) {
      state = { ...state, ...change };
      render();
    }
    const designs = Object.keys(DESIGNS).map((name) => {
      const input = html("input", { type: "radio", name: group, value: name });
      input.checked = name === state.design;
      input.addEventListener("change", () => edit({ design: name }));
      return html("label", {}, input, html("code", {}, name));
    });

    // A field keeps what is typed; what cannot be used is said to be so.
    function field(label, attributes, read, key, needed) {
      const input = html("input", attributes);
      input.addEventListener("input", () => {
        const value = read(input);
        input.setAttribute("aria-invalid", value === null);
        if (value === null) {
          status.textContent = `${needed} needed (still drawing ${[state[key]].flat().join(", ")}).`;
        } else edit({ [key]: value });
      });
      return html("label", {}, label, input);
    }
    const fields = [
      field("Sizes, inputs first", {
        type: "text", value: START.sizes.join(", "), autocomplete: "off", spellcheck: "false",
      }, (input) => readSizes(input.value), "sizes",
      `2 to ${LONGEST} whole numbers from 1 to ${LARGEST}, such as 784, 30, 10, are`),
      field("Batch, n", { type: "number", min: 1, max: LARGEST, value: START.n },
        (input) => (usable(input.valueAsNumber) ? input.valueAsNumber : null), "n",
        `A whole number from 1 to ${LARGEST} is`),
    ];

    function render() {
      const { design, sizes, n } = state, { longest, cell } = scaleFor(sizes, n);
      const found = equations(design, sizes, n);
      status.textContent = summary(state);
      note.textContent = DESIGNS[design].note;
      const filled = DESIGNS[design].folded.W ? " Filled: the bias, and the ones it meets." : "";
      legend.textContent = `To scale, the same in every design: ${longest} in a row is `
        + `${Math.round(longest * cell)} pixels long`
        + `${cell < THIN ? `, but nothing is thinner than ${THIN}` : ""}.${filled}`;
      for (const [pass, list] of Object.entries(lists)) {
        list.replaceChildren(...items(found[pass], cell));
      }
    }

    root.classList.add("live");
    root.replaceChildren(
      html("fieldset", { class: "designs" }, html("legend", {}, "Design"), ...designs),
      html("fieldset", {}, html("legend", {}, "Network"), ...fields),
      status, note, legend,
      html("h3", {}, "Forward"), lists.forward,
      html("h3", {}, "Backward"), lists.backward,
    );
    render();
  }

  const start = () => document.querySelectorAll("div.layout-explorer").forEach(mount);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
