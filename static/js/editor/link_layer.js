// Links: one SVG, for each link a line and a wide invisible path that can be hit; and one small "+"
// that stands on the link in use.

import { PLAIN_VIEW, linkBox, linkEnds, linkPath, linkPoint, meets } from "./geometry.js";

const SVG = "http://www.w3.org/2000/svg";

export function start(editor, { world }) {
  const drawn = new Map();
  const svg = world.querySelector(".links");
  const add = document.getElementById("link-add");
  let hot = null;

  svg.addEventListener("pointerover", (event) => heat(idAt(event)));
  svg.addEventListener("pointerout", (event) => {
    if (event.relatedTarget !== add && !add.contains(event.relatedTarget)) heat(null);
  });
  add.addEventListener("pointerleave", () => heat(null));

  // Draw these links as they are now, drop those that are gone or that nobody can see.
  function draw(ids, sees) {
    const fresh = [];
    for (const id of ids) {
      const link = editor.graph.links.get(id);
      const ends = link && linkEnds(editor.graph, editor.views, link);
      if (!ends || !sees(link, ends)) remove(id);
      else paint(id, link, ends, fresh);
    }
    if (fresh.length) svg.append(...fresh);
    placeAdd();
  }

  function paint(id, link, { from, to }, fresh) {
    let one = drawn.get(id);
    if (!one) {
      drawn.set(id, one = made(id));
      fresh.push(one.group);
    }
    const path = linkPath(from, to);
    if (one.path !== path) {
      one.path = path;
      one.hit.setAttribute("d", path);
      one.line.setAttribute("d", path);
    }
    const classes = classesOf(link);
    if (one.classes !== classes) one.group.setAttribute("class", one.classes = classes);
  }

  function classesOf({ id, source, source_port: port }) {
    const { run, selected } = editor;
    const way = (editor.views.get(source) ?? PLAIN_VIEW).ways.find((one) => one.port === port);
    let classes = way?.is_error ? "error" : "";
    if (run?.live?.has(id)) classes += " live";
    else if (run?.links?.has(id)) classes += " taken";
    if (selected.has(id)) classes += " selected";
    if (id === hot) classes += " hot";
    return classes;
  }

  function remove(id) {
    drawn.get(id)?.group.remove();
    drawn.delete(id);
  }

  function heat(id) {
    if (id === hot) return;
    const before = hot;
    hot = id;
    for (const one of [before, id]) {
      const link = drawn.has(one) && editor.graph.links.get(one);
      if (link) paint(one, link, linkEnds(editor.graph, editor.views, link), []);
    }
    placeAdd();
  }

  // The "+" is on the link under the pointer, else on the one that is selected alone.
  function placeAdd() {
    const id = hot ?? (editor.selected.size === 1 ? [...editor.selected][0] : null);
    const link = editor.editable && drawn.has(id) ? editor.graph.links.get(id) : null;
    const ends = link && linkEnds(editor.graph, editor.views, link);
    if (add.hidden !== !ends) add.hidden = !ends;
    if (!ends) return;
    const { x, y } = linkPoint(ends.from, ends.to);
    const name = (step) => editor.graph.steps.get(step).name;
    add.style.transform = `translate(${x}px, ${y}px)`;
    add.dataset.link = id;
    add.setAttribute("aria-label", `Add a step between ${name(link.source)} and ${name(link.target)}`);
    add.title = "Add a step here";
  }

  return { draw };
}

// Whether any of a link's curve can lie in an area.
export const reaches = (area, { from, to }) => meets(area, linkBox(from, to));

function idAt(event) {
  return event.target.closest?.("[data-link]")?.dataset.link ?? null;
}

function made(id) {
  const group = document.createElementNS(SVG, "g");
  const hit = document.createElementNS(SVG, "path");
  const line = document.createElementNS(SVG, "path");
  hit.setAttribute("class", "hit");
  line.setAttribute("class", "line");
  group.dataset.link = id;
  group.append(hit, line);
  return { group, hit, line, path: "", classes: "" };
}
