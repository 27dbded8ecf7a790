// Where everything stands on the canvas, in world pixels: cards, loops around them, ways out, links.

import { bodyOf, inside, kept, loopsAround } from "./graph.js";

export const GRID = 8;
export const CARD_W = 240;
export const CARD_H = 54;
export const CARD_H_NAMED = 66;
export const LOOP_PAD = 24;
export const LOOP_HEAD = 44;
export const EMPTY_LOOP = { w: 288, h: 150 };
export const PILL_H = 22;
export const MAX_PILL_W = 132;
const PILL_GAP = 6;
const PILL_EDGES = 18;
const LETTER_W = 6.4;
const NEAR_LINK = 16;
const BOW = 26;

// What is drawn of a step that the server has not described yet.
export const PLAIN_VIEW = {
  title: "",
  icon: "circle-help",
  about: "",
  ways: [],
  is_only: true,
  is_start: false,
  is_loop: false,
  is_known: false,
};

const has = (view) => view ?? PLAIN_VIEW;
export const hasNamedWays = (view) => !has(view).is_only && has(view).ways.length > 0;
export const cardSize = (view) => ({ w: CARD_W, h: hasNamedWays(view) ? CARD_H_NAMED : CARD_H });
export const toGrid = (value) => Math.round(value / GRID) * GRID;

const known = kept(() => ({ views: null, rects: null }));

// Every step's rectangle {x, y, w, h} by id; a loop's is the frame around what is inside it.
export function rectsOf(graph, views) {
  const memory = known(graph.steps);
  if (memory.views !== views) {
    memory.rects = new Map();
    for (const id of graph.steps.keys()) measure(graph, views, id, memory.rects);
    memory.views = views;
  }
  return memory.rects;
}

export const rectOf = (graph, views, id) => rectsOf(graph, views).get(id);

function measure(graph, views, id, rects) {
  if (rects.has(id)) return rects.get(id);
  const step = graph.steps.get(id);
  const view = views.get(id);
  rects.set(id, { x: step.x, y: step.y, ...(has(view).is_loop ? EMPTY_LOOP : cardSize(view)) });
  const body = inside(graph, id).map((one) => measure(graph, views, one.id, rects));
  if (body.length) rects.set(id, padded(union(body)));
  return rects.get(id);
}

const padded = ({ x, y, w, h }) => ({
  x: x - LOOP_PAD,
  y: y - LOOP_HEAD,
  w: w + 2 * LOOP_PAD,
  h: h + LOOP_HEAD + LOOP_PAD,
});

// The smallest rectangle around some; null without any.
export function union(rects) {
  if (!rects.length) return null;
  const x = Math.min(...rects.map((one) => one.x));
  const y = Math.min(...rects.map((one) => one.y));
  const right = Math.max(...rects.map((one) => one.x + one.w));
  const bottom = Math.max(...rects.map((one) => one.y + one.h));
  return { x, y, w: right - x, h: bottom - y };
}

// The graph with each loop's own place at its frame's top left.
export function settled(graph, views) {
  let steps = null;
  for (const [id, rect] of rectsOf(graph, views)) {
    const step = graph.steps.get(id);
    if (step.x === rect.x && step.y === rect.y) continue;
    steps ??= new Map(graph.steps);
    steps.set(id, { ...step, x: rect.x, y: rect.y });
  }
  return steps ? { ...graph, steps } : graph;
}

// The ways out on the lower edge: {port, label, x, y, w}, x and y their centre; one alone is a dot.
export function waysOut(rect, view) {
  const { ways, is_only: isOnly } = has(view);
  const widths = ways.map((way) => (isOnly ? 0 : pillWidth(way.label)));
  const total = widths.reduce((sum, w) => sum + w, 0) + PILL_GAP * Math.max(0, ways.length - 1);
  let left = rect.x + rect.w / 2 - total / 2;
  return ways.map((way, number) => {
    const x = isOnly ? rect.x + rect.w / 2 : left + widths[number] / 2;
    left += widths[number] + PILL_GAP;
    return { ...way, x, y: rect.y + rect.h, w: widths[number] };
  });
}

export const pillWidth = (label) =>
  Math.min(MAX_PILL_W, Math.round([...label].length * LETTER_W) + PILL_EDGES);

// Where a link leaves by a way out: under the dot or the pill; in the middle for an unknown one.
export function linkStart(rect, view, port) {
  const way = waysOut(rect, view).find((one) => one.port === port);
  if (!way) return { x: rect.x + rect.w / 2, y: rect.y + rect.h };
  return { x: way.x, y: way.y + (way.w ? PILL_H / 2 : 0) };
}

export const wayIn = (rect) => ({ x: rect.x + rect.w / 2, y: rect.y });

// Both ends of a link as points; null while one of its steps is missing.
export function linkEnds(graph, views, link) {
  const rects = rectsOf(graph, views);
  const source = rects.get(link.source);
  const target = rects.get(link.target);
  if (!source || !target) return null;
  return { from: linkStart(source, views.get(link.source), link.source_port), to: wayIn(target) };
}

const bow = (from, to) => Math.max(BOW, Math.abs(to.y - from.y) / 2, Math.abs(to.x - from.x) / 6);

// The curve of a link as an SVG path: down out of one step, down into the next.
export function linkPath(from, to) {
  const c = bow(from, to);
  return `M${from.x} ${from.y}C${from.x} ${from.y + c} ${to.x} ${to.y - c} ${to.x} ${to.y}`;
}

// The point of that curve at t, from 0 to 1.
export function linkPoint(from, to, t = 0.5) {
  const c = bow(from, to);
  const rest = 1 - t;
  const [a, b, d, e] = [rest ** 3, 3 * rest * rest * t, 3 * rest * t * t, t ** 3];
  return {
    x: (a + b) * from.x + (d + e) * to.x,
    y: a * from.y + b * (from.y + c) + d * (to.y - c) + e * to.y,
  };
}

// The rectangle that this curve does not leave, and so much around it.
export function linkBox(from, to, by = 1) {
  const c = bow(from, to);
  const [x, y] = [Math.min(from.x, to.x) - by, Math.min(from.y, to.y - c) - by];
  return { x, y, w: Math.max(from.x, to.x) + by - x, h: Math.max(from.y + c, to.y) + by - y };
}

// The rectangle around the whole flow, frames and notes included, or around these ids; or null.
export function boundsOf(graph, views, ids = null) {
  const found = [];
  for (const [id, rect] of [...rectsOf(graph, views), ...graph.frames, ...graph.notes]) {
    if (!ids || ids.has(id)) found.push(rect);
  }
  return union(found);
}

export const holds = (rect, { x, y }) =>
  x >= rect.x && y >= rect.y && x <= rect.x + rect.w && y <= rect.y + rect.h;

export const meets = (a, b) =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const surrounds = (outer, rect) =>
  holds(outer, rect) && holds(outer, { x: rect.x + rect.w, y: rect.y + rect.h });

const isFrame = (graph, views, id) => has(views.get(id)).is_loop || inside(graph, id).length > 0;

// The step under a point: a card before the loop it is in, an inner loop before an outer one.
export function stepAt(graph, views, point, except = new Set()) {
  const found = [];
  for (const [id, rect] of rectsOf(graph, views)) {
    if (!except.has(id) && holds(rect, point)) found.push(id);
  }
  const depth = (id) => loopsAround(graph, id).length + (isFrame(graph, views, id) ? 0 : 100);
  return found.sort((a, b) => depth(a) - depth(b)).at(-1) ?? null;
}

// The innermost loop under a point that is none of `except` and inside none of them; or null.
export function loopAt(graph, views, point, except = new Set()) {
  const away = new Set(except);
  for (const id of except) for (const one of bodyOf(graph, id)) away.add(one);
  for (const id of graph.steps.keys()) if (!isFrame(graph, views, id)) away.add(id);
  return stepAt(graph, views, point, away);
}

// The ids that a marquee takes: cards it touches; loops, frames and notes it holds as a whole.
export function idsWithin(graph, views, marquee) {
  const found = [];
  for (const [id, rect] of rectsOf(graph, views)) {
    const takes = isFrame(graph, views, id) ? surrounds : meets;
    if (takes(marquee, rect)) found.push(id);
  }
  for (const [id, one] of [...graph.frames, ...graph.notes]) {
    if (surrounds(marquee, one)) found.push(id);
  }
  return found;
}

// The link that passes near a point, the nearest one; or null.
export function linkAt(graph, views, point, near = NEAR_LINK) {
  let best = null;
  let least = near;
  for (const link of graph.links.values()) {
    const ends = linkEnds(graph, views, link);
    if (!ends || !holds(linkBox(ends.from, ends.to, near), point)) continue;
    for (let part = 1; part < 20; part += 1) {
      const at = linkPoint(ends.from, ends.to, part / 20);
      const distance = Math.hypot(at.x - point.x, at.y - point.y);
      if (distance < least) [best, least] = [link.id, distance];
    }
  }
  return best;
}
