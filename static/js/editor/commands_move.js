// Commands that move things: by hand, to the places of a tidied flow, into a loop and out of it.

import { LOOP_HEAD, LOOP_PAD, holds, idsWithin, rectOf, toGrid, union } from "./geometry.js";
import {
  Refused,
  bodyOf,
  drop,
  inside,
  linked,
  linksFrom,
  linksTo,
  put,
  putBehind,
} from "./graph.js";
import { entries, levels, openEnd, refuseDeep, stepOf } from "./loops.js";
import { BELOW, shifted, withBodies, withRoom } from "./places.js";
import { healed } from "./commands_remove.js";
import { firstWay } from "./ways.js";

// Steps with all inside them, notes, and frames with what they hold, moved by a distance. On the
// grid if `snap`: then the first of them lands on it and the others keep their distance.
export const moveBy =
  (ids, dx, dy, { snap = false } = {}) =>
  (graph, { views }) => {
    const all = held(graph, views, ids);
    const first = [...all]
      .filter((id) => !inside(graph, id).length)
      .map((id) => graph.steps.get(id) ?? graph.notes.get(id) ?? graph.frames.get(id))
      .find(Boolean);
    if (!first) return graph;
    const x = snap ? toGrid(first.x + dx) - first.x : dx;
    const y = snap ? toGrid(first.y + dy) - first.y : dy;
    if (!x && !y) return graph;
    let result = shifted(
      graph,
      [...all].filter((id) => graph.steps.has(id)),
      x,
      y,
    );
    for (const kind of ["notes", "frames"]) {
      const ones = [...all].map((id) => graph[kind].get(id)).filter(Boolean);
      if (ones.length)
        result = put(
          result,
          kind,
          ones.map((one) => ({ ...one, x: one.x + x, y: one.y + y })),
        );
    }
    return result;
  };

// These ids, and what lies as a whole inside the frames among them.
export function held(graph, views, ids) {
  const all = new Set(ids);
  for (const id of ids) {
    const frame = graph.frames.get(id);
    if (frame)
      for (const one of idsWithin(graph, views, frame))
        if (isHeld(graph, views, frame, one)) all.add(one);
  }
  return withBodies(graph, all);
}

function isHeld(graph, views, frame, id) {
  const rect = rectOf(graph, views, id) ?? graph.notes.get(id) ?? graph.frames.get(id);
  return holds(frame, rect) && holds(frame, { x: rect.x + rect.w, y: rect.y + rect.h });
}

// Each step at its place, as a Map of id to {x, y}: what "Tidy up" found.
export const moveTo = (places) => (graph) => {
  const known = [...places].filter(([id]) => graph.steps.has(id));
  return put(
    graph,
    "steps",
    known.map(([id, { x, y }]) => ({ ...graph.steps.get(id), x, y })),
  );
};

// Steps put inside a loop (null: taken out of every loop). Links among them stay, what stood
// around them is linked again. One that arrives alone follows the last step inside. They stay
// where they are with `keepPlace`, as after a drag.
export const putInto =
  (ids, loop, { keepPlace = false } = {}) =>
  (graph, { views }) => {
    const moved = outermost(graph, ids).filter((id) => stepOf(graph, id).parent !== loop);
    for (const id of moved) refuseWrongLoop(graph, views, id, loop);
    if (!moved.length) return graph;
    const set = new Set(moved);
    const from = graph.steps.get(moved[0]).parent;
    const end = loop ? openEnd(graph, views, loop) : null;
    const first = loop ? entries(graph, loop)[0] : null;
    let result = relinked(healed(graph, moved), graph, set);
    const steps = moved.map((id) => ({ ...graph.steps.get(id), parent: loop }));
    result = putBehind(
      drop(result, "steps", moved),
      loop ?? from ?? [...result.steps.keys()].at(-1),
      steps,
    );
    if (!keepPlace) result = broughtTo(result, graph, views, moved, loop ?? from, loop, end);
    if (moved.length === 1) result = joined(result, views, moved[0], { loop, from, end, first });
    return withRoom(result, views, moved.at(-1));
  };

// Of these steps those that are inside no other of them.
export function outermost(graph, ids) {
  const inner = new Set(ids.flatMap((id) => [...bodyOf(graph, id)]));
  return [...new Set(ids)].filter((id) => graph.steps.has(id) && !inner.has(id));
}

function refuseWrongLoop(graph, views, id, loop) {
  const step = stepOf(graph, id);
  if (loop === null) return;
  const around = stepOf(graph, loop);
  if (!views.get(loop)?.is_loop)
    throw new Refused(`“${around.name}” is no loop, so nothing can be inside it.`);
  if (views.get(id)?.is_start)
    throw new Refused(`“${step.name}” begins the flow; it cannot be inside a loop.`);
  if (loop === id || bodyOf(graph, id).has(loop))
    throw new Refused("A loop cannot be inside itself.");
  refuseDeep(graph, loop, levels(graph, views, id));
}

// The links among the moved steps, which healing took away, are put back.
function relinked(result, graph, set) {
  const own = [...graph.links.values()].filter(
    ({ source, target }) =>
      set.has(source) &&
      set.has(target) &&
      graph.steps.get(source).parent === graph.steps.get(target).parent,
  );
  return put(result, "links", own);
}

function broughtTo(result, graph, views, moved, beside, loop, end) {
  const whole = union(moved.map((id) => rectOf(graph, views, id)));
  const last = end && rectOf(graph, views, end.source);
  const box = rectOf(graph, views, beside);
  if (!box) return result;
  const outside = { x: box.x, y: box.y + box.h + BELOW };
  const inner = { x: box.x + LOOP_PAD, y: box.y + LOOP_HEAD };
  const target = loop ? (last ? { x: last.x, y: last.y + last.h + BELOW } : inner) : outside;
  return shifted(result, moved, toGrid(target.x - whole.x), toGrid(target.y - whole.y));
}

function joined(graph, views, id, { loop, from, end, first }) {
  if (linksFrom(graph, id).length || linksTo(graph, id).length) return graph;
  const way = firstWay(views, id);
  if (loop) {
    if (end && graph.steps.has(end.source)) return linked(graph, end.source, end.port, id);
    return first && way !== null ? linked(graph, id, way, first.id) : graph;
  }
  const out = from && graph.steps.get(from)?.parent === null ? firstWay(views, from) : null;
  if (out === null) return graph;
  const onward = linksFrom(graph, from, out);
  if (onward.length && way === null) return graph;
  const after = put(
    graph,
    "links",
    onward.map((link) => ({ ...link, source: id, source_port: way })),
  );
  return linked(after, from, out, id);
}
