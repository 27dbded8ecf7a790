// Where a dragged thing comes to rest: in line with a near card, or else on the grid.

import { toGrid, rectOf, rectsOf, union } from "./geometry.js";
import { held } from "./commands_move.js";

const NEAR = 560;
const PULL = 6;
const LINES = [0, 0.5, 1];

// For a drag of these ids: a function (dx, dy, {pull}) that gives {dx, dy, guides}. Each guide is a
// line {x, y, to}: a vertical one from y to `to` at x, or with `across` from x to `to` at y. A pull
// of 0 means the grid alone.
export function snapper(graph, views, ids) {
  const moved = held(graph, views, ids);
  const first = [...moved]
    .map((id) => rectOf(graph, views, id) ?? graph.notes.get(id) ?? graph.frames.get(id))
    .find(Boolean);
  const outer = ids
    .map((id) => rectOf(graph, views, id) ?? graph.notes.get(id) ?? graph.frames.get(id))
    .filter(Boolean);
  const whole = union(outer);
  const others = [...rectsOf(graph, views), ...graph.notes]
    .filter(([id]) => !moved.has(id) && !isAround(graph, moved, id))
    .map(([, rect]) => rect);
  return (dx, dy, { pull = PULL } = {}) => {
    const at = { ...whole, x: whole.x + dx, y: whole.y + dy };
    const near = others.filter((rect) => isNear(at, rect));
    const across = bestLine(at, near, "x", "w", pull);
    const down = bestLine(at, near, "y", "h", pull);
    const result = {
      dx: across ? dx + across.by : toGrid(first.x + dx) - first.x,
      dy: down ? dy + down.by : toGrid(first.y + dy) - first.y,
    };
    const rest = { ...whole, x: whole.x + result.dx, y: whole.y + result.dy };
    return { ...result, guides: guidesOf(rest, across, down) };
  };
}

// A loop that grows with what is moved inside it is nothing to align with.
const isAround = (graph, moved, id) =>
  [...moved].some((one) => {
    let parent = graph.steps.get(one)?.parent;
    while (parent && parent !== id) parent = graph.steps.get(parent)?.parent;
    return parent === id;
  });

const isNear = (a, b) =>
  a.x < b.x + b.w + NEAR &&
  b.x < a.x + a.w + NEAR &&
  a.y < b.y + b.h + NEAR &&
  b.y < a.y + a.h + NEAR;

// The smallest shift that brings an edge or the middle in line with one of another card; or null.
function bestLine(at, near, start, length, pull) {
  let best = null;
  for (const rect of near) {
    for (const line of LINES) {
      const by = rect[start] + rect[length] * line - at[start] - at[length] * line;
      if (Math.abs(by) < (best ? Math.abs(best.by) : pull))
        best = { by, rect, place: rect[start] + rect[length] * line };
    }
  }
  return best;
}

function guidesOf(at, across, down) {
  const guides = [];
  if (across) {
    const both = union([at, across.rect]);
    guides.push({ x: across.place, y: both.y, to: both.y + both.h, across: false });
  }
  if (down) {
    const both = union([at, down.rect]);
    guides.push({ x: both.x, y: down.place, to: both.x + both.w, across: true });
  }
  return guides;
}
