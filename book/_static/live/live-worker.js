// Runs Python for a page's live cells, away from the page.
//
// In:  {kind: "boot"}, {kind: "needed", id, sources, index},
//      {kind: "run", id, source}.
// Out: {kind: "progress", bytes, total}, {kind: "ready"},
//      {kind: "failed", text}, {kind: "fetching", text};
//      {kind: "needed", id, cells};
//      {kind: "text" | "html" | "error", id, text} and {kind: "done", id, ok}.
"use strict";

const HERE = new URL(".", self.location.href);
const RUNTIME = new URL("../vendor/pyodide/", HERE);
const plainFetch = self.fetch.bind(self);
const Request = self.XMLHttpRequest;
const tell = (message) => self.postMessage(message);
let current = null; // the id of the cell that runs
let python = null; // {run, needed}, once Python is there

// Everything that Python starts from, with the bytes that travel.
async function download() {
  const { files, wheel } = await (await plainFetch(new URL("files.json", HERE))).json();
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let bytes = 0;
  const bodies = new Map();
  await Promise.all(files.map(async ({ path }) => {
    const url = new URL(path, HERE);
    const response = await plainFetch(url);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    const counted = response.body.pipeThrough(new TransformStream({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        tell({ kind: "progress", bytes, total });
        controller.enqueue(chunk);
      },
    }));
    const packed = path.endsWith(".gz");
    const body = packed ? counted.pipeThrough(new DecompressionStream("gzip")) : counted;
    bodies.set(url.href.replace(/\.gz$/, ""), await new Response(body).arrayBuffer());
  }));
  return { bodies, wheel: bodies.get(new URL(wheel, HERE).href) };
}

// What the runtime asks for comes out of what has just been downloaded.
function serve(bodies) {
  self.fetch = async (request) => {
    const url = new URL(request.url ?? request, HERE).href;
    if (!bodies.has(url)) throw new TypeError(`nothing is fetched from here: ${url}`);
    const type = url.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(bodies.get(url), { headers: { "Content-Type": type } });
  };
}

// A data file, read to as many bytes as are asked for, part by part.
function readPart(name) {
  const request = new Request();
  request.open("GET", new URL(`data/${name}`, HERE), false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`data/${name}: ${request.status}`);
  return new Uint8Array(request.response);
}

async function boot() {
  const { bodies, wheel } = await download();
  serve(bodies);
  importScripts(new URL("pyodide.js", RUNTIME).href);
  const silent = { messageCallback() {}, errorCallback() {} };
  const jsglobals = { setTimeout: self.setTimeout.bind(self), clearTimeout: self.clearTimeout.bind(self) };
  const runtime = await loadPyodide({ indexURL: RUNTIME.href, jsglobals });
  await runtime.loadPackage(["numpy"], silent);
  runtime.unpackArchive(wheel, "wheel");
  for (const [href, name] of [["runner.py", "runner.py"], ["browser_data.py", "browser_data.py"], ["data/parts.json", "parts.json"]])
    runtime.FS.writeFile(`/home/pyodide/${name}`, new Uint8Array(bodies.get(new URL(href, HERE).href)));
  const begin = runtime.runPython(`
import sys
sys.path.insert(0, "/home/pyodide")
import browser_data, runner
def begin(emit, read_part, say):
    browser_data.install(read_part, say)
    session = runner.Session(emit)
    return session.run, lambda sources, index: runner.needed(sources.to_py(), index)
begin`);
  const emit = (kind, text) => tell({ kind, id: current, text });
  const say = (text) => tell({ kind: "fetching", text });
  const [run, needed] = begin(emit, readPart, say).toJs();
  python = { run, needed };
  lockUp();
  tell({ kind: "ready" });
}

// The reader's code has no business with what the browser keeps or reaches.
function lockUp() {
  for (const name of ["indexedDB", "caches", "fetch", "XMLHttpRequest", "WebSocket", "EventSource", "BroadcastChannel", "importScripts", "Worker", "navigator"])
    Object.defineProperty(self, name, { value: undefined, configurable: false, writable: false });
}

self.onmessage = async ({ data }) => {
  if (data.kind === "boot") {
    try {
      await boot();
    } catch (error) {
      tell({ kind: "failed", text: String(error.message ?? error) });
    }
  } else if (data.kind === "needed") {
    const cells = python.needed(data.sources, data.index);
    tell({ kind: "needed", id: data.id, cells: cells.toJs() });
    cells.destroy();
  } else if (data.kind === "run") {
    current = data.id;
    let ok = false;
    try {
      ok = python.run(data.source);
    } catch (error) { // the interpreter itself gave up: memory, recursion
      tell({ kind: "error", id: data.id, text: String(error.message ?? error) });
      tell({ kind: "failed", text: "Python stopped." });
      return;
    }
    tell({ kind: "done", id: data.id, ok });
  }
};
