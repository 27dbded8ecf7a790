// The editor's commands: what each makes of a flow, and what it refuses in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  addFrame,
  addNote,
  addStep,
  connect,
  cut,
  disable,
  moveBy,
  moveTo,
  putInto,
  putOnLink,
  reconnect,
  remove,
  rename,
  restore,
  setDrawing,
  whyNot,
} from "../../static/js/editor/commands.js";
import { GRID, rectOf } from "../../static/js/editor/geometry.js";
import { writeGraph } from "../../static/js/editor/graph.js";
import { editorOf, link, named, step, usual, ways } from "./flows.mjs";

const refused = (editor, command, words) => {
  const before = editor.graph;
  assert.equal(editor.apply("Try", command), false);
  assert.equal(editor.graph, before, "nothing changes");
  assert.match(editor.said.at(-1), words);
};

test("a step on a way out comes below, and what followed follows it", () => {
  const editor = usual();
  const add = addStep({ type: "http_request", after: "checkaaa", port: "no" });
  assert.ok(editor.apply("Add", add));
  assert.deepEqual(ways(editor.graph), [
    "Check -no> HTTP request",
    "Check -yes> Each",
    "Each -out> End",
    "HTTP request -out> End",
    "One -out> Two",
    "Start -out> Check",
  ]);
  const [id] = add.made;
  const own = rectOf(editor.graph, editor.views, id);
  assert.ok(own.y >= rectOf(editor.graph, editor.views, "checkaaa").y + 66);
  assert.equal(own.x % GRID, 0);
  assert.deepEqual(editor.graph.steps.get(id).fields, { url: "" });
  assert.deepEqual(
    editor.views.get(id).ways.map((way) => way.port),
    ["out"],
  );
});

test("names and keys of new steps are their own", () => {
  const editor = usual();
  for (let n = 0; n < 3; n += 1)
    editor.apply("Add", addStep({ type: "http_request", at: { x: 900, y: n * 100 } }));
  const added = [...editor.graph.steps.values()].slice(-3);
  assert.deepEqual(
    added.map((one) => one.name),
    ["HTTP request", "HTTP request 2", "HTTP request 3"],
  );
  assert.deepEqual(
    added.map((one) => one.key),
    ["http_request", "http_request_2", "http_request_3"],
  );
});

test("a step on a link makes room for itself", () => {
  const editor = usual();
  const add = addStep({ type: "set_values", link: "l1aaaaaa" });
  editor.apply("Add", add);
  assert.ok(ways(editor.graph).includes("Start -out> Set values"));
  assert.ok(ways(editor.graph).includes("Set values -out> Check"));
  const [own, next] = [add.made[0], "checkaaa"].map((id) => rectOf(editor.graph, editor.views, id));
  assert.ok(next.y >= own.y + own.h + 24, "the next step moved down");
  assert.ok(
    rectOf(editor.graph, editor.views, "oneaaaaa").y > 288,
    "and what is inside what follows",
  );
});

test("a step that nothing can follow is not put before one", () => {
  refused(
    usual(),
    addStep({ type: "stop", link: "l1aaaaaa" }),
    /Nothing can come after “Stop with an error”/,
  );
  refused(
    usual(),
    addStep({ type: "set_values", after: "oneaaaaa", port: "gone", link: "nonono12" }),
    /no longer/,
  );
});

test("a step inside a loop follows the last one there; the frame grows around it", () => {
  const editor = usual();
  const before = rectOf(editor.graph, editor.views, "loopaaaa");
  const add = addStep({ type: "set_values", loop: "loopaaaa" });
  editor.apply("Add", add);
  assert.ok(ways(editor.graph).includes("Two -out> Set values"));
  assert.equal(editor.graph.steps.get(add.made[0]).parent, "loopaaaa");
  const after = rectOf(editor.graph, editor.views, "loopaaaa");
  assert.ok(after.h > before.h);
  assert.ok(rectOf(editor.graph, editor.views, "endaaaaa").y >= after.y + after.h + 24);
});

test("starts stand at the beginning and in no loop", () => {
  const editor = usual();
  refused(editor, addStep({ type: "start_form", after: "checkaaa", port: "yes" }), /begins a flow/);
  refused(editor, addStep({ type: "start_form", loop: "loopaaaa" }), /cannot be inside a loop/);
  const alone = editorOf([step("aaaaaaaa", { name: "Alone" })]);
  alone.apply("Add", addStep({ type: "start_form" }));
  assert.deepEqual(ways(alone.graph), ["Form -out> Alone"]);
  assert.ok(named(alone.graph, "Form").y < 0);
});

test("loops go three deep and no deeper", () => {
  const editor = usual();
  const inner = addStep({ type: "for_each", loop: "loopaaaa" });
  editor.apply("Add", inner);
  const third = addStep({ type: "for_each", loop: inner.made[0] });
  editor.apply("Add", third);
  refused(editor, addStep({ type: "for_each", loop: third.made[0] }), /3 deep/);
  refused(editor, putInto(["loopaaaa"], third.made[0]), /cannot be inside itself/);
});

test("links that make no sense are refused in words", () => {
  const editor = usual();
  refused(editor, connect("endaaaaa", "out", "endaaaaa"), /itself/);
  refused(editor, connect("endaaaaa", "out", "checkaaa"), /never goes back/);
  refused(editor, connect("oneaaaaa", "out", "endaaaaa"), /not in the same loop/);
  refused(editor, connect("endaaaaa", "out", "startaaa"), /begins the flow/);
  refused(editor, connect("checkaaa", "maybe", "endaaaaa"), /way out/);
  refused(editor, connect("checkaaa", "no", "endaaaaa"), /already/);
  refused(editor, connect("checkaaa", "no", "gonegone"), /no longer/);
  assert.equal(whyNot(editor.graph, editor.views, "startaaa", "out", "endaaaaa"), "");
});

test("a second link from one way out makes both run", () => {
  const editor = usual();
  assert.ok(editor.apply("Connect", connect("startaaa", "out", "endaaaaa")));
  assert.equal(ways(editor.graph).filter((one) => one.startsWith("Start -out>")).length, 2);
});

test("a link is led elsewhere at either end, and cut", () => {
  const editor = usual();
  editor.apply("Reconnect", reconnect("l5aaaaaa", { target: "loopaaaa" }));
  assert.ok(ways(editor.graph).includes("Check -no> Each"));
  editor.apply("Reconnect", reconnect("l5aaaaaa", { source: "startaaa", port: "out" }));
  assert.ok(ways(editor.graph).includes("Start -out> Each"));
  refused(editor, reconnect("l4aaaaaa", { target: "checkaaa" }), /never goes back/);
  assert.equal(editor.apply("Reconnect", reconnect("l4aaaaaa", { target: "endaaaaa" })), false);
  assert.ok(editor.apply("Cut", cut(["l5aaaaaa"])));
  assert.equal(editor.graph.links.has("l5aaaaaa"), false);
});

test("a step that goes heals the line", () => {
  const editor = usual();
  editor.apply("Remove", remove(["checkaaa"]));
  assert.deepEqual(ways(editor.graph), ["Each -out> End", "One -out> Two", "Start -out> Each"]);
});

test("many steps go at once, each way out leading on once", () => {
  const editor = usual();
  editor.apply("Remove", remove(["checkaaa", "loopaaaa"]));
  assert.deepEqual(ways(editor.graph), ["Start -out> End"]);
  assert.deepEqual([...editor.graph.steps.keys()], ["startaaa", "endaaaaa"]);
});

test("a loop goes and leaves the steps inside in its place", () => {
  const editor = usual();
  editor.apply("Remove", remove(["loopaaaa"], { keepBody: true }));
  assert.deepEqual(ways(editor.graph), [
    "Check -no> End",
    "Check -yes> One",
    "One -out> Two",
    "Start -out> Check",
    "Two -out> End",
  ]);
  assert.equal(editor.graph.steps.get("oneaaaaa").parent, null);
});

test("whole loops move, and the loop's own place is its frame's", () => {
  const editor = usual();
  editor.apply("Move", moveBy(["loopaaaa"], 21, 10, { snap: true }));
  const [loop, one] = ["loopaaaa", "oneaaaaa"].map((id) => editor.graph.steps.get(id));
  assert.deepEqual([one.x, one.y], [48, 296]);
  assert.deepEqual([loop.x, loop.y], [24, 252]);
  editor.apply("Move", moveBy(["twoaaaaa"], -96, 0));
  assert.equal(editor.graph.steps.get("loopaaaa").x, -72, "the frame follows what is inside");
});

test("a step goes into a loop and comes out of it, linked again on both sides", () => {
  const editor = usual();
  editor.apply("Add", addStep({ type: "set_values", link: "l4aaaaaa" }));
  const { id } = named(editor.graph, "Set values");
  editor.apply("Put", putInto([id], "loopaaaa"));
  assert.ok(ways(editor.graph).includes("Two -out> Set values"));
  assert.ok(ways(editor.graph).includes("Each -out> End"));
  editor.apply("Take", putInto([id], null));
  assert.equal(editor.graph.steps.get(id).parent, null);
  assert.ok(ways(editor.graph).includes("Each -out> Set values"));
  assert.ok(ways(editor.graph).includes("Set values -out> End"));
  refused(editor, putInto(["startaaa"], "loopaaaa"), /begins the flow/);
  refused(editor, putInto(["endaaaaa"], "checkaaa"), /is no loop/);
});

test("a pair of steps stays joined on its way into a loop", () => {
  const editor = editorOf(
    [
      step("aaaaaaaa", { name: "A" }),
      step("bbbbbbbb", { name: "B", y: 100 }),
      step("cccccccc", { name: "C", y: 200 }),
      step("dddddddd", { name: "D", y: 300 }),
      step("loopaaaa", { name: "L", type: "for_each", x: 400 }),
    ],
    [
      link("l1aaaaaa", "aaaaaaaa", "bbbbbbbb"),
      link("l2aaaaaa", "bbbbbbbb", "cccccccc"),
      link("l3aaaaaa", "cccccccc", "dddddddd"),
    ],
  );
  editor.apply("Put", putInto(["bbbbbbbb", "cccccccc"], "loopaaaa"));
  assert.deepEqual(ways(editor.graph), ["A -out> D", "B -out> C"]);
});

test("a lone step is put on a link", () => {
  const editor = usual();
  const add = addStep({ type: "set_values", at: { x: 600, y: 600 } });
  editor.apply("Add", add);
  editor.apply("Put", putOnLink(add.made, "l5aaaaaa"));
  assert.ok(ways(editor.graph).includes("Check -no> Set values"));
  assert.ok(ways(editor.graph).includes("Set values -out> End"));
  refused(editor, putOnLink(["oneaaaaa"], "l1aaaaaa"), /linked already/);
});

test("linked steps with one way in and one way out are put on a link, in one undo", () => {
  const editor = usual();
  const [one, two] = [1, 2].map((number) => {
    const add = addStep({ type: "set_values", at: { x: 600, y: 600 + 100 * number }, name: `New ${number}` });
    editor.apply("Add", add);
    return add.made[0];
  });
  refused(editor, putOnLink([one, two], "l5aaaaaa"), /one way in and one way out/);
  editor.apply("Link", connect(one, "out", two));
  const before = editor.graph;
  editor.apply("Put", putOnLink([two, one], "l5aaaaaa"));
  const now = ways(editor.graph);
  for (const way of ["Check -no> New 1", "New 1 -out> New 2", "New 2 -out> End"]) assert.ok(now.includes(way), way);
  assert.ok(!now.includes("Check -no> End"));
  editor.undo();
  assert.equal(editor.graph, before);
  refused(editor, putOnLink([one], "l5aaaaaa"), /linked already/);
});

test("a new name changes the key and every reference, and nothing else", () => {
  const editor = usual();
  editor.apply("Rename", rename("loopaaaa", "  Every   order "));
  assert.equal(editor.graph.steps.get("loopaaaa").key, "every_order");
  assert.deepEqual(editor.graph.steps.get("endaaaaa").fields.c, [
    "{{ steps.every_order.items }}",
    "steps.each",
  ]);
  refused(editor, rename("loopaaaa", " "), /needs a name/);
  refused(editor, rename("loopaaaa", "x".repeat(121)), /120/);
});

test("names are text, whatever is in them", () => {
  const editor = usual();
  for (const name of [
    "__proto__",
    "<img onerror=alert(1)>",
    "‮evil",
    "a \"b\" 'c'",
    "constructor",
    "日本",
  ]) {
    assert.ok(editor.apply("Rename", rename("oneaaaaa", name)));
    assert.equal(editor.graph.steps.get("oneaaaaa").name, name);
    assert.match(editor.graph.steps.get("oneaaaaa").key, /^[a-z][a-z0-9_]{0,59}$/);
  }
});

test("notes and frames are made, changed and removed; a frame takes along what it holds", () => {
  const editor = usual();
  const note = addNote({
    x: 10,
    y: 801,
    text: "Mind the gap",
    at: new Date("2026-11-03T10:00:00Z"),
  });
  editor.apply("Note", note);
  assert.deepEqual(editor.graph.notes.get(note.made[0]), {
    id: note.made[0],
    x: 8,
    y: 800,
    w: 216,
    h: 96,
    text: "Mind the gap",
    colour: "plain",
    by: "Ben Okafor",
    at: "2026-11-03",
  });
  const frame = addFrame({ ids: ["endaaaaa"], title: "Last" });
  editor.apply("Frame", frame);
  editor.apply("Move", moveBy(frame.made, 80, 0));
  assert.equal(editor.graph.steps.get("endaaaaa").x, 280);
  assert.equal(editor.graph.steps.get("startaaa").x, 200);
  editor.apply("Change", setDrawing(frame.made[0], { title: "The end", colour: "green", w: 1 }));
  assert.equal(editor.graph.frames.get(frame.made[0]).w, 96);
  refused(editor, setDrawing(note.made[0], { text: "x".repeat(4001) }), /4,000/);
  refused(editor, addFrame({ ids: [] }), /Select/);
  editor.apply("Remove", remove([...note.made, ...frame.made]));
  assert.equal(editor.graph.notes.size + editor.graph.frames.size, 0);
});

test("steps are switched off and on; a tidied flow and an earlier version are taken over", () => {
  const editor = usual();
  const first = writeGraph(editor.graph);
  assert.ok(editor.apply("Disable", disable(["oneaaaaa", "twoaaaaa"])));
  assert.equal(editor.apply("Disable", disable(["oneaaaaa"])), false, "it was off already");
  editor.apply(
    "Tidy",
    moveTo(
      new Map([
        ["endaaaaa", { x: 8, y: 16 }],
        ["gonegone", { x: 0, y: 0 }],
      ]),
    ),
  );
  assert.deepEqual(editor.graph.steps.get("endaaaaa").y, 16);
  editor.apply("Restore", restore(first));
  assert.deepEqual(writeGraph(editor.graph), first);
});
