// The parts of the editor's behaviours that decide, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inserted } from "../../static/js/behaviours/insert_value.js";
import { matching, wantedIn } from "../../static/js/behaviours/value_list.js";
import { destination } from "../../static/js/behaviours/panel_focus.js";

test("a value is put where the cursor is", () => {
  assert.deepEqual(inserted("Dear ,", "{{ trigger.name }}", 5, 5), {
    text: "Dear {{ trigger.name }},",
    cursor: 23,
  });
});

test("a value takes the place of what was chosen", () => {
  assert.equal(inserted("Dear NAME,", "{{ item }}", 5, 9).text, "Dear {{ item }},");
});

test("focus goes to a panel that opens and back to where it came from", () => {
  assert.equal(destination("", "step-a1"), "#panel-title");
  assert.equal(destination("step-a1", "step-b2"), "#panel-title");
  assert.equal(destination("step-a1", ""), "#step-a1 a");
  assert.equal(destination("step-a1", "step-a1"), "");
});

test("two braces before the cursor ask for a value", () => {
  assert.deepEqual(wantedIn("Dear {{ na", 10), { from: 5, words: "na" });
  assert.deepEqual(wantedIn("{{", 2), { from: 0, words: "" });
  assert.equal(wantedIn("Dear {{ name }}, ", 17), null);
  assert.equal(wantedIn("{{ name | upp", 13), null);
  assert.deepEqual(wantedIn("{{ a }} and {{ b", 16), { from: 12, words: "b" });
});

test("values fit by name, place or path; those that begin so come first", () => {
  const value = (name, path, branch) => ({ name, path, branch, hay: `${name} ${branch} ${path}`.toLowerCase() });
  const all = [
    value("nickname", "trigger.nickname", "New enquiry"),
    value("name", "trigger.name", "New enquiry"),
    value("total", "steps.order.total", "Look up order"),
  ];
  assert.deepEqual(matching(all, "na").map((one) => one.name), ["name", "nickname"]);
  assert.deepEqual(matching(all, "order.to").map((one) => one.name), ["total"]);
  assert.deepEqual(matching(all, "look up").map((one) => one.name), ["total"]);
  assert.deepEqual(matching(all, "nothing"), []);
  assert.equal(matching(Array.from({ length: 40 }, () => all[1]), "").length, 8);
});
