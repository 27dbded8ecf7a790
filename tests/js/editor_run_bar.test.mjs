// How long a run takes is written as the server writes it, and counted while it goes on.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inWords } from "../../static/js/editor/run_bar.js";
import { counted, createTicks } from "../../static/js/editor/run_ticks.js";

test("seconds become words", () => {
  const words = { 0: "", 0.14: "0.1 s", 9.94: "9.9 s", 9.96: "10 s", 59.4: "59 s", 126: "2 min 06 s", 3840: "1 h 04 min" };
  for (const [seconds, expected] of Object.entries(words)) assert.equal(inWords(Number(seconds)), expected);
});

test("what runs counts in whole seconds", () => {
  const words = { 0.4: "0 s", 6.9: "6 s", 59.9: "59 s", 126: "2 min 06 s" };
  for (const [seconds, expected] of Object.entries(words)) assert.equal(counted(Number(seconds)), expected);
});

test("one timer counts for the bar and the cards, and rests while nobody looks", (t) => {
  t.mock.timers.enable({ apis: ["setInterval", "Date"] });
  const page = look();
  const words = { data: "", nodeType: 3 };
  const card = { classList: { contains: () => false }, querySelector: () => ({ lastChild: words }) };
  const steps = new Map([["aaaaaaaa", { state: "running", seconds: 2 }], ["bbbbbbbb", { state: "done", took: "1 s" }]]);
  const asked = [];
  const editor = { run: { steps }, graph: { steps: new Map([["aaaaaaaa", {}], ["bbbbbbbb", {}]]) } };
  const told = [];
  const ticks = createTicks(editor, { view: { cardOf: (id) => (asked.push(id), card) } }, (passed) => told.push(passed));
  ticks.begin(true);
  assert.equal(words.data, "2 s");
  for (let second = 0; second < 3; second += 1) t.mock.timers.tick(1000);
  assert.equal(words.data, "5 s");
  assert.deepEqual(told, [0, 1, 2, 3]);
  assert.deepEqual([...new Set(asked)], ["aaaaaaaa"]);
  page.turn(true);
  t.mock.timers.tick(5000);
  assert.equal(told.length, 4);
  page.turn(false);
  assert.equal(words.data, "10 s");
  ticks.end();
  t.mock.timers.tick(5000);
  assert.equal(words.data, "10 s");
});

// A page that can be turned away from.
function look() {
  const listeners = [];
  globalThis.Node = { TEXT_NODE: 3 };
  globalThis.document = { hidden: false, addEventListener: (_, fn) => listeners.push(fn) };
  return {
    turn(hidden) {
      globalThis.document.hidden = hidden;
      for (const fn of listeners) fn();
    },
  };
}
