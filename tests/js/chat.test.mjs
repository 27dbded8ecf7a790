// A chat's composer: which agents a name offers, and which files can be sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { matching, wantedIn } from "../../static/js/chat/callable.js";
import { refusalOf, sizeOf } from "../../static/js/chat/file_caps.js";

const AGENTS = [
  { name: "Front desk", command: "desk", about: "Answers letters" },
  { name: "Parts", command: "", about: "" },
  { name: "Desk lamps", command: "lamps", about: "" },
];
const names = (sign, words) => matching(AGENTS, { sign, words }).map((one) => one.written);

test("a name begins a message or is none", () => {
  assert.deepEqual(wantedIn("@Fro", 4), { sign: "@", words: "fro" });
  assert.deepEqual(wantedIn("/", 1), { sign: "/", words: "" });
  assert.equal(wantedIn("ask @Fro", 8), null);
  assert.equal(wantedIn("@Front\nmore", 11), null);
});

test("commands are offered behind a slash, names behind an at sign", () => {
  assert.deepEqual(names("/", ""), ["/desk", "/lamps"]);
  assert.deepEqual(names("@", "desk"), ["@Desk lamps", "@Front desk"]);
  assert.deepEqual(names("@", "front desk, please"), []);
});

test("too many or too large files are told in words", () => {
  const caps = { files: 2, bytes: 25_000_000 };
  const file = (size) => ({ name: "plan.pdf", size });
  assert.equal(refusalOf([file(1), file(25_000_000)], caps), "");
  assert.match(refusalOf([file(1), file(1), file(1)], caps), /3 files are chosen, and a message takes 2/);
  assert.match(refusalOf([file(25_100_000)], caps), /plan.pdf has 25.1 MB, and a file can have 25 MB/);
});

test("sizes read as on the pages", () => {
  assert.deepEqual([1, 40, 18_000, 1_200_000].map(sizeOf), ["1 byte", "40 bytes", "18 KB", "1.2 MB"]);
});
