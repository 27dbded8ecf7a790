// Walking through a flow: its reading order, and the neighbour in the direction of an arrow key.

import { rectsOf } from "./geometry.js";
import { inside, kept, linksFrom, linksTo } from "./graph.js";

const orders = kept(() => new WeakMap());

// The ids of all steps in reading order: each after all that lead to it, branches kept together,
// what is inside a loop right behind it. The same order as the outline's.
export function readingOrder(graph) {
  const memory = orders(graph.steps);
  if (!memory.has(graph.links)) memory.set(graph.links, ordered(graph));
  return memory.get(graph.links);
}

function ordered(graph) {
  const steps = [...graph.steps.values()];
  const waiting = new Map(steps.map((step) => [step.id, linksTo(graph, step.id).length]));
  const ready = steps.filter((step) => !waiting.get(step.id) && step.parent === null).reverse();
  const read = [];
  while (ready.length) {
    const step = ready.pop();
    read.push(step.id);
    for (const link of [...linksFrom(graph, step.id)].reverse()) {
      waiting.set(link.target, waiting.get(link.target) - 1);
      if (!waiting.get(link.target)) ready.push(graph.steps.get(link.target));
    }
    ready.push(...entriesOf(graph, step.id).reverse());
  }
  return read;
}

const entriesOf = (graph, id) => inside(graph, id).filter((one) => !linksTo(graph, one.id).length);

const DIRECTIONS = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] };
const ASIDE_COSTS = 2;

// The nearest step in a direction, "up", "down", "left" or "right"; one that a link joins wins.
export function neighbour(graph, views, id, direction) {
  const rects = rectsOf(graph, views);
  const from = rects.get(id);
  if (!from) return null;
  const near = {
    up: linksTo(graph, id).map((link) => link.source),
    down: linksFrom(graph, id).map((link) => link.target),
  };
  const joined = nearest(rects, from, near[direction] ?? [], direction);
  return (
    joined ??
    nearest(
      rects,
      from,
      [...rects.keys()].filter((one) => one !== id),
      direction,
    )
  );
}

function nearest(rects, from, ids, direction) {
  const [dx, dy] = DIRECTIONS[direction];
  let best = null;
  let least = Infinity;
  for (const id of ids) {
    const to = rects.get(id);
    const [x, y] = [to.x + to.w / 2 - from.x - from.w / 2, to.y + to.h / 2 - from.y - from.h / 2];
    const along = x * dx + y * dy;
    const cost = along + ASIDE_COSTS * Math.abs(x * dy + y * dx);
    if (along > 0 && cost < least) [best, least] = [id, cost];
  }
  return best;
}
