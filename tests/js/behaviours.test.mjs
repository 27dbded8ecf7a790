// The parts of the behaviours that decide, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { sentencesChanged } from "../../static/js/behaviours/changed_words.js";
import { hasAll } from "../../static/js/behaviours/filter_list.js";
import { nextIndex } from "../../static/js/behaviours/menus.js";
import { wordsFor } from "../../static/js/behaviours/requests.js";
import { start as startTimeZone } from "../../static/js/behaviours/time_zone.js";

test("arrows walk through a menu and round its ends", () => {
  assert.equal(nextIndex(-1, 1, 3), 0);
  assert.equal(nextIndex(-1, -1, 3), 2);
  assert.equal(nextIndex(0, 1, 3), 1);
  assert.equal(nextIndex(2, 1, 3), 0);
  assert.equal(nextIndex(0, -1, 3), 2);
});

test("an error that is swapped nowhere is told in words", () => {
  assert.match(wordsFor(403), /role/);
  assert.match(wordsFor(404), /no longer here/);
  assert.match(wordsFor(503), /our side/);
  assert.match(wordsFor(418), /did not work/);
});

test("changed sentences are counted, also those that were taken out", () => {
  const letter = "Dear Tobias,\n\nthank you. We are sorry.";
  assert.equal(sentencesChanged(letter, letter), 0);
  assert.equal(sentencesChanged(letter, letter.replace("sorry", "very sorry")), 1);
  assert.equal(sentencesChanged(letter, letter + " Come back soon! Yours"), 2);
  assert.equal(sentencesChanged(letter, "Dear Tobias,"), 2);
});

test("a search finds what has all of its words, wherever they stand", () => {
  assert.ok(hasAll("for each logic runs the steps inside once for each item", "item each"));
  assert.ok(hasAll("Send e-mail", " EMAIL "));
  assert.ok(hasAll("anything", ""));
  assert.ok(!hasAll("for each logic", "each mail"));
});

test("the time zone is asked for where a form wants it, and nowhere else", (t) => {
  const asked = t.mock.method(Intl, "DateTimeFormat", () => ({ resolvedOptions: () => ({ timeZone: "Europe/Berlin" }) }));
  const input = { value: "" };
  startTimeZone({ querySelectorAll: () => [] });
  assert.equal(asked.mock.callCount(), 0);
  startTimeZone({ querySelectorAll: () => [input] });
  assert.equal(input.value, "Europe/Berlin");
});
