// A step whose panel opens is not left behind it, and what moved for it moves back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createSight, shift } from "../../static/js/editor/sight.js";
import { usual } from "./flows.mjs";

globalThis.matchMedia = () => ({ matches: false });

test("as little as it takes", () => {
  assert.equal(shift(0, 1000, 300, 240, 20), 0);
  assert.equal(shift(0, 1000, 900, 240, 20), 160);
  assert.equal(shift(0, 1000, -50, 240, 20), -70);
  assert.equal(shift(0, 200, 0, 900, 20), -20, "of what is too large its beginning");
  assert.equal(shift(0, 200, 20, 900, 20), 0);
});

function looked(width) {
  const editor = usual();
  const camera = {
    x: 0, y: 0, zoom: 1, width,
    measure() {},
    get seen() {
      return { x: this.x, y: this.y, w: this.width, h: 900 };
    },
    goTo(to) {
      Object.assign(this, to);
    },
  };
  const [id] = editor.graph.steps.keys();
  editor.apply("Move", (graph) => {
    const steps = new Map(graph.steps).set(id, { ...graph.steps.get(id), x: 800, y: 100 });
    return { ...graph, steps };
  });
  return { editor, camera, id, sight: createSight(editor, { camera }) };
}

test("the flow moves for a card that would lie behind the panel, and back", () => {
  const { camera, sight, id } = looked(900);
  sight.keep(id);
  assert.ok(camera.x > 0);
  assert.equal(camera.y, 0);
  sight.back();
  assert.deepEqual([camera.x, camera.y], [0, 0]);
});

test("it stays where somebody moved it meanwhile", () => {
  const { camera, sight, id } = looked(900);
  sight.keep(id);
  camera.x += 30;
  const { x } = camera;
  sight.back();
  assert.equal(camera.x, x);
});

test("nothing moves for a card that is seen", () => {
  const { camera, sight, id } = looked(1400);
  sight.keep(id);
  assert.equal(camera.x, 0);
});
