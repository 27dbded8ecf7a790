// Finding room: where a new step stands, and what moves down so that nothing lies on another.

import { CARD_W, GRID, meets, rectOf, rectsOf, toGrid } from "./geometry.js";
import { bodyOf, inside, linksFrom, put } from "./graph.js";

export const BELOW = 56;
const BESIDE = 40;
const LEAST = 24;
const MOST_TRIES = 50;

// The graph with these steps, and all that is inside them, moved.
export function shifted(graph, ids, dx, dy) {
  const all = withBodies(graph, ids);
  const moved = [...all].map((id) => graph.steps.get(id)).filter(Boolean);
  return put(
    graph,
    "steps",
    moved.map((step) => ({ ...step, x: step.x + dx, y: step.y + dy })),
  );
}

// These ids and those of everything inside them.
export function withBodies(graph, ids) {
  const all = new Set(ids);
  for (const id of ids) for (const one of bodyOf(graph, id)) all.add(one);
  return all;
}

// The top left of something of this size, below a step's way out.
export function placeBelow(graph, views, id, port, size) {
  const rect = rectOf(graph, views, id);
  const ways = views.get(id)?.ways ?? [];
  const number = ways.findIndex((way) => way.port === port);
  const aside = ways.length > 1 && number >= 0 ? number - (ways.length - 1) / 2 : 0;
  const x = rect.x + rect.w / 2 - size.w / 2 + aside * (CARD_W + BESIDE);
  return { x: toGrid(x), y: toGrid(rect.y + rect.h + BELOW) };
}

// The place, or the next one to the right where nothing of the same loop is in the way.
export function freePlace(graph, views, place, size, parent, except = new Set()) {
  const rects = rectsOf(graph, views);
  const others = inside(graph, parent).filter((one) => !except.has(one.id));
  let { x } = place;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const wanted = { x: x - GRID, y: place.y - GRID, w: size.w + 2 * GRID, h: size.h + 2 * GRID };
    const hit = others.map((one) => rects.get(one.id)).find((rect) => meets(wanted, rect));
    if (!hit) break;
    x = toGrid(hit.x + hit.w + BESIDE);
  }
  return { x, y: place.y };
}

// The ids of all steps that a way leads to from this one, itself left out.
export function behind(graph, id) {
  const seen = new Set();
  const waiting = linksFrom(graph, id).map((link) => link.target);
  while (waiting.length) {
    const next = waiting.pop();
    if (seen.has(next)) continue;
    seen.add(next);
    for (const link of linksFrom(graph, next)) waiting.push(link.target);
  }
  return seen;
}

// The graph in which what follows a step stands below it, and below the loops around it.
export function withRoom(graph, views, id) {
  let result = graph;
  for (let at = id; at; at = result.steps.get(at)?.parent) {
    const rect = rectOf(result, views, at);
    const tops = linksFrom(result, at).map((link) => rectOf(result, views, link.target).y);
    const need = rect.y + rect.h + LEAST - Math.min(...tops);
    if (tops.length && need > 0) {
      const room = toGrid(need + BELOW - LEAST + GRID / 2 - 1);
      result = shifted(result, behind(result, at), 0, room);
    }
  }
  return result;
}
