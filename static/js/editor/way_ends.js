// "Ends here": where a named way out leads nowhere. Each stands below its way, beside what is in
// the way of it.

import { PILL_H, hasNamedWays, linkPath, meets, rectsOf, waysOut } from "./geometry.js";
import { linksFrom } from "./graph.js";
import { copyOf } from "./card.js";

const SVG = "http://www.w3.org/2000/svg";
const W = 92;
const H = 24;
const BELOW = 48;
const ASIDE = [0, 56, 112, 176];

// Where the ways of one step end that lead nowhere: [{port, label, from, x, y}], x the middle of
// each and y its top. `others` are the rectangles that it must not lie on.
export function endsOf(rect, view, linked, others) {
  const taken = [];
  const found = [];
  for (const way of hasNamedWays(view) ? waysOut(rect, view) : []) {
    if (linked.has(way.port)) continue;
    const outward = way.x < rect.x + rect.w / 2 ? -1 : 1;
    const from = { x: way.x, y: way.y + PILL_H / 2 };
    const place = ASIDE.map((by) => ({ x: way.x + by * outward, y: from.y + BELOW - PILL_H / 2 }))
      .find((at) => ![...others, ...taken].some((other) => meets(other, boxAt(at))));
    if (!place) continue;
    taken.push(boxAt(place));
    found.push({ port: way.port, label: way.label, from, ...place });
  }
  return found;
}

const boxAt = ({ x, y }) => ({ x: x - W / 2 - 6, y: y - 4, w: W + 12, h: H + 8 });

export function start(editor, { world }) {
  const drawn = new Map();
  const layer = world.querySelector(".ways-end");
  const svg = world.querySelector(".links");

  // Draw the ends of these steps anew; without a card to be seen they have none.
  function draw(ids, isShown) {
    const rects = rectsOf(editor.graph, editor.views);
    const loose = [...rects].filter(([id]) => !editor.views.get(id)?.is_loop).map(([, rect]) => rect);
    for (const id of ids) {
      for (const element of drawn.get(id) ?? []) element.remove();
      drawn.delete(id);
      const view = editor.views.get(id);
      if (!isShown(id) || !hasNamedWays(view)) continue;
      const linked = new Set(linksFrom(editor.graph, id).map((link) => link.source_port));
      const ends = endsOf(rects.get(id), view, linked, loose);
      if (ends.length) drawn.set(id, ends.flatMap((end) => made(id, end)));
    }
  }

  function made(id, { port, label, from, x, y }) {
    const end = copyOf("end");
    end.dataset.step = id;
    end.dataset.port = port;
    end.setAttribute("aria-label", `${label}: ends here`);
    if (editor.editable) end.title = "Add a step here";
    end.style.transform = `translate(${x}px, ${y}px) translateX(-50%)`;
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("class", "line");
    line.setAttribute("d", linkPath(from, { x, y }));
    layer.append(end);
    svg.append(line);
    return [end, line];
  }

  return { draw };
}
