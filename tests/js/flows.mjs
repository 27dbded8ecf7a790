// Flows and kinds of steps for the editor's tests, and a command chosen by chance.

import {
  addFrame,
  addNote,
  addStep,
  connect,
  copied,
  cut,
  disable,
  duplicate,
  moveBy,
  paste,
  putInto,
  reconnect,
  remove,
  rename,
  setDrawing,
} from "../../static/js/editor/commands.js";
import { createEditor } from "../../static/js/editor/store.js";
import { writeGraph } from "../../static/js/editor/graph.js";

const OUT = { port: "out", label: "Then", is_error: false };
const way = (port, label) => ({ port, label, is_error: false });

function kind(title, more = {}) {
  const ways = more.ways ?? [OUT];
  const { is_start = false, is_loop = false } = more;
  const view = {
    title,
    icon: "x",
    about: title,
    ways,
    is_only: ways.length < 2,
    is_start,
    is_loop,
    is_known: true,
  };
  return {
    title,
    icon: "x",
    group: "Logic",
    summary: "",
    words: "",
    is_start,
    is_loop,
    type_version: 1,
    fields: more.fields ?? {},
    view,
  };
}

export const KINDS = {
  start_form: kind("Form", { is_start: true }),
  set_values: kind("Set values", { fields: { values: [] } }),
  http_request: kind("HTTP request", { fields: { url: "" } }),
  if_step: kind("If", { ways: [way("yes", "Yes"), way("no", "No")] }),
  for_each: kind("For each", { is_loop: true, fields: { items: "" } }),
  stop: kind("Stop with an error", { ways: [] }),
};

export const step = (id, more = {}) => ({
  id,
  type: "set_values",
  type_version: 1,
  key: more.name ? more.name.toLowerCase().replace(/\W+/g, "_") : id,
  name: id,
  parent: null,
  x: 0,
  y: 0,
  fields: {},
  disabled: false,
  on_error: "stop",
  default_output: null,
  retry: { times: 0, wait_s: 0 },
  timeout_s: null,
  note: "",
  ...more,
});

export const link = (id, source, target, port = "out") => ({
  id,
  source,
  source_port: port,
  target,
  target_port: "in",
});

// An editor over these steps and links; what it said is in `said`.
export function editorOf(nodes, edges = [], more = {}) {
  const views = Object.fromEntries(
    nodes.map((one) => [one.id, KINDS[one.type]?.view]).filter(([, view]) => view),
  );
  const graph = { schema: 1, nodes, edges, frames: more.frames ?? [], notes: more.notes ?? [] };
  const editor = createEditor({
    graph,
    views,
    kinds: KINDS,
    revision: 1,
    editable: true,
    problems: [],
    me: { name: "Ben Okafor" },
    ...more.page,
  });
  editor.said = [];
  editor.on("say", ({ sentence }) => editor.said.push(sentence));
  return editor;
}

// start → check → (yes) loop [one → two] → end, (no) → end
export const usual = () =>
  editorOf(
    [
      step("startaaa", { type: "start_form", name: "Start", x: 200, y: 0 }),
      step("checkaaa", { type: "if_step", name: "Check", x: 200, y: 104 }),
      step("loopaaaa", { type: "for_each", name: "Each", x: 0, y: 240 }),
      step("oneaaaaa", {
        name: "One",
        parent: "loopaaaa",
        x: 24,
        y: 288,
        fields: { a: "{{ item.name }}" },
      }),
      step("twoaaaaa", {
        name: "Two",
        parent: "loopaaaa",
        x: 24,
        y: 400,
        fields: { b: "{{ steps.one.a }}" },
      }),
      step("endaaaaa", {
        name: "End",
        x: 200,
        y: 560,
        fields: { c: ["{{ steps.each.items }}", "steps.each"] },
      }),
    ],
    [
      link("l1aaaaaa", "startaaa", "checkaaa"),
      link("l2aaaaaa", "checkaaa", "loopaaaa", "yes"),
      link("l3aaaaaa", "oneaaaaa", "twoaaaaa"),
      link("l4aaaaaa", "loopaaaa", "endaaaaa"),
      link("l5aaaaaa", "checkaaa", "endaaaaa", "no"),
    ],
  );

// The links as "One -out> Two", sorted.
export const ways = (graph) =>
  [...graph.links.values()]
    .map(
      (one) =>
        `${graph.steps.get(one.source)?.name} -${one.source_port}> ${graph.steps.get(one.target)?.name}`,
    )
    .sort();

export const named = (graph, name) => [...graph.steps.values()].find((one) => one.name === name);

// Numbers from 0 to 1 that come again for the same seed (mulberry32).
export function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// One edit by chance; true if it changed anything.
export function edit(editor, random) {
  const { graph } = editor;
  const pick = (list) => list[Math.floor(random() * list.length)];
  const steps = [...graph.steps.keys()];
  const some = () => steps.filter(() => random() < 0.2);
  const loops = [...graph.steps.values()]
    .filter((one) => one.type === "for_each")
    .map((one) => one.id);
  const type = pick(Object.keys(KINDS));
  const at = { x: Math.round(random() * 800), y: Math.round(random() * 800) };
  const port = () => pick(["out", "yes", "no", "error"]);
  const command = pick([
    () => addStep({ type, at }),
    () => addStep({ type }),
    () => addStep({ type, loop: pick(loops) }),
    () => addStep({ type, loop: pick(loops), at }),
    () => addStep({ type, after: pick(steps) }),
    () => addStep({ type, after: pick(steps), port: port() }),
    () => addStep({ type, link: pick([...graph.links.keys()]) }),
    () => connect(pick(steps), port(), pick(steps)),
    () => connect(pick(steps), "out", pick(steps)),
    () => reconnect(pick([...graph.links.keys()]), { target: pick(steps) }),
    () => cut([pick([...graph.links.keys()])]),
    () => moveBy(some(), at.x, -at.y, { snap: random() < 0.5 }),
    () => remove(some()),
    () => remove(some(), { keepBody: true }),
    () => duplicate(some()),
    () => paste(copied(graph, some()), { loop: pick([null, ...loops]) }),
    () => putInto(some(), pick([null, ...loops])),
    () => putInto([pick(steps)], pick([null, ...loops]), { keepPlace: true }),
    () => disable(some(), random() < 0.5),
    () =>
      rename(
        pick(steps),
        pick(["Price", "A “quoted” <b>name</b>", "__proto__", "‮abc", "Größe 7"]),
      ),
    () => addNote({ ...at, text: "Remember" }),
    () => addFrame({ ids: some(), title: "Group" }),
    () =>
      setDrawing(pick([...graph.notes.keys(), ...graph.frames.keys()]), { w: at.x, colour: "red" }),
  ])();
  return editor.apply("Edit", command);
}

// The draft after this many edits by chance, and how many of them changed anything.
export function grown(seed, edits) {
  const random = chance(seed);
  const editor = usual();
  const labels = [];
  for (let number = 0; number < edits; number += 1) if (edit(editor, random)) labels.push(number);
  return { editor, changes: labels.length, json: writeGraph(editor.graph) };
}

// The processor time that some work takes, in milliseconds; other programs do not count.
export function cpuMs(work) {
  const began = process.cpuUsage();
  work();
  return process.cpuUsage(began).user / 1000;
}
