// Of what the canvas draws, the parts that only reckon: the camera, where ways end, the map, cards.

import assert from "node:assert/strict";
import { test } from "node:test";

import { MAX_ZOOM, MIN_ZOOM, fitted, fittedAround, zoomed } from "../../static/js/editor/camera.js";
import { lookOf } from "../../static/js/editor/card.js";
import { dayOf } from "../../static/js/editor/frame_layer.js";
import { reaches } from "../../static/js/editor/link_layer.js";
import { shapesOf } from "../../static/js/editor/minimap.js";
import { endsOf } from "../../static/js/editor/way_ends.js";
import { meets } from "../../static/js/editor/geometry.js";

const QUESTION = {
  title: "If", icon: "git-fork", about: "If", is_only: false, is_start: false, is_loop: false, is_known: true,
  ways: [{ port: "yes", label: "Yes", is_error: false }, { port: "no", label: "No", is_error: false }],
};
const CARD = { x: 0, y: 0, w: 240, h: 66 };
const seenBy = (camera, w, h) => ({ x: camera.x, y: camera.y, w: w / camera.zoom, h: h / camera.zoom });
const holdsAll = (outer, one) =>
  outer.x <= one.x && outer.y <= one.y && outer.x + outer.w >= one.x + one.w && outer.y + outer.h >= one.y + one.h;

test("fitting shows the whole flow, small ones at full size and no larger", () => {
  const wide = { x: -500, y: 100, w: 4000, h: 900 };
  assert.ok(holdsAll(seenBy(fitted(wide, 1000, 700), 1000, 700), wide));
  const small = { x: 40, y: 40, w: 240, h: 54 };
  const camera = fitted(small, 1000, 700);
  assert.equal(camera.zoom, 1);
  assert.equal(camera.x + 500, 160);
  assert.equal(camera.y + 350, 67);
});

test("no step lies under the map when the whole flow is shown", () => {
  const [w, h, map] = [560, 620, { w: 178, h: 134 }];
  const under = ({ x, y, zoom }) =>
    ({ x: x + (w - map.w) / zoom, y: y + (h - map.h) / zoom, w: map.w / zoom, h: map.h / zoom });
  const column = (steps) => Array.from({ length: steps }, (_, n) => ({ x: 0, y: n * 120, w: 240, h: 54 }));
  for (const steps of [1, 3, 5, 8, 20]) {
    const rects = column(steps);
    const whole = { x: 0, y: 0, w: 240, h: steps * 120 - 66 };
    const camera = fittedAround(whole, rects, w, h, map);
    assert.ok(holdsAll(seenBy(camera, w, h), whole), `${steps} steps`);
    assert.ok(!rects.some((one) => meets(one, under(camera))), `${steps} steps`);
  }
  const one = column(1)[0];
  assert.deepEqual(fittedAround(one, [one], w, h, map), fitted(one, w, h));
  assert.deepEqual(fittedAround(one, [one], w, h, { w: 0, h: 0 }), fitted(one, w, h));
});

test("what is too large for the least zoom begins at its top, around its first step", () => {
  const long = { x: 0, y: 200, w: 3000, h: 20000 };
  const first = { x: 2000, y: 200, w: 240, h: 54 };
  const camera = fitted(long, 400, 700, { least: 0.5, first });
  assert.equal(camera.zoom, 0.5);
  assert.equal(camera.x + 400, 2120);
  assert.ok(camera.y < 200 && camera.y > 0);
});

test("zooming keeps the point under the pointer where it is, within bounds", () => {
  const before = { x: 10, y: 20, zoom: 1 };
  const after = zoomed(before, 1.5, 300, 200);
  assert.ok(Math.abs(after.x + 300 / after.zoom - 310) < 1e-9);
  assert.ok(Math.abs(after.y + 200 / after.zoom - 220) < 1e-9);
  assert.equal(zoomed(before, 100, 0, 0).zoom, MAX_ZOOM);
  assert.equal(zoomed(before, 0.001, 0, 0).zoom, MIN_ZOOM);
});

test("a named way that leads nowhere ends below its step, and only that one", () => {
  const ends = endsOf(CARD, QUESTION, new Set(["yes"]), [CARD]);
  assert.deepEqual(ends.map((end) => end.port), ["no"]);
  assert.ok(ends[0].y > CARD.h);
  assert.deepEqual(endsOf(CARD, { ...QUESTION, is_only: true }, new Set(), []), []);
});

test("ends lie neither on steps nor on each other, and where there is no room there is none", () => {
  const below = { x: 0, y: 90, w: 240, h: 54 };
  const ends = endsOf(CARD, QUESTION, new Set(), [CARD, below]);
  const boxes = ends.map(({ x, y }) => ({ x: x - 46, y, w: 92, h: 24 }));
  assert.equal(ends.length, 2);
  assert.ok(!boxes.some((box) => meets(box, below)));
  assert.ok(!meets(boxes[0], boxes[1]));
  const close = { x: -900, y: 66 + 60, w: 1900, h: 300 };
  const [tight] = endsOf(CARD, QUESTION, new Set(["yes"]), [close]);
  assert.ok(tight.y + 24 <= close.y);
  assert.deepEqual(endsOf(CARD, QUESTION, new Set(), [{ x: -900, y: 0, w: 1900, h: 300 }]), []);
});

test("a link is drawn when its curve can be seen, also between steps that cannot", () => {
  const ends = { from: { x: 0, y: 0 }, to: { x: 0, y: 5000 } };
  assert.ok(reaches({ x: -100, y: 2000, w: 200, h: 400 }, ends));
  assert.ok(!reaches({ x: 900, y: 2000, w: 200, h: 400 }, ends));
});

test("the map has each step once, in the colour of its state", () => {
  const steps = new Map(["a", "b", "c", "d"].map((id, place) => [id, { id, parent: null, x: 0, y: place * 100 }]));
  const graph = { steps, links: new Map(), frames: new Map(), notes: new Map() };
  const run = { steps: new Map([["a", { state: "done" }], ["b", { state: "running" }]]) };
  const problems = [{ step_id: "c", severity: "error" }, { step_id: "d", severity: "hint" }];
  const shapes = shapesOf({ graph, views: new Map(), problems, run });
  assert.match(shapes.get("done"), /^M0 0h240v54h-240z$/);
  assert.match(shapes.get("live"), /^M0 100h/);
  assert.match(shapes.get("bad"), /^M0 200h/);
  assert.match(shapes.get("plain"), /^M0 300h/);
});

test("a step that only moved looks the same but for its place", () => {
  const step = { id: "a", name: "Names an order?", disabled: false };
  const facts = { problems: undefined, run: undefined, selected: false, isEmpty: true, used: { in: "free", ways: new Map() } };
  const before = lookOf(step, QUESTION, CARD, facts);
  const moved = lookOf(step, QUESTION, { ...CARD, x: 80 }, facts);
  assert.notEqual(moved.shape, before.shape);
  assert.equal(moved.words, before.words);
  assert.equal(moved.ways, before.ways);
  const named = lookOf({ ...step, name: "__proto__" }, QUESTION, CARD, facts);
  assert.notEqual(named.words, before.words);
  assert.equal(named.name, "__proto__");
});

test("a note tells its day in words, and nothing for a day that is none", () => {
  assert.equal(dayOf("2026-11-03"), "3 November");
  assert.equal(dayOf(null), "");
  assert.equal(dayOf("soon"), "");
});
