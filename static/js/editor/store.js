// The draft as this page holds it: the graph and how it may change, what is selected, who is told.

import { settled } from "./geometry.js";
import { MAX_LINKS, MAX_STEPS, Refused, put, readGraph, sameGraph, shared } from "./graph.js";
import { createHistory } from "./history.js";
import { freshViews, problemsOf } from "./views.js";

// `data` is the page's JSON element "flow". See `Editor` for what modules may read and call.
export const createEditor = (data) => new Editor(data);

class Editor {
  selected = new Set();
  focused = null;
  run = null;
  #listeners = new Map();
  #history = createHistory();
  #base = null; // the graph before the gesture under way

  constructor(data) {
    this.views = new Map(Object.entries(data.views ?? {}));
    this.kinds = new Map(Object.entries(data.kinds ?? {}));
    this.graph = settled(readGraph(data.graph), this.views);
    this.problems = data.problems ?? [];
    this.revision = data.revision;
    this.camera = data.camera ?? null;
    this.editable = data.editable === true;
    this.me = data.me ?? null;
    this.at = data.at ?? {};
  }

  // Tell `fn` of events of this type; gives the function that ends it.
  on(type, fn) {
    const told = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, told.add(fn));
    return () => told.delete(fn);
  }

  emit(type, detail = {}) {
    for (const fn of [...(this.#listeners.get(type) ?? [])]) fn(detail);
  }

  // Change the graph by command(graph, editor), as one undo entry; true if anything changed.
  // `merge` joins the entry to the last one with the same key. A Refused command is told.
  apply(label, command, { merge = null } = {}) {
    this.endPreview(null);
    const before = this.graph;
    const after = this.#tried(command, before);
    if (!after || sameGraph(before, after)) return false;
    this.#history.push({ label, before, after, key: merge });
    this.#show(after, "person", label, before);
    return true;
  }

  get isPreviewing() {
    return this.#base !== null;
  }

  // Show what command makes of the graph before the gesture, without keeping it.
  preview(command) {
    this.#base ??= this.graph;
    const after = this.#tried(command, this.#base);
    if (after && !sameGraph(this.graph, after)) this.#show(after, "preview", "");
    return after !== null;
  }

  // End the gesture: keep what is shown as one undo entry, or with null go back; true if kept.
  endPreview(label) {
    const before = this.#base;
    if (before === null) return false;
    this.#base = null;
    const after = this.graph;
    if (sameGraph(before, after)) return false;
    if (label === null) this.#show(before, "preview", "");
    else {
      this.#history.push({ label, before, after });
      this.#show(after, "person", label, before);
    }
    return label !== null;
  }

  undo() {
    return this.#turn("undo", "Undone");
  }

  redo() {
    return this.#turn("redo", "Done again");
  }

  get canUndo() {
    return this.editable && this.#history.canUndo;
  }

  get canRedo() {
    return this.editable && this.#history.canRedo;
  }

  get undoLabel() {
    return this.#history.undoLabel;
  }

  get redoLabel() {
    return this.#history.redoLabel;
  }

  // Select these ids of steps, links, frames and notes; unknown ones are left out.
  select(ids, { add = false } = {}) {
    const before = this.selected;
    const after = new Set([...(add ? before : []), ...ids].filter((id) => this.has(id)));
    if (before.size === after.size && [...before].every((id) => after.has(id))) return;
    this.selected = after;
    this.emit("selection", { before, after });
  }

  // Whether the graph has a step, link, frame or note with this id.
  has(id) {
    const { steps, links, frames, notes } = this.graph;
    return steps.has(id) || links.has(id) || frames.has(id) || notes.has(id);
  }

  // The selected ids that are of this kind: "steps", "links", "frames" or "notes".
  selectedOf(kind) {
    return [...this.selected].filter((id) => this.graph[kind].has(id));
  }

  // Put the keyboard on a step's card; the view does it on "focus".
  focusStep(id) {
    this.focused = id;
    this.emit("focus", { step: id });
  }

  // Ask for a step's panel: with a run laid over the flow, for what the step did in it.
  open(step, tab = this.usualTab(step)) {
    this.emit("open", { step, tab });
  }

  usualTab(step) {
    return this.run?.steps.has(step) ? "result" : "settings";
  }

  // Tell the person; tone is "", "ok", "info" or "bad". A bad one also stays as a toast.
  say(sentence, tone = "") {
    this.emit("say", { sentence, tone });
  }

  // Lay a run over the canvas, or with null take it off.
  showRun(run) {
    this.run = run;
    this.emit("run", { run });
  }

  // Take over what the server said. Either the whole `graph` (graph_json), or changed `steps` and
  // all `links`, or neither. Origin "server" is no undo entry; "panel" and "theirs" are one, joined
  // to the last one with the same `merge`.
  take({ graph, steps, links, views, problems, revision, origin = "server", label, merge = null }) {
    if (graph || steps) this.endPreview(null);
    if (revision !== undefined) this.revision = revision;
    if (views) this.#setViews(new Map([...this.views, ...Object.entries(views)]));
    if (graph || steps) this.#adopt(graph ? readGraph(graph) : this.#patched(steps, links), origin, label, merge);
    if (problems) {
      this.problems = problems;
      this.emit("problems", { problems });
    }
  }

  // The problems of one step, or with null those of the flow as a whole.
  problemsOf(id) {
    return problemsOf(this.problems, id);
  }

  #tried(command, graph) {
    try {
      if (!this.editable) throw new Refused("You can look at this flow, but not change it.");
      const after = command(graph, this);
      if (after.steps.size > MAX_STEPS) throw new Refused("A flow can have 1,000 steps at most.");
      if (after.links.size > MAX_LINKS) throw new Refused("A flow can have 3,000 links at most.");
      this.#setViews(freshViews(after, graph, this.views, this.kinds));
      return settled(after, this.views);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.say(error.message, "bad");
      return null;
    }
  }

  #setViews(views) {
    const before = this.views;
    if (views === before) return;
    this.views = views;
    const ids = [...views.keys()].filter((id) => views.get(id) !== before.get(id));
    this.emit("views", { ids });
  }

  #turn(way, word) {
    if (!this.editable) return false;
    this.endPreview(null);
    const turned = this.#history[way](this.graph);
    if (!turned) return false;
    this.#show(turned.graph, "undo", turned.label);
    this.say(`${word}: ${turned.label}.`);
    return true;
  }

  #patched(steps, links) {
    const patched = put(this.graph, "steps", steps);
    return links ? { ...patched, links: new Map(links.map((link) => [link.id, link])) } : patched;
  }

  #adopt(graph, origin, label = "Change settings", key = null) {
    const before = this.graph;
    const after = settled(shared(graph, before), this.views);
    if (sameGraph(before, after)) return;
    if (origin !== "server") this.#history.push({ label, before, after, key });
    this.#show(after, origin, label);
  }

  #show(after, origin, label, before = this.graph) {
    this.graph = after;
    if ([...this.selected].some((id) => !this.has(id))) this.select(this.selected);
    this.emit("graph", { before, after, origin, label });
  }
}
