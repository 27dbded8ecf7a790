// Where things stand on the canvas: rectangles, ways out, curves, hits, lines to align with.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  boundsOf,
  holds,
  idsWithin,
  linkAt,
  linkBox,
  linkEnds,
  linkPath,
  linkPoint,
  loopAt,
  rectOf,
  stepAt,
  waysOut,
} from "../../static/js/editor/geometry.js";
import { moveBy } from "../../static/js/editor/commands.js";
import { snapper } from "../../static/js/editor/snap.js";
import { neighbour, readingOrder } from "../../static/js/editor/walk.js";
import { KINDS, cpuMs, editorOf, link, step, usual } from "./flows.mjs";

const rect = (editor, id) => rectOf(editor.graph, editor.views, id);

test("cards with named ways are taller; an empty loop has room", () => {
  const editor = editorOf([
    step("aaaaaaaa"),
    step("bbbbbbbb", { type: "if_step" }),
    step("cccccccc", { type: "for_each", x: 8, y: 16 }),
  ]);
  assert.deepEqual(rect(editor, "aaaaaaaa"), { x: 0, y: 0, w: 240, h: 54 });
  assert.equal(rect(editor, "bbbbbbbb").h, 66);
  assert.deepEqual(rect(editor, "cccccccc"), { x: 8, y: 16, w: 288, h: 150 });
});

test("a loop is as large as what is inside, at any depth", () => {
  const editor = editorOf([
    step("outeraaa", { type: "for_each" }),
    step("inneraaa", { type: "for_each", parent: "outeraaa" }),
    step("aaaaaaaa", { parent: "inneraaa", x: 100, y: 200 }),
    step("bbbbbbbb", { parent: "outeraaa", x: 500, y: 100 }),
  ]);
  assert.deepEqual(rect(editor, "inneraaa"), { x: 76, y: 156, w: 288, h: 122 });
  assert.deepEqual(rect(editor, "outeraaa"), { x: 52, y: 56, w: 712, h: 246 });
  assert.deepEqual(
    [editor.graph.steps.get("outeraaa").x, editor.graph.steps.get("outeraaa").y],
    [52, 56],
  );
});

test("one way out is a dot in the middle, several are pills side by side and centred", () => {
  const box = { x: 0, y: 0, w: 240, h: 66 };
  assert.deepEqual(
    waysOut(box, KINDS.set_values.view).map(({ x, y, w }) => [x, y, w]),
    [[120, 66, 0]],
  );
  const [yes, no] = waysOut(box, KINDS.if_step.view);
  assert.ok(yes.x < no.x);
  assert.equal(yes.x + yes.w / 2 + 6, no.x - no.w / 2);
  assert.equal(yes.x - yes.w / 2, 240 - (no.x + no.w / 2));
  assert.deepEqual(waysOut(box, KINDS.stop.view), []);
});

test("links leave downwards and arrive from above", () => {
  assert.equal(linkPath({ x: 470, y: 76 }, { x: 470, y: 104 }), "M470 76C470 102 470 78 470 104");
  const [from, to] = [
    { x: 0, y: 0 },
    { x: 100, y: 200 },
  ];
  assert.deepEqual(linkPoint(from, to), { x: 50, y: 100 });
  assert.deepEqual(linkPoint(from, to, 0), from);
  const editor = usual();
  const ends = linkEnds(editor.graph, editor.views, editor.graph.links.get("l5aaaaaa"));
  assert.equal(ends.from.y, 104 + 66 + 11, "under the pill");
  assert.deepEqual(ends.to, { x: 320, y: 560 });
  assert.equal(linkAt(editor.graph, editor.views, linkPoint(ends.from, ends.to, 0.3)), "l5aaaaaa");
  assert.equal(linkAt(editor.graph, editor.views, { x: 900, y: 900 }), null);
});

test("a link's curve stays in its box, whichever way it leads", () => {
  const from = { x: 0, y: 0 };
  for (const to of [{ x: 0, y: 200 }, { x: 900, y: 10 }, { x: -300, y: -400 }, { x: 5, y: 0 }]) {
    const box = linkBox(from, to);
    for (let part = 0; part <= 20; part += 1) assert.ok(holds(box, linkPoint(from, to, part / 20)));
  }
});

test("a card is hit before the loop around it", () => {
  const editor = usual();
  const at = (x, y, except) => stepAt(editor.graph, editor.views, { x, y }, except);
  assert.equal(at(30, 300), "oneaaaaa");
  assert.equal(at(30, 250), "loopaaaa");
  assert.equal(at(30, 300, new Set(["oneaaaaa"])), "loopaaaa");
  assert.equal(at(900, 900), null);
  assert.equal(loopAt(editor.graph, editor.views, { x: 30, y: 300 }), "loopaaaa");
  assert.equal(loopAt(editor.graph, editor.views, { x: 30, y: 300 }, new Set(["loopaaaa"])), null);
});

test("a marquee takes the cards it touches and the loops it holds", () => {
  const editor = usual();
  const within = (x, y, w, h) => idsWithin(editor.graph, editor.views, { x, y, w, h });
  assert.deepEqual(within(20, 280, 10, 20), ["oneaaaaa"]);
  assert.deepEqual(within(-50, 200, 400, 300), ["loopaaaa", "oneaaaaa", "twoaaaaa"]);
});

test("the whole flow has bounds, an empty one none", () => {
  const editor = editorOf([step("aaaaaaaa")], [], {
    notes: [{ id: "noteaaaa", x: -100, y: 0, w: 50, h: 50, text: "" }],
  });
  assert.deepEqual(boundsOf(editor.graph, editor.views), { x: -100, y: 0, w: 340, h: 54 });
  assert.equal(boundsOf(editorOf([]).graph, new Map()), null);
});

test("what is dragged comes in line with a near card, else to the grid", () => {
  const editor = editorOf([step("aaaaaaaa", { x: 104, y: 0 }), step("bbbbbbbb", { x: 0, y: 200 })]);
  const snap = snapper(editor.graph, editor.views, ["bbbbbbbb"]);
  assert.deepEqual(snap(101, 3), {
    dx: 104,
    dy: 0,
    guides: [{ x: 104, y: 0, to: 254, across: false }],
  });
  const free = snap(50, 51);
  assert.deepEqual(free, { dx: 48, dy: 48, guides: [] });
  assert.deepEqual(snap(101, 3, { pull: 0 }).guides, []);
  assert.deepEqual(snap(3000, 0).guides, [], "too far away");
});

test("a loop does not align with what moves inside it", () => {
  const editor = usual();
  const { guides } = snapper(editor.graph, editor.views, ["oneaaaaa"])(2, 0);
  assert.ok(guides.every((guide) => guide.across || guide.x !== 0));
});

test("steps are walked in reading order", () => {
  const editor = usual();
  assert.deepEqual(readingOrder(editor.graph), [
    "startaaa",
    "checkaaa",
    "loopaaaa",
    "oneaaaaa",
    "twoaaaaa",
    "endaaaaa",
  ]);
});

test("arrows lead along links, else to the nearest card on that side", () => {
  const editor = editorOf(
    [
      step("aaaaaaaa"),
      step("bbbbbbbb", { x: 300, y: 200 }),
      step("cccccccc", { x: 0, y: 100 }),
      step("dddddddd", { x: 300, y: 8 }),
    ],
    [link("l1aaaaaa", "aaaaaaaa", "bbbbbbbb")],
  );
  const to = (id, direction) => neighbour(editor.graph, editor.views, id, direction);
  assert.equal(to("aaaaaaaa", "down"), "bbbbbbbb");
  assert.equal(to("bbbbbbbb", "up"), "aaaaaaaa");
  assert.equal(to("cccccccc", "up"), "aaaaaaaa");
  assert.equal(to("aaaaaaaa", "right"), "dddddddd");
  assert.equal(to("aaaaaaaa", "left"), null);
});

test("a drag of one among a thousand steps stays within its time", () => {
  const many = Array.from({ length: 1000 }, (_, n) =>
    step(`s${String(n).padStart(7, "0")}`, { x: (n % 30) * 300, y: Math.floor(n / 30) * 120 }),
  );
  const editor = editorOf(many);
  const spent = cpuMs(() => {
    for (let dx = 1; dx <= 50; dx += 1) editor.preview(moveBy(["s0000500"], dx * 8, 0));
  });
  assert.ok(spent / 50 < 6, `${spent / 50} ms a move`);
});
