// The queue of changes on their way to the server: when it sends, what it keeps, how two drafts meet.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { moveBy, remove, rename } from "../../static/js/editor/commands.js";
import { inWords } from "../../static/js/editor/conflict.js";
import { linksTo, writeGraph } from "../../static/js/editor/graph.js";
import { createSave } from "../../static/js/editor/save_queue.js";
import { usual } from "./flows.mjs";

// A server that holds one draft, and what the page does with its answers.
function desk({ choice = "mine", editor = usual(), kept = null } = {}) {
  const all = { editor, sent: [], states: [], asked: [], kept, isDown: false, next: null };
  all.server = { revision: 1, graph: writeGraph(editor.graph) };
  all.save = createSave(editor, {
    send: async (draft) => {
      all.sent.push(draft);
      if (all.isDown) throw new Error("offline");
      if (all.next) return all.next(draft);
      if (draft.revision !== all.server.revision) {
        return { status: 409, body: { ...all.server, views: {}, problems: [], by: "Mei Lin", at: "2026-11-22T10:00:00Z" } };
      }
      all.server = { revision: draft.revision + 1, graph: structuredClone(draft.graph) };
      return { status: 200, body: { revision: all.server.revision, views: {}, problems: [], saved_at: "2026-11-22T10:00:00Z" } };
    },
    ask: async (clashes) => {
      all.asked.push(clashes);
      return choice;
    },
    kept: { read: () => all.kept, write: (work) => (all.kept = structuredClone(work)), clear: () => (all.kept = null) },
  });
  editor.on("saved", ({ state }) => all.states.push(state));
  return all;
}

// What Mei does to the server's draft meanwhile.
function elsewhere(all, id, change) {
  const graph = structuredClone(all.server.graph);
  Object.assign(graph.nodes.find((one) => one.id === id), change);
  all.server = { revision: all.server.revision + 1, graph };
}

const move = (all, dx = 8) => all.editor.apply("Move", moveBy(["endaaaaa"], dx, 0));
const nameAt = (graph, id) => graph.nodes.find((one) => one.id === id).name;
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
const pass = async (ms) => {
  mock.timers.tick(ms);
  await settle();
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

test("it saves half a second after the last change, and a second after the first at latest", async () => {
  const all = desk();
  move(all);
  await pass(400);
  move(all);
  await pass(400);
  assert.equal(all.sent.length, 0, "it waits for quiet");
  move(all);
  await pass(200);
  assert.equal(all.sent.length, 1, "a second after the first change it waits no longer");
  assert.equal(all.editor.revision, 2);
  assert.deepEqual(all.states, ["saving", "saved"]);
  assert.equal(all.save.isDirty, false);
  await pass(60000);
  assert.equal(all.sent.length, 1, "nothing more to say");
});

test("one request at a time; what came meanwhile follows it", async () => {
  const all = desk();
  let answer;
  all.next = () => new Promise((resolve) => (answer = resolve));
  move(all);
  await pass(500);
  move(all);
  await pass(5000);
  assert.equal(all.sent.length, 1, "the first is still under way");
  all.next = null;
  all.server.revision = 2;
  answer({ status: 200, body: { revision: 2, views: {}, problems: [] } });
  await settle();
  assert.ok(all.save.isDirty, "the second change is not in what was saved");
  await pass(1000);
  assert.deepEqual(all.sent.map((one) => one.revision), [1, 2]);
  assert.equal(all.save.isDirty, false);
});

test("a gesture that is under way is not saved", async () => {
  const all = desk();
  all.editor.preview(moveBy(["endaaaaa"], 80, 0));
  await pass(3000);
  assert.equal(all.sent.length, 0);
  all.editor.endPreview("Move");
  await pass(500);
  assert.equal(all.sent.length, 1);
});

test("undoing is saved, too", async () => {
  const all = desk();
  move(all);
  await pass(500);
  all.editor.undo();
  await pass(500);
  assert.equal(all.sent.length, 2);
  assert.equal(all.sent[1].graph.nodes.find((one) => one.id === "endaaaaa").x, 200);
});

test("what the panel saved is not sent again", async () => {
  const all = desk();
  const end = { ...all.editor.graph.steps.get("endaaaaa"), name: "Done" };
  all.editor.take({ steps: [end], revision: 2, origin: "panel" });
  await pass(5000);
  assert.equal(all.sent.length, 0);
  assert.equal(all.save.isDirty, false);
});

test("without a connection it keeps the work, tries again and says so", async () => {
  const all = desk();
  all.isDown = true;
  move(all);
  await pass(500);
  assert.equal(all.save.state, "offline");
  assert.equal(all.kept.revision, 1);
  await pass(2000);
  assert.equal(all.sent.length, 2, "two seconds later it tries again");
  move(all);
  all.isDown = false;
  all.save.retry();
  await settle();
  assert.equal(all.save.state, "saved");
  assert.equal(all.kept, null, "what is saved is not kept");
  assert.equal(all.server.graph.nodes.find((one) => one.id === "endaaaaa").x, 216);
});

test("another page takes up what was not sent", async () => {
  const first = desk();
  first.isDown = true;
  move(first);
  await pass(500);
  const second = desk({ kept: first.kept });
  await second.save.restore();
  assert.ok(second.save.isDirty);
  assert.match(second.editor.said.at(-1), /brought back/);
  await pass(500);
  assert.equal(second.server.graph.nodes.find((one) => one.id === "endaaaaa").x, 208);
  assert.equal(second.kept, null);
});

test("work that had arrived after all is not brought back twice", async () => {
  const first = desk();
  move(first);
  first.save.keep();
  const work = first.kept;
  const second = desk({ kept: work });
  second.editor.take({ graph: work.graph, revision: 2 });
  await second.save.restore();
  assert.equal(second.editor.canUndo, false);
  assert.equal(second.kept, null);
});

test("rubbish in the browser's memory is left alone", async () => {
  const all = desk({ kept: { revision: 1, graph: null } });
  await all.save.restore();
  assert.equal(all.save.isDirty, false);
});

test("two people's changes join when they do not touch", async () => {
  const all = desk();
  elsewhere(all, "checkaaa", { name: "Is it new?" });
  move(all);
  await pass(500);
  assert.equal(all.asked.length, 0);
  assert.equal(all.editor.graph.steps.get("checkaaa").name, "Is it new?");
  assert.equal(all.editor.graph.steps.get("endaaaaa").x, 208);
  assert.match(all.editor.said.at(-1), /Mei Lin changed the draft\. Your changes were joined/);
  await pass(1000);
  assert.equal(all.save.isDirty, false);
  assert.equal(all.server.revision, 3);
  assert.equal(nameAt(all.server.graph, "checkaaa"), "Is it new?");
});

for (const [choice, name] of [["mine", "Mine"], ["theirs", "Theirs"]]) {
  test(`where both changed the same one is asked, and ${choice} stays`, async () => {
    const all = desk({ choice });
    elsewhere(all, "endaaaaa", { name: "Theirs" });
    all.editor.apply("Rename", rename("endaaaaa", "Mine"));
    move(all);
    await pass(500);
    assert.deepEqual(all.asked[0].map((one) => [one.mine, one.theirs]), [["Mine", "Theirs"]]);
    await pass(1000);
    assert.equal(nameAt(all.server.graph, "endaaaaa"), name);
    assert.equal(all.server.graph.nodes.find((one) => one.id === "endaaaaa").x, 208, "what did not touch is there");
    assert.equal(all.save.isDirty, false);
  });
}

test("who took theirs gets the own version back by undo, with what did not touch", async () => {
  const all = desk({ choice: "theirs" });
  elsewhere(all, "endaaaaa", { name: "Theirs", note: "Ask Mei" });
  all.editor.apply("Rename", rename("endaaaaa", "Mine"));
  await pass(500);
  assert.equal(all.editor.graph.steps.get("endaaaaa").name, "Theirs");
  assert.match(all.editor.said.at(-1), /Undo brings yours back/);
  assert.equal(all.editor.undoLabel, "Take theirs");
  all.editor.undo();
  assert.equal(all.editor.graph.steps.get("endaaaaa").name, "Mine");
  assert.equal(all.editor.graph.steps.get("endaaaaa").note, "Ask Mei");
  await pass(1000);
  assert.equal(nameAt(all.server.graph, "endaaaaa"), "Mine");
  all.editor.redo();
  await pass(1000);
  assert.equal(nameAt(all.server.graph, "endaaaaa"), "Theirs");
});

test("work that was brought back and given up for theirs comes back by undo, too", async () => {
  const editor = usual();
  const base = writeGraph(editor.graph);
  const mine = structuredClone(base);
  mine.nodes.find((one) => one.id === "endaaaaa").name = "Mine";
  editor.apply("Rename", rename("endaaaaa", "Theirs"));
  const all = desk({ choice: "theirs", editor, kept: { revision: 1, base, graph: mine } });
  await all.save.restore();
  assert.equal(all.editor.graph.steps.get("endaaaaa").name, "Theirs");
  all.editor.undo();
  assert.equal(all.editor.graph.steps.get("endaaaaa").name, "Mine");
});

test("a step that one removed and the other changed comes back with its links", async () => {
  const all = desk({ choice: "theirs" });
  elsewhere(all, "endaaaaa", { name: "Theirs" });
  all.editor.apply("Remove", remove(["endaaaaa"]));
  await pass(500);
  assert.match(all.asked[0][0].text, /You removed it/);
  assert.equal(all.editor.graph.steps.get("endaaaaa").name, "Theirs");
  assert.equal(linksTo(all.editor.graph, "endaaaaa").length, 2);
});

test("another draft is taken over when nothing is unsaved, and ours is not mistaken for one", async () => {
  const all = desk();
  elsewhere(all, "endaaaaa", { name: "Theirs" });
  const theirs = { ...all.server, views: {}, problems: [], by: "Mei Lin", at: "" };
  await all.save.meet(theirs);
  assert.equal(all.editor.graph.steps.get("endaaaaa").name, "Theirs");
  assert.equal(all.editor.revision, 2);
  assert.equal(all.save.isDirty, false);
  move(all);
  await pass(500);
  assert.equal(all.editor.revision, 3);
  await all.save.meet(theirs);
  assert.equal(all.editor.revision, 3, "an answer that took its time says nothing new");
});

test("what is refused is said, kept and sent again with the next change", async () => {
  const all = desk();
  all.next = () => ({ status: 422, body: { sentence: "The links lead in a circle.", step_id: "endaaaaa" } });
  const told = [];
  all.editor.on("saved", (event) => told.push(event));
  move(all);
  await pass(500);
  assert.deepEqual(told.at(-1), { state: "refused", sentence: "The links lead in a circle.", step: "endaaaaa" });
  assert.equal(await all.save.flush(), false);
  assert.equal(all.sent.length, 1, "the same is not sent again");
  await pass(60000);
  assert.equal(all.sent.length, 1);
  all.next = null;
  move(all);
  await pass(500);
  assert.equal(all.sent.length, 2);
  assert.equal(all.save.state, "saved");
});

test("flushing waits for what is under way and sends the rest at once", async () => {
  const all = desk();
  move(all);
  await pass(500);
  move(all);
  assert.equal(await all.save.flush(), true);
  assert.equal(all.sent.length, 2);
  assert.equal(await all.save.flush(), true, "nothing to send");
  all.isDown = true;
  move(all);
  assert.equal(await all.save.flush(), false);
});

test("a thousand changes by chance end up on the server", async () => {
  const all = desk();
  for (let turn = 0; turn < 1000; turn += 1) {
    all.editor.apply("Move", moveBy([turn % 2 ? "endaaaaa" : "checkaaa"], 8, 8));
    if (turn % 7 === 0) elsewhere(all, "oneaaaaa", { note: `${turn}` });
    all.isDown = turn % 5 === 0;
    await pass(turn % 300);
  }
  all.isDown = false;
  for (let turn = 0; turn < 5; turn += 1) await pass(30000);
  assert.equal(all.save.isDirty, false);
  assert.deepEqual(all.server.graph.nodes.map(({ x, y, note }) => [x, y, note]).toSorted(),
    [...all.editor.graph.steps.values()].map(({ x, y, note }) => [x, y, note]).toSorted());
  assert.equal(all.editor.graph.steps.get("oneaaaaa").note, "994");
});

test("values are told as people read them", () => {
  assert.equal(inWords(undefined), "nothing");
  assert.equal(inWords(true), "yes");
  assert.equal(inWords({ a: [1, 2] }), '{ "a": [ 1, 2 ] }');
  assert.equal(inWords("x".repeat(400)).length, 301);
});
