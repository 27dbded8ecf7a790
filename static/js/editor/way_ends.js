// "Ends here": where a named way out leads nowhere. Each stands below its way, beside what is in
// the way of it.

import { PILL_H, hasNamedWays, linkPath, meets, rectsOf, waysOut } from "./geometry.js";
import { linksFrom, loopsAround } from "./graph.js";
import { copyOf } from "./card.js";

const SVG = "http://www.w3.org/2000/svg";
const W = 92;
const H = 24;
// How far below its way and how far outwards an end may stand, the nicest place first: beside the
// links of the other ways.
const PLACES = [[37, 56], [37, 112], [17, 56], [37, 176], [17, 112], [37, 0], [37, 256], [17, 0]];

// Where the ways of one step end that lead nowhere: [{port, label, from, x, y}], x the middle of
// each and y its top. `others` are the rectangles that it must not lie on.
export function endsOf(rect, view, linked, others) {
  const taken = [];
  const found = [];
  for (const way of hasNamedWays(view) ? waysOut(rect, view) : []) {
    if (linked.has(way.port)) continue;
    const outward = way.x < rect.x + rect.w / 2 ? -1 : 1;
    const from = { x: way.x, y: way.y + PILL_H / 2 };
    const place = PLACES.map(([below, aside]) => ({ x: way.x + aside * outward, y: from.y + below }))
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

  // Bring the ends of these steps up to date; a step whose card is not drawn has none.
  function draw(ids, isShown) {
    const rects = rectsOf(editor.graph, editor.views);
    for (const id of ids) {
      const view = editor.views.get(id);
      const isDrawn = rects.has(id) && hasNamedWays(view) && isShown(id);
      if (isDrawn || drawn.has(id)) paint(id, isDrawn ? endsOf(rects.get(id), view, portsOf(id), inTheWay(id, rects)) : []);
    }
  }

  // Everything but the loops around the step.
  function inTheWay(id, rects) {
    const around = loopsAround(editor.graph, id);
    const found = [...editor.graph.notes.values()];
    for (const [other, rect] of rects) if (!around.includes(other)) found.push(rect);
    return found;
  }

  const portsOf = (id) => new Set(linksFrom(editor.graph, id).map((link) => link.source_port));

  function paint(id, ends) {
    const before = drawn.get(id) ?? new Map();
    const after = new Map(ends.map((one) => [one.port, { ...(before.get(one.port) ?? made(id, one)), ...one }]));
    for (const [port, { end, line }] of before) {
      if (after.has(port)) continue;
      end.remove();
      line.remove();
    }
    for (const one of after.values()) fill(one);
    if (after.size) drawn.set(id, after);
    else drawn.delete(id);
  }

  function made(id, { port }) {
    const end = copyOf("end");
    const line = document.createElementNS(SVG, "path");
    end.dataset.step = id;
    end.dataset.port = port;
    if (editor.editable) end.title = "Add a step here";
    line.setAttribute("class", "line");
    layer.append(end);
    svg.append(line);
    return { end, line };
  }

  return { draw };
}

function fill({ end, line, label, from, x, y }) {
  end.setAttribute("aria-label", `${label}: ends here`);
  end.style.left = `${x - W / 2}px`;
  end.style.top = `${y}px`;
  line.setAttribute("d", linkPath(from, { x, y }));
}
