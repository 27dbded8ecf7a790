// The editor's store: gestures, undo, what comes from the server, and who is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { addStep, disable, moveBy, remove } from "../../static/js/editor/commands.js";
import { createHistory } from "../../static/js/editor/history.js";
import { drop, put, readGraph, writeGraph } from "../../static/js/editor/graph.js";
import { KINDS, chance, edit, editorOf, grown, step, usual } from "./flows.mjs";

const heard = (editor, type = "graph") => {
  const events = [];
  editor.on(type, (event) => events.push(event));
  return events;
};

test("a gesture shows every move and is one entry", () => {
  const editor = usual();
  const events = heard(editor);
  for (const dx of [8, 16, 24]) editor.preview(moveBy(["endaaaaa"], dx, 0));
  assert.equal(editor.graph.steps.get("endaaaaa").x, 224, "each from where it began");
  assert.ok(editor.isPreviewing);
  assert.equal(editor.canUndo, false);
  assert.ok(editor.endPreview("Move End"));
  assert.deepEqual(
    events.map((event) => event.origin),
    ["preview", "preview", "preview", "person"],
  );
  assert.equal(events.at(-1).before.steps.get("endaaaaa").x, 200);
  assert.equal(editor.undoLabel, "Move End");
  assert.ok(editor.undo());
  assert.equal(editor.graph.steps.get("endaaaaa").x, 200);
  assert.equal(editor.canUndo, false);
  assert.ok(editor.redo());
  assert.equal(editor.graph.steps.get("endaaaaa").x, 224);
});

test("a gesture that is given up leaves nothing behind", () => {
  const editor = usual();
  const before = editor.graph;
  editor.preview(moveBy(["endaaaaa"], 80, 0));
  assert.equal(editor.endPreview(null), false);
  assert.equal(editor.graph, before);
  assert.equal(editor.canUndo, false);
  assert.equal(editor.endPreview("Nothing"), false, "no gesture is under way");
});

test("edits with one key are one entry until something else comes between", () => {
  const editor = usual();
  const nudge = () => editor.apply("Move", moveBy(["endaaaaa"], 10, 0), { merge: "arrows" });
  nudge();
  nudge();
  editor.undo();
  assert.equal(editor.graph.steps.get("endaaaaa").x, 200);
  editor.redo();
  nudge();
  editor.undo();
  assert.equal(editor.graph.steps.get("endaaaaa").x, 220, "what was undone once takes nothing in");
});

test("a page that may only look changes nothing and says so", () => {
  const editor = editorOf([step("aaaaaaaa")], [], { page: { editable: false } });
  assert.equal(editor.apply("Remove", remove(["aaaaaaaa"])), false);
  assert.match(editor.said[0], /not change/);
});

test("a fault in a command is not taken for a refusal", () => {
  const editor = usual();
  assert.throws(
    () =>
      editor.apply("Break", () => {
        throw new TypeError("broken");
      }),
    /broken/,
  );
});

test("a thousand steps are enough", () => {
  const many = Array.from({ length: 1000 }, (_, n) => step(`s${String(n).padStart(7, "0")}`));
  const editor = editorOf(many);
  assert.equal(editor.apply("Add", addStep({ type: "set_values", at: { x: 0, y: 0 } })), false);
  assert.match(editor.said[0], /1,000/);
});

test("only what is there is selected, and it is told once", () => {
  const editor = usual();
  const events = heard(editor, "selection");
  editor.select(["oneaaaaa", "l1aaaaaa", "gonegone"]);
  editor.select(["l1aaaaaa", "oneaaaaa"]);
  assert.equal(events.length, 1);
  editor.select(["twoaaaaa"], { add: true });
  assert.deepEqual([...editor.selected], ["oneaaaaa", "l1aaaaaa", "twoaaaaa"]);
  assert.deepEqual(editor.selectedOf("links"), ["l1aaaaaa"]);
  editor.apply("Remove", remove(["oneaaaaa"]));
  assert.equal(editor.selected.has("oneaaaaa"), false);
});

test("what the panel saved is one entry; what others saved is none, and undo leaves it alone", () => {
  const editor = usual();
  const saved = { ...editor.graph.steps.get("oneaaaaa"), fields: { a: "new" } };
  editor.take({
    steps: [saved],
    links: [...editor.graph.links.values()],
    revision: 2,
    origin: "panel",
  });
  assert.equal(editor.revision, 2);
  const theirs = writeGraph(put(editor.graph, "steps", [step("otheraaa", { x: 900 })]));
  const events = heard(editor);
  editor.take({
    graph: theirs,
    views: { otheraaa: KINDS.set_values.view },
    problems: [],
    revision: 3,
  });
  assert.equal(events[0].origin, "server");
  const untouched = events[0].before.steps.get("endaaaaa");
  assert.equal(editor.graph.steps.get("endaaaaa"), untouched, "what stayed is the same object");
  editor.undo();
  assert.deepEqual(editor.graph.steps.get("oneaaaaa").fields, { a: "{{ item.name }}" });
  assert.ok(editor.graph.steps.has("otheraaa"), "their step stays");
  editor.redo();
  assert.deepEqual(editor.graph.steps.get("oneaaaaa").fields, { a: "new" });
});

test("undo after others took away what it needs still gives a whole flow", () => {
  const editor = usual();
  editor.apply("Cut", (graph) => drop(graph, "links", ["l4aaaaaa"]));
  editor.take({ graph: writeGraph(drop(editor.graph, "steps", ["endaaaaa"])) });
  editor.undo();
  assert.equal(editor.graph.links.has("l4aaaaaa"), false);
});

test("a new step looks like its kind, a copy like the one it came from", () => {
  const editor = usual();
  const add = addStep({ type: "if_step", at: { x: 0, y: 0 } });
  const events = heard(editor, "views");
  editor.apply("Add", add);
  assert.deepEqual(
    editor.views.get(add.made[0]).ways.map((way) => way.label),
    ["Yes", "No"],
  );
  assert.deepEqual(events[0].ids, add.made);
  editor.apply("Set", (graph) =>
    put(graph, "steps", [{ ...graph.steps.get(add.made[0]), fields: { when: "new" } }]),
  );
  editor.take({ views: { [add.made[0]]: { ...KINDS.if_step.view, about: "3 conditions" } } });
  editor.apply("Copy", (graph) =>
    put(graph, "steps", [{ ...graph.steps.get(add.made[0]), id: "copyaaaa", key: "copy" }]),
  );
  assert.equal(editor.views.get("copyaaaa").about, "3 conditions");
});

test("problems are told and found by step", () => {
  const editor = usual();
  const events = heard(editor, "problems");
  editor.take({
    problems: [{ step_id: "oneaaaaa", field: "a", severity: "error", text: "Fill in." }],
  });
  assert.equal(events.length, 1);
  assert.equal(editor.problemsOf("oneaaaaa")[0].text, "Fill in.");
  assert.deepEqual(editor.problemsOf(null), []);
});

test("parts of a flow that are not known here are kept", () => {
  const json = {
    schema: 1,
    nodes: [step("aaaaaaaa", { later: { __proto__: 1 } })],
    edges: [],
    frames: [],
    notes: [],
    mood: "good",
  };
  const text = JSON.stringify(json);
  assert.deepEqual(writeGraph(readGraph(JSON.parse(text))), JSON.parse(text));
});

test("the history keeps the last entries only", () => {
  const history = createHistory(3);
  const graphs = Array.from({ length: 6 }, (_, n) =>
    put(readGraph({}), "steps", [step("aaaaaaaa", { x: n })]),
  );
  for (let n = 0; n < 5; n += 1)
    history.push({ label: `${n}`, before: graphs[n], after: graphs[n + 1] });
  let graph = graphs[5];
  for (const label of ["4", "3", "2"]) {
    const turned = history.undo(graph);
    assert.equal(turned.label, label);
    graph = turned.graph;
  }
  assert.equal(graph, graphs[2]);
  assert.equal(history.undo(graph), null);
});

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`a hundred edits by chance undone are the flow of the beginning (${seed})`, () => {
    const random = chance(seed);
    const editor = usual();
    const first = editor.graph;
    const kept = JSON.stringify(writeGraph(first));
    for (let n = 0; n < 100; n += 1) edit(editor, random);
    const last = JSON.stringify(writeGraph(editor.graph));
    while (editor.undo());
    assert.equal(editor.graph, first);
    assert.equal(JSON.stringify(writeGraph(first)), kept, "no edit changed a graph in place");
    while (editor.redo());
    assert.equal(JSON.stringify(writeGraph(editor.graph)), last);
  });
}

test("edits by chance do something", () => {
  assert.ok(grown(11, 100).changes > 30);
});

test("an edit that changes nothing is no entry", () => {
  const editor = usual();
  assert.equal(editor.apply("Disable", disable([])), false);
  assert.equal(editor.canUndo, false);
});
