// The parts of the editor's behaviours that decide, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inserted } from "../../static/js/behaviours/insert_value.js";
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
