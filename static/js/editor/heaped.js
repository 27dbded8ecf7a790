// Whether a flow is shown tidied up when it is opened: one made in the outline may have its cards on
// each other, or links behind them.

import { meets, rectsOf } from "./geometry.js";
import { inside } from "./graph.js";

export const isUntidy = ({ graph, views }) => isStacked(graph) || isHeaped(graph, views);

// Whether a step hides another one, as in flows made in the outline. A card that somebody pushed a
// little over its neighbour is no heap.
export function isHeaped(graph, views) {
  const rects = rectsOf(graph, views);
  const seen = [];
  for (const step of [...graph.steps.values()].sort((a, b) => a.y - b.y)) {
    const rect = rects.get(step.id);
    for (const other of seen) {
      if (other.step.parent === step.parent && meets(core(rect), core(other.rect))) return true;
    }
    seen.push({ step, rect });
  }
  return false;
}

// Whether links run through cards: all in one column, as the outline puts them, though ways part.
export function isStacked(graph) {
  const column = [...inside(graph, null)].sort((a, b) => a.y - b.y);
  if (column.some((step) => step.x !== column[0].x)) return false;
  const row = new Map(column.map((step, number) => [step.id, number]));
  return [...graph.links.values()].some(({ source, target }) => row.get(target) - row.get(source) > 1);
}

const core = ({ x, y, w, h }) => ({ x: x + w / 4, y: y + h / 4, w: w / 2, h: h / 2 });
