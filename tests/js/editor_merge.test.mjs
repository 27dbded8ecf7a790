// Two people change one draft: what joins silently and what is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { addStep, connect, cut, remove } from "../../static/js/editor/commands.js";
import { put, readGraph, writeGraph } from "../../static/js/editor/graph.js";
import { merged } from "../../static/js/editor/merge.js";
import { usual, ways } from "./flows.mjs";

const base = usual().graph;
const changed = (id, part) => (graph) => put(graph, "steps", [{ ...graph.steps.get(id), ...part }]);
const after = (...commands) => {
  const editor = usual();
  for (const command of commands) editor.apply("Edit", command);
  return editor.graph;
};

test("changes at different places join", () => {
  const mine = after(
    changed("oneaaaaa", { fields: { a: "mine" } }),
    changed("endaaaaa", { x: 800 }),
  );
  const theirs = after(
    changed("twoaaaaa", { name: "Zwei" }),
    addStep({ type: "set_values", at: { x: 900, y: 0 } }),
  );
  const { graph, clashes } = merged(base, mine, theirs);
  assert.deepEqual(clashes, []);
  assert.equal(graph.steps.get("oneaaaaa").fields.a, "mine");
  assert.equal(graph.steps.get("twoaaaaa").name, "Zwei");
  assert.equal(graph.steps.get("endaaaaa").x, 800);
  assert.equal(graph.steps.size, 7);
});

test("one step's name and another's setting join, also two settings of one step", () => {
  const mine = after(changed("oneaaaaa", { fields: { a: "{{ item.name }}", mine: 1 } }));
  const theirs = after(
    changed("oneaaaaa", { name: "First", fields: { a: "{{ item.name }}", theirs: 2 } }),
  );
  const { graph, clashes } = merged(base, mine, theirs);
  assert.deepEqual(clashes, []);
  assert.deepEqual(graph.steps.get("oneaaaaa").fields, {
    a: "{{ item.name }}",
    theirs: 2,
    mine: 1,
  });
  assert.equal(graph.steps.get("oneaaaaa").name, "First");
});

test("the same setting is told with both values, and either is taken", () => {
  const mine = after(changed("oneaaaaa", { fields: { a: "mine" } }));
  const theirs = after(changed("oneaaaaa", { fields: { a: "theirs" } }));
  const { graph, clashes } = merged(base, mine, theirs);
  assert.deepEqual(clashes, [
    {
      kind: "steps",
      id: "oneaaaaa",
      name: "One",
      part: "fields.a",
      mine: "mine",
      theirs: "theirs",
      text: "Both of you changed the setting “a”.",
    },
  ]);
  assert.equal(graph.steps.get("oneaaaaa").fields.a, "mine");
  assert.equal(
    merged(base, mine, theirs, { prefer: "theirs" }).graph.steps.get("oneaaaaa").fields.a,
    "theirs",
  );
});

test("moved by both is no clash", () => {
  const { graph, clashes } = merged(
    base,
    after(changed("endaaaaa", { x: 8 })),
    after(changed("endaaaaa", { x: 16, y: 900 })),
  );
  assert.deepEqual(clashes, []);
  assert.deepEqual([graph.steps.get("endaaaaa").x, graph.steps.get("endaaaaa").y], [8, 900]);
});

test("removed by one stays removed; changed by the other is told", () => {
  const gone = after(remove(["endaaaaa"]));
  assert.equal(merged(base, gone, base).graph.steps.has("endaaaaa"), false);
  const { graph, clashes } = merged(base, gone, after(changed("endaaaaa", { name: "Finish" })));
  assert.equal(graph.steps.has("endaaaaa"), false);
  assert.match(clashes[0].text, /You removed it/);
  const other = merged(base, after(changed("endaaaaa", { name: "Finish" })), gone);
  assert.equal(other.graph.steps.get("endaaaaa").name, "Finish");
  assert.match(other.clashes[0].text, /You changed it/);
});

test("two links that are fine alone and a circle together do not become one", () => {
  const start = after(cut(["l2aaaaaa", "l4aaaaaa", "l5aaaaaa"]));
  const edit = (command) => command(start, { views: usual().views });
  const { graph } = merged(
    start,
    edit(connect("loopaaaa", "out", "endaaaaa")),
    edit(connect("endaaaaa", "out", "loopaaaa")),
  );
  assert.equal(ways(graph).filter((one) => /Each|End/.test(one)).length, 1);
});

test("links to a step that the other removed go, with the name told for a changed one", () => {
  const mine = after(addStep({ type: "set_values", after: "endaaaaa", port: "out" }));
  const { graph, clashes } = merged(base, mine, after(remove(["endaaaaa"])));
  assert.deepEqual(clashes, []);
  assert.equal(
    [...graph.links.values()].some((one) => one.source === "endaaaaa"),
    false,
  );
  assert.equal(graph.steps.size, 6);
});

test("what is equal is the very part that was shown", () => {
  const theirs = readGraph(JSON.parse(JSON.stringify(writeGraph(base))));
  assert.equal(merged(base, base, theirs).graph.steps.get("oneaaaaa"), base.steps.get("oneaaaaa"));
});
