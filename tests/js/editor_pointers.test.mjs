// What a finger that rests becomes: the menu, unless it moved while the page was busy.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { start } from "../../static/js/editor/pointers.js";

const HOLD_MS = 500;

// A finger on the ground of a canvas: `window` and `canvas` send events, `frame()` draws.
function ground() {
  const window = new EventTarget();
  const canvas = Object.assign(new EventTarget(), { classList: { add() {}, remove() {} }, focus() {} });
  const frames = [];
  const all = { window, canvas, menus: [], panned: [] };
  all.frame = () => frames.splice(0).forEach((draw) => draw());
  Object.assign(globalThis, {
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
    requestAnimationFrame: (draw) => frames.push(draw),
    cancelAnimationFrame() {},
  });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  const page = {
    canvas, keys: {}, camera: { panBy: (x, y) => all.panned.push([x, y]) },
    menu: { openAt: (_, x, y) => all.menus.push([x, y]) },
  };
  start({ editable: false, selected: new Set(), select() {} }, page);
  return all;
}

const touch = (type, x, y) =>
  Object.assign(new Event(type), { pointerType: "touch", pointerId: 1, button: 0, clientX: x, clientY: y });

function press(all, x, y) {
  const event = touch("pointerdown", x, y);
  Object.defineProperty(event, "target", { value: { closest: () => null } });
  all.canvas.dispatchEvent(event);
}

test("a finger that rests opens the menu where it is", () => {
  const all = ground();
  press(all, 40, 60);
  mock.timers.tick(HOLD_MS);
  all.frame();
  assert.deepEqual(all.menus, [[40, 60]]);
});

test("a move that waited while the page was busy comes before the menu", () => {
  const all = ground();
  press(all, 40, 60);
  mock.timers.tick(HOLD_MS); // the timer is late by as much, and first in the line
  all.window.dispatchEvent(touch("pointermove", 80, 60));
  all.frame();
  assert.deepEqual(all.menus, []);
  assert.deepEqual(all.panned, [[40, 0]]);
});

test("a finger that has gone in the meantime opens nothing", () => {
  const all = ground();
  press(all, 40, 60);
  mock.timers.tick(HOLD_MS);
  all.window.dispatchEvent(touch("pointerup", 40, 60));
  all.frame();
  assert.deepEqual(all.menus, []);
});
