// Where the steps of a flow stand once it is tidied up: top to bottom, loops from the inside out.
// Pure; the layout library is handed in.

import { CARD_W, EMPTY_LOOP, LOOP_HEAD, LOOP_PAD, cardSize, rectsOf, toGrid, union } from "./geometry.js";
import { held, moveTo } from "./commands_move.js";
import { inside, linksFrom, linksTo, put } from "./graph.js";
import { readingOrder } from "./walk.js";

const BESIDE = 40;
const BELOW = 56;

// Map of step id to {x, y}; a loop follows what is inside it. The flow keeps its top left corner, so
// it does not jump away.
export function arrange(dagre, graph, views) {
  const places = new Map();
  const corner = union([...rectsOf(graph, views).values()]);
  const grid = corner && { x: toGrid(corner.x), y: toGrid(corner.y) };
  if (corner) place(layOut(dagre, graph, views, null), grid, places);
  return places;
}

// The command that brings steps to their places, and frames to the steps they were drawn around.
export const tidied = (places) => (graph, { views }) => {
  const moved = [...places].filter(([id, to]) => !isAt(graph.steps.get(id), to));
  if (!moved.length) return graph;
  const after = moveTo(new Map(moved))(graph);
  const rects = rectsOf(after, views);
  const frames = [...graph.frames.values()].map((frame) => {
    const inner = [...held(graph, views, [frame.id])].map((id) => rects.get(id)).filter(Boolean);
    if (!inner.length) return frame;
    const { x, y, w, h } = union(inner);
    return { ...frame, x: x - LOOP_PAD, y: y - LOOP_HEAD, w: w + 2 * LOOP_PAD, h: h + LOOP_HEAD + LOOP_PAD };
  });
  return frames.length ? put(after, "frames", frames) : after;
};

const isAt = (step, { x, y }) => !step || (step.x === x && step.y === y);

// What is inside one loop (null: the whole flow): its boxes, with (0, 0) as their top left.
function layOut(dagre, graph, views, parent) {
  const drawing = new dagre.graphlib.Graph()
    .setGraph({ rankdir: "TB", nodesep: BESIDE, ranksep: BELOW })
    .setDefaultEdgeLabel(() => ({}));
  const boxes = inside(graph, parent).map((step) => box(dagre, graph, views, step));
  for (const { id, w, h } of boxes) drawing.setNode(id, { width: w, height: h });
  const constraints = linkUp(drawing, graph, views, boxes.map((one) => one.id));
  if (boxes.length) dagre.layout(drawing, { constraints });
  for (const one of boxes) {
    const { x, y } = drawing.node(one.id);
    Object.assign(one, { x: x - one.w / 2, y: y - one.h / 2 });
  }
  const whole = union(boxes);
  for (const one of boxes) Object.assign(one, { x: one.x - whole.x, y: one.y - whole.y });
  return { boxes, w: whole?.w ?? 0, h: whole?.h ?? 0 };
}

// A link past several steps goes by way of empty places beside them. Gives which comes left of which:
// what ways out lead to, in their order, unless another step leads there too.
function linkUp(drawing, graph, views, ids) {
  const rank = ranks(graph);
  const constraints = [];
  for (const id of ids) {
    let left = null;
    for (const { port } of views.get(id)?.ways ?? []) {
      for (const link of linksFrom(graph, id, port)) {
        let from = id;
        for (let at = rank.get(id) + 1; at < rank.get(link.target); at += 1) {
          const place = `${link.id} ${at}`;
          drawing.setNode(place, { width: CARD_W, height: 1 }).setEdge(from, place);
          from = place;
        }
        drawing.setEdge(from, link.target);
        const first = from === id ? link.target : `${link.id} ${rank.get(id) + 1}`;
        if (from === id && linksTo(graph, link.target).length > 1) continue;
        if (left) constraints.push({ left, right: first });
        left = first;
      }
    }
  }
  return constraints;
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
    if (!one.body) places.set(one.id, at);
    else place(one.body, { x: at.x + LOOP_PAD, y: at.y + LOOP_HEAD }, places);
  }
}

// How many steps come before each, at most.
function ranks(graph) {
  const rank = new Map();
  for (const id of readingOrder(graph)) {
    rank.set(id, Math.max(0, ...linksTo(graph, id).map((link) => 1 + (rank.get(link.source) ?? 0))));
  }
  return rank;
}
