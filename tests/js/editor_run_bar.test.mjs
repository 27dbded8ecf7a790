// How long a run takes is written as the server writes it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inWords } from "../../static/js/editor/run_bar.js";

test("seconds become words", () => {
  const words = { 0: "", 0.14: "0.1 s", 9.94: "9.9 s", 9.96: "10 s", 59.4: "59 s", 126: "2 min 06 s", 3840: "1 h 04 min" };
  for (const [seconds, expected] of Object.entries(words)) assert.equal(inWords(Number(seconds)), expected);
});
