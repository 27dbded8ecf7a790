// What a gesture draws over the flow: a wire, guides, and which steps a link may end at.

import { linkPath } from "./geometry.js";
import { drop } from "./graph.js";
import { whyNot } from "./ways.js";

const SVG = "http://www.w3.org/2000/svg";

// One line over everything; `at(d)` draws it along an SVG path.
export function line(page, name) {
  const drawing = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  drawing.setAttribute("class", `marks ${name}`);
  drawing.append(path);
  page.world.append(drawing);
  return {
    at: (d) => path.setAttribute("d", d),
    between: (from, to) => path.setAttribute("d", linkPath(from, to)),
    remove: () => drawing.remove(),
  };
}

// Map of every other step to the sentence why no link from this way out can end there, "" if it can.
// `link` is the link that is led elsewhere, if it is one.
export function reasons(editor, source, port, link = null) {
  const graph = link ? drop(editor.graph, "links", [link]) : editor.graph;
  const found = new Map();
  for (const id of graph.steps.keys()) {
    if (id !== source) found.set(id, whyNot(graph, editor.views, source, port, id));
  }
  return found;
}

// Light the steps that fit and dim the others until the returned function is called.
export function light(editor, page, why) {
  const show = () => {
    for (const card of page.world.querySelectorAll(".step, .loop-frame")) {
      card.classList.toggle("fits", why.get(card.dataset.step) === "");
    }
  };
  page.canvas.classList.add("linking");
  show();
  const stop = [editor.on("camera", () => requestAnimationFrame(show)), editor.on("graph", show)];
  return () => {
    for (const off of stop) off();
    why.clear();
    show();
    page.canvas.classList.remove("linking");
  };
}
