// Where the steps of a flow stand once it is tidied up: top to bottom, loops from the inside out.
// Pure; the layout library is handed in.

import { EMPTY_LOOP, LOOP_HEAD, LOOP_PAD, cardSize, meets, rectsOf, toGrid, union } from "./geometry.js";
import { inside } from "./graph.js";

const BESIDE = 40;
const BELOW = 56;

// Map of step id to {x, y}. The flow keeps its top left corner, so it does not jump away.
export function arrange(dagre, graph, views) {
  const places = new Map();
  const corner = union([...rectsOf(graph, views).values()]);
  if (corner) place(layOut(dagre, graph, views, null), corner, places);
  return places;
}

// Whether two steps that stand side by side in the flow lie on each other on the canvas.
export function isHeaped(graph, views) {
  const rects = rectsOf(graph, views);
  const seen = [];
  for (const step of [...graph.steps.values()].sort((a, b) => a.y - b.y)) {
    const rect = rects.get(step.id);
    for (const other of seen) {
      if (other.step.parent === step.parent && meets(rect, other.rect)) return true;
    }
    seen.push({ step, rect });
  }
  return false;
}

// What is inside one loop (null: the whole flow): its boxes, with (0, 0) as their top left.
function layOut(dagre, graph, views, parent) {
  const drawing = new dagre.graphlib.Graph()
    .setGraph({ rankdir: "TB", nodesep: BESIDE, ranksep: BELOW })
    .setDefaultEdgeLabel(() => ({}));
  const boxes = inside(graph, parent).map((step) => box(dagre, graph, views, step));
  for (const { id, w, h } of boxes) drawing.setNode(id, { width: w, height: h });
  for (const link of byWay(graph, views)) {
    if (drawing.hasNode(link.source) && drawing.hasNode(link.target)) drawing.setEdge(link.source, link.target);
  }
  if (boxes.length) dagre.layout(drawing);
  for (const one of boxes) {
    const { x, y } = drawing.node(one.id);
    Object.assign(one, { x: x - one.w / 2, y: y - one.h / 2 });
  }
  const whole = union(boxes);
  for (const one of boxes) Object.assign(one, { x: one.x - whole.x, y: one.y - whole.y });
  return { boxes, w: whole?.w ?? 0, h: whole?.h ?? 0 };
}

function box(dagre, graph, views, step) {
  const isLoop = views.get(step.id)?.is_loop;
  if (!inside(graph, step.id).length) return { id: step.id, ...(isLoop ? EMPTY_LOOP : cardSize(views.get(step.id))) };
  const body = layOut(dagre, graph, views, step.id);
  return { id: step.id, body, w: body.w + 2 * LOOP_PAD, h: body.h + LOOP_HEAD + LOOP_PAD };
}

function place({ boxes }, corner, places) {
  for (const one of boxes) {
    const at = { x: toGrid(corner.x + one.x), y: toGrid(corner.y + one.y) };
    places.set(one.id, at);
    if (one.body) place(one.body, { x: at.x + LOOP_PAD, y: at.y + LOOP_HEAD }, places);
  }
}

// Links by the place of their way out, so that the first answer tends to stand at the left.
function byWay(graph, views) {
  const rank = (link) =>
    views.get(link.source)?.ways.findIndex((way) => way.port === link.source_port) ?? 0;
  return [...graph.links.values()].sort((one, other) => rank(one) - rank(other));
}
