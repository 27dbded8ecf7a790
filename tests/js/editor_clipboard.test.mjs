// Steps as text: what is copied, what arrives, and what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";

import { copied, duplicate, paste } from "../../static/js/editor/commands.js";
import { inText } from "../../static/js/editor/references.js";
import { cpuMs, editorOf, named, step, usual, ways } from "./flows.mjs";

const refused = (editor, text, words, place) => {
  const before = editor.graph;
  assert.equal(editor.apply("Paste", paste(text, place)), false);
  assert.equal(editor.graph, before, "nothing changes");
  assert.match(editor.said.at(-1), words);
};

test("a loop is pasted whole: ids and keys of its own, references among the pasted follow", () => {
  const editor = usual();
  const text = copied(editor.graph, ["loopaaaa", "endaaaaa"]);
  const pasting = paste(text, { at: { x: 1000, y: 100 } });
  assert.ok(editor.apply("Paste", pasting));
  assert.deepEqual(pasting.made, [
    named(editor.graph, "Each 2").id,
    named(editor.graph, "End 2").id,
  ]);
  const two = named(editor.graph, "Two 2");
  assert.equal(two.parent, named(editor.graph, "Each 2").id);
  assert.equal(two.key, "two_2");
  assert.equal(two.fields.b, "{{ steps.one_2.a }}");
  assert.deepEqual(named(editor.graph, "End 2").fields.c, [
    "{{ steps.each_2.items }}",
    "steps.each",
  ]);
  assert.ok(ways(editor.graph).includes("One 2 -out> Two 2"));
  assert.ok(ways(editor.graph).includes("Each 2 -out> End 2"));
  assert.equal(ways(editor.graph).length, 7, "links to steps that were not copied stay behind");
  assert.equal(named(editor.graph, "Each 2").x, 1000);
});

test("pasted into another agent, keys stay as they are", () => {
  const text = copied(usual().graph, ["oneaaaaa", "twoaaaaa"]);
  const other = editorOf([step("aaaaaaaa", { name: "A" })]);
  assert.ok(other.apply("Paste", paste(text)));
  assert.equal(named(other.graph, "Two").key, "two");
  assert.equal(named(other.graph, "Two").parent, null);
  assert.equal(named(other.graph, "Two").fields.b, "{{ steps.one.a }}");
});

test("pasted into a loop, but no start and no loop too deep", () => {
  const editor = usual();
  const pasting = paste(copied(editor.graph, ["endaaaaa"]), { loop: "loopaaaa" });
  assert.ok(editor.apply("Paste", pasting));
  assert.equal(editor.graph.steps.get(pasting.made[0]).parent, "loopaaaa");
  refused(editor, copied(editor.graph, ["startaaa"]), /inside a loop/, { loop: "loopaaaa" });
  const nest = (n, parent) => step(`loop000${n}`, { type: "for_each", parent });
  const deep = editorOf([nest(1, null), nest(2, "loop0001"), nest(3, "loop0002")]);
  refused(deep, copied(deep.graph, ["loop0001"]), /3 deep/, { loop: "loop0003" });
});

test("copies stand beside, in the same loop, and again beside", () => {
  const editor = usual();
  editor.apply("Duplicate", duplicate(["oneaaaaa", "twoaaaaa"]));
  editor.apply("Duplicate", duplicate(["oneaaaaa"]));
  const [first, second] = [named(editor.graph, "One 2"), named(editor.graph, "One 3")];
  assert.deepEqual([first.parent, first.x, first.y], ["loopaaaa", 48, 312]);
  assert.deepEqual([second.x, second.y], [72, 336]);
  assert.equal(named(editor.graph, "Two 2").fields.b, "{{ steps.one_2.a }}");
  assert.equal(editor.apply("Duplicate", duplicate([])), false);
});

test("notes and frames travel along", () => {
  const note = {
    id: "noteaaaa",
    x: 0,
    y: 0,
    w: 200,
    h: 80,
    text: "</script>",
    colour: "blue",
    by: "Ben",
    at: "2026-11-03",
  };
  const editor = editorOf([step("aaaaaaaa")], [], { notes: [note] });
  assert.ok(editor.apply("Paste", paste(copied(editor.graph, ["noteaaaa"]))));
  assert.equal(editor.graph.notes.size, 2);
  assert.equal([...editor.graph.notes.values()][1].text, "</script>");
});

test("rubbish is refused in words", () => {
  const editor = usual();
  for (const text of [
    "",
    "hello",
    "{}",
    "[]",
    "null",
    "1",
    '{"kind":"else"}',
    "[".repeat(100_000),
  ]) {
    refused(editor, text, /not steps that were copied here/);
  }
  const whole = JSON.parse(copied(editor.graph, ["oneaaaaa"]));
  const changed = (part) => JSON.stringify({ ...whole, nodes: [{ ...whole.nodes[0], ...part }] });
  for (const part of [
    { id: "x" },
    { key: "__proto__" },
    { x: "1" },
    { x: 1e9 },
    { fields: [] },
    { on_error: "explode" },
    { retry: { times: 99, wait_s: 0 } },
    { name: 7 },
    { name: "x".repeat(121) },
    { timeout_s: 0 },
    { disabled: "yes" },
  ]) {
    refused(editor, changed(part), /cannot be read/);
  }
  refused(editor, changed({ type: "from_tomorrow" }), /“One” is a kind of step that is not known/);
  refused(editor, JSON.stringify({ ...whole, nodes: [null] }), /cannot be read/);
  let deep = [];
  for (let n = 0; n < 40; n += 1) deep = [deep];
  refused(editor, changed({ fields: { deep } }), /nested too deep/);
});

test("too much is refused in words", () => {
  const editor = usual();
  refused(editor, " ".repeat(3_000_000), /2 MB/);
  const many = (count) =>
    JSON.stringify({
      kind: "lamplight-steps",
      nodes: Array.from({ length: count }, (_, n) => step(`s${String(n).padStart(7, "0")}`)),
    });
  refused(editor, many(1001), /1,000 at most/);
  refused(editor, many(995), /1,000 steps at most/);
});

test("parts that the server would not know are left out, wrong links too", () => {
  const editor = usual();
  const raw = JSON.parse(copied(editor.graph, ["oneaaaaa", "twoaaaaa"]));
  raw.nodes[0].later = 1;
  raw.edges.push({ ...raw.edges[0], id: "circlaaa", source: "twoaaaaa", target: "oneaaaaa" });
  raw.edges.push({ ...raw.edges[0], id: "looseaaa", target: "gonegone" });
  editor.apply("Paste", paste(JSON.stringify(raw)));
  assert.equal(Object.hasOwn(named(editor.graph, "One 2"), "later"), false);
  assert.equal(ways(editor.graph).length, 6);
});

test("a value named __proto__ stays a value", () => {
  const editor = usual();
  const raw = copied(editor.graph, ["oneaaaaa", "twoaaaaa"]).replace(
    '"a":',
    '"__proto__":{"x":"{{ steps.two.q }}"},"a":',
  );
  editor.apply("Paste", paste(raw));
  const { fields } = named(editor.graph, "One 2");
  assert.deepEqual(Object.keys(fields), ["__proto__", "a"]);
  assert.equal(
    JSON.stringify(fields),
    '{"__proto__":{"x":"{{ steps.two_2.q }}"},"a":"{{ item.name }}"}',
  );
});

test("references are found where the server finds them", () => {
  const keys = new Map([
    ["a", "b"],
    ["b", "a"],
  ]);
  for (const [text, expected] of [
    ["{{ steps.a.x }} and {{steps.b}}", "{{ steps.b.x }} and {{steps.a}}"],
    ["steps.a {{ x | default: steps.a.y }}", "steps.a {{ x | default: steps.b.y }}"],
    ["{{ 'steps.a }}' | join: steps.a }}", "{{ 'steps.a }}' | join: steps.b }}"],
    [
      "{{ my.steps.a }} {{ steps.a-b }} {{ steps.ab }}",
      "{{ my.steps.a }} {{ steps.a-b }} {{ steps.ab }}",
    ],
    ["{{ steps['a'].x }}", "{{ steps['b'].x }}"],
    ["{{ steps.a", "{{ steps.a"],
  ])
    assert.equal(inText(text, keys), expected);
});

test("a text full of braces is read quickly", () => {
  const texts = [
    "{{".repeat(50_000),
    `{{${'""'.repeat(49_000)}`,
    "{{x}} ".repeat(16_000),
    `{{ ${"steps.".repeat(16_000)}}}`,
  ];
  assert.ok(cpuMs(() => texts.forEach((text) => inText(text, new Map([["a", "b"]])))) < 500);
});
