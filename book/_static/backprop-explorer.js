// The backpropagation explorer: two inputs, two hidden units and one output,
// worked in the page. It takes the place of the worked example inside every
// <div class="backprop-explorer">; without this script the example stays.
(function () {
  "use strict";

  // -- The arithmetic: pure, and tested against nnlib -------------------------

  // An activation beside its slope; both take z. No exponential is taken of a
  // positive number, so none overflows.
  const ACTIVATIONS = {
    sigmoid: {
      symbol: "σ",
      value: (z) => (z > 0 ? 1 : Math.exp(z)) / (1 + Math.exp(-Math.abs(z))),
      slope: (z) => {
        const e = Math.exp(-Math.abs(z));
        return e / ((1 + e) * (1 + e));
      },
    },
    tanh: {
      symbol: "tanh", value: Math.tanh, slope: (z) => 4 * ACTIVATIONS.sigmoid.slope(2 * z),
    },
    relu: { symbol: "relu", value: (z) => (z > 0 ? z : 0), slope: (z) => (z > 0 ? 1 : 0) },
    leaky_relu: {
      symbol: "leaky", value: (z) => (z > 0 ? z : 0.1 * z), slope: (z) => (z > 0 ? 1 : 0.1),
    },
    identity: { symbol: "id", value: (z) => z, slope: () => 1 },
  };

  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

  // One step of descent on the quadratic loss of one sample, with all that is
  // computed on the way. As in nnlib, layers[l].W[k][j] leads from unit k to
  // unit j. Layer l reads a[l], and a[0] is the input.
  function step(params) {
    const { x, y, layers, activations, learningRate } = params;
    const f = activations.map((name) => ACTIVATIONS[name]);
    const L = layers.length - 1;

    const z = [], a = [x];
    layers.forEach(({ W, b }, l) => {
      z[l] = b.map((bias, j) => sum(a[l].map((ak, k) => ak * W[k][j])) + bias);
      a[l + 1] = z[l].map(f[l].value);
    });
    const errors = a[L + 1].map((aj, j) => aj - y[j]);
    const cost = 0.5 * sum(errors.map((error) => error * error));

    const delta = [];
    delta[L] = z[L].map((zj, j) => errors[j] * f[L].slope(zj));
    for (let l = L - 1; l >= 0; l--) {
      const pulled = layers[l + 1].W.map((row) =>
        sum(row.map((w, j) => w * delta[l + 1][j])));
      delta[l] = z[l].map((zk, k) => pulled[k] * f[l].slope(zk));
    }

    const gradients = layers.map((_, l) => ({
      W: a[l].map((ak) => delta[l].map((dj) => ak * dj)),
      b: delta[l],
    }));
    const moved = layers.map(({ W, b }, l) => ({
      W: W.map((row, k) => row.map((w, j) => w - learningRate * gradients[l].W[k][j])),
      b: b.map((bias, j) => bias - learningRate * gradients[l].b[j]),
    }));
    return { z, a, cost, delta, gradients, after: { ...params, layers: moved } };
  }

  // The network that the page works by hand.
  const START = {
    x: [0.5, 2],
    y: [1],
    layers: [
      { W: [[0.8, -0.6], [-0.5, 0.7]], b: [0.3, -0.2] },
      { W: [[1.2], [-0.9]], b: [0.4] },
    ],
    activations: ["sigmoid", "sigmoid"],
    learningRate: 0.5,
  };

  // -- The formulas: the same names and steps as on the page -------------------

  const NAMES = {
    a: [["x₁", "x₂"], ["a₁", "a₂"], ["a"]],
    W: [[["w₁₁", "w₁₂"], ["w₂₁", "w₂₂"]], [["v₁"], ["v₂"]]],
    b: [["b₁", "b₂"], ["c"]],
    z: [["z₁", "z₂"], ["z"]],
    delta: [["δ₁", "δ₂"], ["δ"]],
  };

  // A number to four decimals, or to three digits if it is below 0.01.
  function show(number) {
    const size = Math.abs(number);
    let text = +number.toFixed(4);
    if (size >= 1e5 || (size > 0 && size < 1e-4)) text = number.toExponential(2);
    else if (size < 0.01) text = +number.toPrecision(3);
    return String(text).replaceAll("-", "−").replace("Infinity", "∞");
  }
  const factor = (number) => (number < 0 ? `(${show(number)})` : show(number));

  // Four lists of rows: a name, its rule, the rule in numbers, the value.
  function formulas(params) {
    const { y, layers, activations, learningRate } = params;
    const { z, a, cost, delta, gradients, after } = step(params);
    const f = activations.map((name) => ACTIVATIONS[name]);
    const forward = [], backward = [], slopes = [], descent = [];

    layers.forEach(({ W, b }, l) => b.forEach((bias, j) => {
      const names = W.map((_, k) => NAMES.a[l][k] + NAMES.W[l][k][j]);
      const numbers = W.map((row, k) => `${factor(a[l][k])}·${factor(row[j])}`);
      const zName = NAMES.z[l][j], aName = NAMES.a[l + 1][j], { symbol } = f[l];
      forward.push(
        [zName, [...names, NAMES.b[l][j]].join(" + "),
          [...numbers, factor(bias)].join(" + "), z[l][j]],
        [aName, `${symbol}(${zName})`, `${symbol}(${show(z[l][j])})`, a[l + 1][j]],
      );
    }));
    const error = `(${show(a[2][0])} − ${factor(y[0])})`;
    forward.push(["C", "½(a − y)²", `½${error}²`, cost]);

    backward.push(["δ", `(a − y)·${f[1].symbol}′(z)`,
      `${error}·${factor(f[1].slope(z[1][0]))}`, delta[1][0]]);
    layers[1].W.forEach(([v], k) => backward.push([
      NAMES.delta[0][k],
      `${NAMES.W[1][k][0]}·δ·${f[0].symbol}′(${NAMES.z[0][k]})`,
      [v, delta[1][0], f[0].slope(z[0][k])].map(factor).join("·"),
      delta[0][k],
    ]));

    function parameter(name, rule, numbers, slope, before, moved) {
      slopes.push([`∂C/∂${name}`, rule, numbers, slope]);
      descent.push([`new ${name}`, "",
        `${show(before)} − ${factor(learningRate)}·${factor(slope)}`, moved]);
    }
    layers.forEach(({ W, b }, l) => b.forEach((bias, j) => {
      const d = delta[l][j], dName = NAMES.delta[l][j], next = after.layers[l];
      W.forEach((row, k) => parameter(NAMES.W[l][k][j], NAMES.a[l][k] + dName,
        `${factor(a[l][k])}·${factor(d)}`, gradients[l].W[k][j], row[j], next.W[k][j]));
      parameter(NAMES.b[l][j], dName, "", d, bias, next.b[j]);
    }));
    descent.push(["new C", "", "", step(after).cost]);
    return { forward, backward, slopes, descent };
  }

  globalThis.nnBackprop = { ACTIVATIONS, START, step, formulas, show };
  if (typeof document === "undefined") return; // a test asks for the numbers only

  // -- The page -----------------------------------------------------------------

  function fill(element, attributes, children) {
    Object.entries(attributes).forEach(([name, value]) =>
      element.setAttribute(name, value));
    element.append(...children);
    return element;
  }
  const html = (tag, attributes = {}, ...children) =>
    fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag),
      attributes, children);

  const KEY = "The thicker a line, the larger the slope of its weight. "
    + "Solid: raising the weight raises C. Dashed: it lowers C.";
  const LIMIT = 100; // the largest number that may be typed
  const LISTS = {
    forward: "Forward",
    backward: "Backward",
    slopes: "The nine slopes",
    descent: "One step: minus η times the slope",
  };

  // Groups of controls: a label, and the way to its value in the parameters.
  const unit = (l, j) => [
    ...NAMES.W[l].map((names, k) => [names[j], "layers", l, "W", k, j]),
    [NAMES.b[l][j], "layers", l, "b", j],
  ];
  const CONTROLS = {
    "Inputs and target": [["x₁", "x", 0], ["x₂", "x", 1], ["y", "y", 0]],
    "Into hidden unit 1": unit(0, 0),
    "Into hidden unit 2": unit(0, 1),
    "Into the output": unit(1, 0),
    "Activations and step": [
      ["hidden", "activations", 0], ["output", "activations", 1], ["η", "learningRate"],
    ],
  };
  const get = (params, way) => way.reduce((part, key) => part[key], params);
  function changed(params, way, value) {
    const copy = structuredClone(params);
    get(copy, way.slice(0, -1))[way.at(-1)] = value;
    return copy;
  }

  // The graph: an edge is as thick as its slope is large, next to the largest.
  const PLACES = [[[40, 66], [40, 202]], [[180, 66], [180, 202]], [[320, 134]]];
  function graph(params) {
    const { a, delta, gradients } = step(params);
    const text = (x, y, name, value) =>
      svg("text", { x, y }, value === undefined ? name : `${name} = ${show(value)}`);
    const edges = gradients.flatMap(({ W }, l) => W.flatMap((row, k) => row.map((slope, j) =>
      ({ l, k, j, slope, from: PLACES[l][k], to: PLACES[l + 1][j] }))));
    const largest = Math.max(...edges.map(({ slope }) => Math.abs(slope)));

    const lines = edges.map(({ slope, from, to }) => svg("line", {
      x1: from[0], y1: from[1], x2: to[0], y2: to[1],
      class: slope > 0 ? "raises" : slope < 0 ? "lowers" : "flat",
      "stroke-width": 1 + 6 * (Math.abs(slope) / largest || 0),
    }));
    const weights = edges.map(({ l, k, j, from, to }) => {
      const t = l ? 0.42 : k === j ? 0.47 : 0.3; // clear of circles and crossings
      const [x, y] = from.map((start, i) => start + t * (to[i] - start));
      return text(x, y + 4, NAMES.W[l][k][j], params.layers[l].W[k][j]);
    });
    const nodes = PLACES.flatMap((layer, l) => layer.flatMap(([x, y], j) => {
      const notes = y < 100 ? y - 46 : y + 38; // away from the edges
      return [
        svg("circle", { cx: x, cy: y, r: 24 }),
        text(x, y - 4, NAMES.a[l][j]),
        text(x, y + 11, show(a[l][j])),
        ...(l === 0 ? [] : [
          text(x, notes, NAMES.b[l - 1][j], params.layers[l - 1].b[j]),
          text(x, notes + 15, NAMES.delta[l - 1][j], delta[l - 1][j]),
        ]),
      ];
    }));
    return svg("svg", { viewBox: "0 0 360 262", role: "img", "aria-label":
      "The network as a graph. Its numbers are those of the lists." },
    ...lines, ...weights, ...nodes, text(320, 202, "y", params.y[0]));
  }

  const line = ([name, rule, numbers, value]) => html("li", {},
    ...[name, rule, numbers, show(value)].filter(Boolean).map((part, i) =>
      html("span", {}, i ? ` = ${part}` : part)));

  // Whether a step leads to numbers again.
  const canStep = (params) => step(params).after.layers.every(({ W, b }) =>
    [...W.flat(), ...b].every(Number.isFinite));

  function summary(path) {
    const params = path.at(-1), { a, cost } = step(params);
    const steps = path.length === 2 ? "1 step" : `${path.length - 1} steps`;
    if (!canStep(params)) return `${steps}: the next would lead beyond all numbers.`;
    const [name, , , slope] = formulas(params).slopes.reduce((one, other) =>
      Math.abs(other[3]) > Math.abs(one[3]) ? other : one);
    const said = `${steps}: a = ${show(a[2][0])} for y = ${show(params.y[0])}, `
      + `C = ${show(cost)}. Largest slope: ${name} = ${show(slope)}.`;
    return said // no line ends at the equals signs or at a slash
      .replaceAll(" = ", "\u00a0=\u00a0").replaceAll("/", "/\u2060");
  }

  function mount(root) {
    let path = [START]; // the parameters before each step, and those of now
    const drawing = html("div");
    const picture = html("div", {}, drawing, html("p", { class: "key" }, KEY));
    const status = html("p", { role: "status" });
    const costs = html("ol");
    const lists = html("div", { class: "lists" });
    const controls = [];

    function edit(way, value) {
      path = way[0] === "learningRate"
        ? path.map((params) => changed(params, way, value)) // the costs stay
        : [changed(path.at(-1), way, value)]; // another network: no steps yet
      render();
    }
    function choice(way) {
      const select = html("select", {}, ...Object.keys(ACTIVATIONS).map((name) =>
        html("option", { value: name }, name)));
      select.addEventListener("change", () => edit(way, select.value));
      return select;
    }
    function field(way) {
      const input = html("input", { type: "number", step: 0.1, min: -LIMIT, max: LIMIT });
      input.addEventListener("input", () => {
        const usable = Math.abs(input.valueAsNumber) <= LIMIT; // false for NaN too
        input.setAttribute("aria-invalid", !usable);
        if (usable) edit(way, input.valueAsNumber);
        else {
          status.textContent = `A number from −${LIMIT} to ${LIMIT} is needed `
            + `(still using ${show(get(path.at(-1), way))}).`;
        }
      });
      return input;
    }
    const groups = Object.entries(CONTROLS).map(([legend, group]) =>
      html("fieldset", {}, html("legend", {}, legend), ...group.map(([label, ...way]) => {
        const control = way[0] === "activations" ? choice(way) : field(way);
        controls.push([control, way]);
        return html("label", {}, label, control);
      })));

    function button(label, next) {
      const element = html("button", { type: "button" }, label);
      element.addEventListener("click", () => {
        path = next();
        render();
      });
      return element;
    }
    const buttons = [
      button("Take a step", () =>
        (canStep(path.at(-1)) ? [...path, step(path.at(-1)).after] : path)),
      button("Step back", () => path.slice(0, Math.max(1, path.length - 1))),
      button("Reset", () => [START]),
    ];

    function render() {
      for (const [control, way] of controls) {
        if (control === document.activeElement) continue; // it is being typed in
        const value = get(path.at(-1), way);
        control.value = typeof value === "number" ? +value.toFixed(4) : value;
        control.removeAttribute("aria-invalid");
      }
      drawing.replaceChildren(graph(path.at(-1)));
      status.textContent = summary(path);
      const first = Math.max(0, path.length - 10); // the last ten costs
      costs.replaceChildren(...path.slice(first).map((params, i) =>
        html("li", { value: first + i }, show(step(params).cost))));
      const rows = formulas(path.at(-1));
      lists.replaceChildren(...Object.entries(LISTS).map(([key, title]) =>
        html("section", {}, html("h3", {}, title), html("ul", {}, ...rows[key].map(line)))));
    }

    root.classList.add("live");
    root.replaceChildren(
      html("div", { class: "desk" },
        html("div", { class: "graph" }, picture,
          html("div", { class: "buttons" }, ...buttons), status),
        html("div", { class: "controls" }, ...groups)),
      html("div", { class: "costs" }, "Costs so far:", costs), lists,
    );
    render();
  }

  const start = () => document.querySelectorAll("div.backprop-explorer").forEach(mount);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
