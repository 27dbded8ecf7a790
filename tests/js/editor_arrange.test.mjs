// Tidying up: nothing lies on anything, ways out keep their order, loops are tidied inside.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { arrange, tidied } from "../../static/js/editor/arrange.js";
import { isHeaped, isStacked } from "../../static/js/editor/heaped.js";
import { inside } from "../../static/js/editor/graph.js";
import { meets, rectsOf } from "../../static/js/editor/geometry.js";
import { editorOf, link, step } from "./flows.mjs";

const source = await readFile(new URL("../../static/vendor/dagre.esm.js", import.meta.url), "utf8");
const { default: dagre } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

const tidy = (editor) => {
  const places = arrange(dagre, editor.graph, editor.views);
  assert.ok(editor.apply("Tidy up", tidied(places)));
  return rectsOf(editor.graph, editor.views);
};

const branching = () => editorOf(
  [
    step("starts00", { type: "start_form" }), step("decides0", { type: "if_step" }),
    step("asksweb0"), step("answers0"), step("loops000", { type: "for_each" }),
    step("inner001", { parent: "loops000" }), step("inner002", { parent: "loops000" }),
  ],
  [
    link("l1aaaaaa", "starts00", "decides0"), link("l2aaaaaa", "decides0", "asksweb0", "yes"),
    link("l3aaaaaa", "decides0", "answers0", "no"), link("l4aaaaaa", "asksweb0", "loops000"),
    link("l5aaaaaa", "loops000", "answers0"), link("l6aaaaaa", "inner001", "inner002"),
  ],
);

test("steps that lie on each other are found, and lie beside each other afterwards", () => {
  const editor = branching();
  assert.ok(isHeaped(editor.graph, editor.views));
  const rects = tidy(editor);
  assert.ok(!isHeaped(editor.graph, editor.views));
  for (const parent of [null, "loops000"]) {
    const own = inside(editor.graph, parent).map((one) => one.id);
    for (const one of own) for (const other of own) {
      assert.ok(one === other || !meets(rects.get(one), rects.get(other)), `${one} lies on ${other}`);
    }
  }
});

test("links behind the cards of a column are found, and lie free afterwards", () => {
  const rows = ["starts00", "decides0", "asksweb0", "answers0"];
  const links = [
    link("l1aaaaaa", "starts00", "decides0"), link("l2aaaaaa", "decides0", "asksweb0", "yes"),
    link("l3aaaaaa", "asksweb0", "answers0"),
  ];
  const column = rows.map((id, row) => step(id, { y: row * 120 }));
  assert.ok(!isStacked(editorOf(column, links).graph), "a plain line is in order");
  const parted = editorOf(column, [...links, link("l4aaaaaa", "decides0", "answers0", "no")]);
  assert.ok(isStacked(parted.graph));
  tidy(parted);
  assert.ok(!isStacked(parted.graph));
});

test("a card pushed a little over its neighbour is no heap", () => {
  const editor = editorOf([step("oneaaaaa"), step("twoaaaaa", { x: 8, y: 40 })]);
  assert.ok(!isHeaped(editor.graph, editor.views));
});

test("what comes later stands below, and the first answer stands at the left", () => {
  const editor = branching();
  const rects = tidy(editor);
  for (const { source: from, target } of editor.graph.links.values()) {
    assert.ok(rects.get(from).y + rects.get(from).h < rects.get(target).y, `${from} above ${target}`);
  }
  const middle = (id) => rects.get(id).x + rects.get(id).w / 2;
  assert.ok(middle("asksweb0") < middle("decides0"));
});

test("a frame stays around the steps it was drawn around, a note stays where it is", () => {
  const editor = branching();
  editor.apply("Draw", (graph) => ({
    ...graph,
    steps: new Map(graph.steps).set("asksweb0", { ...graph.steps.get("asksweb0"), x: 4000, y: 4000 }),
    frames: new Map([["frame000", { id: "frame000", x: 3960, y: 3960, w: 400, h: 200, title: "", colour: "blue" }]]),
    notes: new Map([["note0000", { id: "note0000", x: 5, y: 6, w: 200, h: 90, text: "", colour: "plain", by: "", at: "" }]]),
  }));
  const rects = tidy(editor);
  const frame = editor.graph.frames.get("frame000");
  const card = rects.get("asksweb0");
  assert.ok(frame.x < card.x && frame.y < card.y && frame.x + frame.w > card.x + card.w);
  assert.deepEqual([editor.graph.notes.get("note0000").x, editor.graph.notes.get("note0000").y], [5, 6]);
});

test("what is tidy stays as it is, and an empty flow is nothing to tidy", () => {
  const editor = branching();
  tidy(editor);
  assert.ok(!editor.apply("Tidy up", tidied(arrange(dagre, editor.graph, editor.views))));
  const none = editorOf([]);
  assert.equal(arrange(dagre, none.graph, none.views).size, 0);
});
