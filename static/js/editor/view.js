// The flow as people see it: which steps and links are on the page, and that they are drawn as the
// draft says. Of a large flow only what is near the window is there.

import { drawStep, lookOf } from "./card.js";
import { start as startFrames } from "./frame_layer.js";
import { PLAIN_VIEW, meets, rectsOf } from "./geometry.js";
import { inside, kept, linksFrom, linksTo } from "./graph.js";
import { reaches, start as startLinks } from "./link_layer.js";
import { start as startEnds } from "./way_ends.js";

const DRAWS_ALL = 150; // with more steps, those out of sight are left out
const MARGIN = 240;

export function start(editor, { canvas, world, camera }) {
  return new View(editor, canvas, world, camera);
}

class View {
  #editor;
  #camera;
  #cards = new Map();
  #layers;
  #links;
  #ends;
  #frames;
  #rects;
  #empty = document.getElementById("canvas-empty");
  #culling = 0;
  #settling = 0;
  #area = null; // what is drawn of a large flow; null: everything

  constructor(editor, canvas, world, camera) {
    this.#editor = editor;
    this.#camera = camera;
    this.#layers = { loop: world.querySelector(".loops"), card: world.querySelector(".cards") };
    this.#links = startLinks(editor, { world });
    this.#ends = startEnds(editor, { world });
    this.#frames = startFrames(editor, { world });
    editor.on("graph", (change) => this.#follow(change));
    editor.on("views", () => this.#sync(this.#cards.keys()));
    editor.on("problems", () => this.redraw());
    editor.on("run", () => this.redraw());
    editor.on("selection", ({ before, after }) => this.redraw(differing(before, after)));
    editor.on("camera", () => (this.#culling ||= requestAnimationFrame(() => this.#cull())));
    editor.on("focus", ({ step }) => this.#focus(step));
    document.addEventListener("click", (event) => keepStep(editor, event.target.closest?.("[data-keeps-step]")));
    this.#rects = rectsOf(editor.graph, editor.views);
    this.#area = this.#near();
    this.redraw();
  }

  // The element of a step, note or frame; null while it is not drawn.
  cardOf(id) {
    return this.#cards.get(id)?.element ?? this.#frames.elementOf(id);
  }

  toWorld(clientX, clientY) {
    return this.#camera.toWorld(clientX, clientY);
  }

  toScreen(x, y) {
    return this.#camera.toScreen(x, y);
  }

  // Draw these steps, links, notes and frames again where anything about them is different.
  redraw(ids = null) {
    const { graph } = this.#editor;
    const all = ids ?? [...graph.steps.keys(), ...graph.links.keys()];
    const steps = all.filter((id) => graph.steps.has(id) || this.#cards.has(id));
    this.#drawSteps(steps);
    this.#links.draw(ids ? all.filter((id) => graph.links.has(id)) : all, (...link) => this.#seesLink(...link));
    if (!ids) this.#ends.draw(steps, (id) => this.#cards.has(id));
    this.#frames.draw();
    const isEmpty = graph.steps.size === 0 && graph.notes.size + graph.frames.size === 0;
    if (this.#empty.hidden === isEmpty) this.#empty.hidden = !isEmpty;
  }

  // The graph is another one: draw the steps that are different, and the links at them.
  #follow({ before, after, origin }) {
    const changed = differing(before.steps, after.steps);
    const links = differing(before.links, after.links);
    for (const id of links) {
      for (const link of [before.links.get(id), after.links.get(id)]) {
        if (link) changed.push(link.source, link.target);
      }
    }
    this.#sync(changed, links);
    clearTimeout(this.#settling);
    if (origin === "preview") return;
    // where ways end depends on what stands around them: looked at once, after the last change
    this.#settling = setTimeout(() => this.#ends.draw(this.#cards.keys(), (id) => this.#cards.has(id)));
  }

  #sync(changed, links = []) {
    const { graph, views } = this.#editor;
    const before = this.#rects;
    this.#rects = rectsOf(graph, views);
    const steps = new Set(changed);
    const lines = new Set(links);
    for (const [id, rect] of this.#rects) if (!isSame(before.get(id), rect)) steps.add(id);
    for (const id of steps) {
      for (const link of linksFrom(graph, id)) lines.add(link.id);
      for (const link of linksTo(graph, id)) lines.add(link.id);
    }
    this.#area = this.#near();
    this.#drawSteps([...steps]);
    this.#ends.draw([...steps].filter((id) => graph.steps.has(id)), (id) => this.#cards.has(id));
    this.redraw([...lines].filter((id) => graph.links.has(id)));
    this.#links.draw(links, (...link) => this.#seesLink(...link));
  }

  #drawSteps(ids) {
    const fresh = { loop: [], card: [] };
    const problems = problemsByStep(this.#editor.problems);
    for (const id of ids) {
      const step = this.#editor.graph.steps.get(id);
      if (step && this.#seesStep(id)) this.#drawStep(id, step, problems.get(id), fresh);
      else this.#remove(id);
    }
    for (const kind of ["loop", "card"]) if (fresh[kind].length) this.#layers[kind].append(...fresh[kind]);
  }

  #drawStep(id, step, problems, fresh) {
    const { graph, views, run, selected } = this.#editor;
    const old = this.#cards.get(id);
    const card = drawStep(old, lookOf(step, views.get(id) ?? PLAIN_VIEW, this.#rects.get(id), {
      problems,
      run: run?.steps.get(id),
      selected: selected.has(id),
      isEmpty: !inside(graph, id).length,
      used: this.#usedWays(id),
    }));
    this.#cards.set(id, card);
    if (old?.element === card.element) return;
    old?.element.remove();
    fresh[card.look.isLoop ? "loop" : "card"].push(card.element);
  }

  // How links and the run use a step's way in and its ways out: "free", "", "on" or "live".
  #usedWays(id) {
    const { graph, run } = this.#editor;
    const rank = (link) => (run?.live?.has(link.id) ? 3 : run?.links?.has(link.id) ? 2 : 1);
    const words = ["free", "", "on", "live"];
    const ways = new Map((this.#editor.views.get(id)?.ways ?? []).map((way) => [way.port, "free"]));
    for (const link of linksFrom(graph, id)) {
      const best = Math.max(words.indexOf(ways.get(link.source_port) ?? "free"), rank(link));
      ways.set(link.source_port, words[best]);
    }
    return { in: words[Math.max(0, ...linksTo(graph, id).map(rank))], ways };
  }

  #remove(id) {
    this.#cards.get(id)?.element.remove();
    this.#cards.delete(id);
  }

  // The part of a large flow that is drawn; null for everything.
  #near() {
    if (this.#editor.graph.steps.size <= DRAWS_ALL) return null;
    const { x, y, w, h } = this.#camera.seen;
    return { x: x - MARGIN, y: y - MARGIN, w: w + 2 * MARGIN, h: h + 2 * MARGIN };
  }

  #cull() {
    this.#culling = 0;
    const before = this.#area;
    this.#area = this.#near();
    if (!this.#area && !before) return;
    const isNew = (id) => this.#seesStep(id) !== this.#cards.has(id);
    const steps = [...this.#editor.graph.steps.keys()].filter(isNew);
    this.#drawSteps(steps);
    this.#ends.draw(steps, (id) => this.#cards.has(id));
    this.#links.draw(this.#editor.graph.links.keys(), (...link) => this.#seesLink(...link));
  }

  // What is focused or selected stays drawn, wherever it is.
  #seesStep(id) {
    if (!this.#area || meets(this.#area, this.#rects.get(id))) return true;
    const { selected } = this.#editor;
    return (selected.size <= DRAWS_ALL && selected.has(id)) || this.#cards.get(id)?.element.contains(document.activeElement);
  }

  #seesLink({ source, target }, ends) {
    if (!this.#area) return true;
    return this.#cards.has(source) || this.#cards.has(target) || reaches(this.#area, ends);
  }

  #focus(id) {
    if (!this.#editor.graph.steps.has(id)) return;
    if (!this.#cards.has(id)) this.#drawStepAlone(id);
    this.#cards.get(id).element.focus({ preventScroll: true });
    this.#camera.show(id);
  }

  #drawStepAlone(id) {
    const { x, y, w, h } = this.#rects.get(id);
    const before = this.#area;
    this.#area = { x, y, w, h };
    this.#drawSteps([id]);
    this.#area = before;
  }
}

const problemsByStep = kept((problems) => {
  const found = new Map();
  for (const { step_id: id, severity, text } of problems) {
    if (id === null) continue;
    if (!found.has(id)) found.set(id, { errors: 0, hints: 0, texts: [] });
    const one = found.get(id);
    if (severity === "error") one.errors += 1;
    else one.hints += 1;
    if (severity === "error") one.texts.splice(one.errors - 1, 0, text);
    else one.texts.push(text);
  }
  return found;
});

// The keys of two Maps or Sets that have another value, or that only one of them has.
function differing(before, after) {
  if (before === after) return [];
  const of = (all, id) => (all instanceof Map ? all.get(id) : all.has(id));
  return [...new Set([...before.keys(), ...after.keys()])].filter((id) => of(before, id) !== of(after, id));
}

// The link to the outline opens it at the step that is selected here.
function keepStep(editor, link) {
  if (!link) return;
  const steps = editor.selectedOf("steps");
  const url = new URL(link.href);
  if (steps.length === 1) url.searchParams.set("step", steps[0]);
  else url.searchParams.delete("step");
  link.href = url;
}

const isSame = (a, b) => a && a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h;
