// The map of the flow: every step in the colour of its state, and the part one sees. A click or a
// drag looks elsewhere.

import { boundsOf, rectsOf, union } from "./geometry.js";

const AFTER_MS = 90;
const MARGIN = 40;

export function start(editor, { camera }) {
  const map = document.getElementById("minimap");
  if (!map) return;
  const paths = new Map([...map.querySelectorAll("path")].map((path) => [path.getAttribute("class"), path]));
  const view = map.querySelector(".view");
  let waiting = 0;
  let looking = 0;
  let whole = null;
  let held = null; // the map does not change under the pointer

  const drawSoon = () => (waiting ||= setTimeout(drawAll, AFTER_MS));
  // what is dragged is drawn where it comes to rest: drawing the map costs more than a move
  editor.on("graph", ({ origin }) => origin !== "preview" && drawSoon());
  for (const type of ["views", "problems", "run"]) editor.on(type, drawSoon);
  editor.on("camera", () => (looking ||= requestAnimationFrame(look)));

  function drawAll() {
    waiting = 0;
    whole = boundsOf(editor.graph, editor.views);
    for (const [name, shapes] of shapesOf(editor)) paths.get(name).setAttribute("d", shapes);
    look();
  }

  function look() {
    looking = 0;
    const { x, y, w, h } = camera.seen;
    for (const [name, value] of [["x", x], ["y", y], ["width", w], ["height", h]]) view.setAttribute(name, value);
    if (held) return;
    const all = union([camera.seen, ...(whole ? [whole] : [])]);
    map.setAttribute("viewBox", [all.x - MARGIN, all.y - MARGIN, all.w + 2 * MARGIN, all.h + 2 * MARGIN].join(" "));
  }

  function go(event) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(held);
    camera.centre(x, y);
  }

  map.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    map.setPointerCapture(event.pointerId);
    held = map.getScreenCTM().inverse();
    go(event);
  });
  map.addEventListener("pointermove", (event) => held && go(event));
  for (const type of ["pointerup", "pointercancel"]) {
    map.addEventListener(type, () => {
      held = null;
      look();
    });
  }
  drawAll();
}

// One SVG path per colour, so that a thousand steps are six elements.
export function shapesOf({ graph, views, problems, run }) {
  const shapes = new Map(["group", "loop", "plain", "done", "live", "bad"].map((name) => [name, ""]));
  const put = (name, { x, y, w, h }) => shapes.set(name, `${shapes.get(name)}M${x} ${y}h${w}v${h}h${-w}z`);
  const wrong = new Set(problems.filter((one) => one.severity === "error").map((one) => one.step_id));
  for (const frame of graph.frames.values()) put("group", frame);
  for (const [id, rect] of rectsOf(graph, views)) {
    put(views.get(id)?.is_loop ? "loop" : colourOf(run?.steps.get(id)?.state, wrong.has(id)), rect);
  }
  return shapes;
}

function colourOf(state, isWrong) {
  if (state === "running") return "live";
  if (state === "failed" || isWrong) return "bad";
  return state === "done" ? "done" : "plain";
}
