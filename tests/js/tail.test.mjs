// The tail of a thread: what an answer brings is put where the page has these turns.

import assert from "node:assert/strict";
import { test } from "node:test";

import { start } from "../../static/js/chat/tail.js";
import { Place, openPage } from "./elements.mjs";

const POLL = "/w/harbour/chats/1/live?seen=4.0.0&at=9&listed=0&settled=a-b-2&next=%2Fw%2Fharbour";

// A page with these turns in front of its tail and these in it; the poll stands in the tail.
function open(settled, changing) {
  const poll = new Place("chat-poll");
  poll.setAttribute("hx-get", POLL);
  const turns = (names) => names.map((name) => new Place(name));
  const tail = new Place("tail", ...turns(changing), poll);
  const thread = new Place("thread", ...turns(settled), tail);
  const page = openPage(new Place("body", thread, new Place("t-of-another-room")));
  start();
  const names = () => thread.children.map((one) => (one === tail ? tail.children.map((two) => two.id) : one.id));
  return { page, tail, thread, poll, names };
}

// An answer comes with the turns behind this one; gives the tasks as they are carried out.
function answer(page, target, after, dataset = {}) {
  const brought = new Place("tail");
  Object.assign(brought.dataset, dataset, after ? { after } : {});
  const tasks = [{ target, fragment: new Place("", brought) }];
  page.dispatchEvent(new CustomEvent("htmx:before:swap", { detail: { tasks } }));
  return tasks;
}

test("a tail that begins where the page's does is put there", () => {
  const { page, tail, names } = open(["t-1"], ["t-2"]);
  const [task] = answer(page, tail, "t-1");
  assert.equal(task.target, tail);
  assert.deepEqual(names(), ["t-1", ["t-2", "chat-poll"]]);
});

test("turns that are settled by now come out of the tail, in their order", () => {
  const { page, tail, names } = open(["t-1"], ["t-2", "t-3", "t-4"]);
  const [task] = answer(page, tail, "t-3");
  assert.equal(task.target, tail);
  assert.deepEqual(names(), ["t-1", "t-2", "t-3", ["t-4", "chat-poll"]]);
});

test("all turns may be settled", () => {
  const { page, tail, names } = open([], ["t-1", "t-2"]);
  answer(page, tail, "t-2");
  assert.deepEqual(names(), ["t-1", "t-2", ["chat-poll"]]);
});

test("a settled turn that changes after all goes back in, with all behind it", () => {
  const { page, tail, names } = open(["t-1", "t-2", "t-3"], ["t-4"]);
  const [task] = answer(page, tail, "t-1");
  assert.equal(task.target, tail);
  assert.deepEqual(names(), ["t-1", ["t-2", "t-3", "t-4", "chat-poll"]]);
});

test("what the last turn alone offers goes when somebody asks something behind it", () => {
  const { page, tail, thread } = open(["t-1"], ["t-2", "t-3"]);
  const offers = (name) => {
    const form = new Place(`form-${name}`);
    form.dataset.whileLast = "";
    thread.querySelector(`#${name}`).insertBefore(form, null);
  };
  ["t-1", "t-2", "t-3"].forEach(offers);
  const there = () => thread.querySelectorAll("[data-while-last]").map((one) => one.id);
  answer(page, tail, "t-2");
  assert.deepEqual(there(), ["form-t-1", "form-t-2", "form-t-3"]); // a line of the system, say
  answer(page, tail, "t-2", { asked: "" });
  assert.deepEqual(there(), ["form-t-3"]); // the tail itself comes anew
});

for (const [what, from] of [
  ["a turn that the page lacks", "t-9"],
  ["a turn outside the thread", "t-of-another-room"],
  ["no turn at all", undefined],
]) {
  test(`an answer that goes on from ${what} is left out, and all is asked for`, () => {
    const { page, tail, poll, names } = open(["t-1"], ["t-2"]);
    const [task] = answer(page, tail, from);
    assert.equal(task.target, null);
    assert.deepEqual(names(), ["t-1", ["t-2", "chat-poll"]]);
    const asked = new URL(poll.getAttribute("hx-get"), "https://lamplight.example");
    assert.equal(asked.pathname, "/w/harbour/chats/1/live");
    assert.equal(asked.searchParams.has("settled"), false);
    assert.equal(asked.searchParams.get("seen"), "");
    assert.equal(asked.searchParams.get("next"), "/w/harbour");
  });
}

test("what is put elsewhere is nobody's tail", () => {
  const { page, thread, poll } = open(["t-1"], ["t-2"]);
  const [task] = answer(page, thread, "t-9");
  assert.equal(task.target, thread);
  assert.equal(poll.getAttribute("hx-get"), POLL);
  page.dispatchEvent(new CustomEvent("htmx:before:swap", { detail: {} }));
});

test("who writes in a turn that moves goes on writing there", () => {
  const { page, tail, thread } = open(["t-1"], ["t-2", "t-3"]);
  const writing = { focus: (options) => Object.assign(page, { activeElement: writing, options }) };
  page.activeElement = writing;
  // As a browser without moveBefore does: what is moved loses the focus.
  const put = thread.insertBefore;
  thread.insertBefore = function (...given) {
    page.activeElement = null;
    put.apply(this, given);
  };
  answer(page, tail, "t-2");
  assert.equal(page.activeElement, writing);
  assert.deepEqual(page.options, { preventScroll: true });
});

test("a browser that can move elements does not take them out", () => {
  const { page, tail, thread, names } = open(["t-1"], ["t-2", "t-3"]);
  const moved = [];
  thread.moveBefore = (child, before) => {
    moved.push(child.id);
    Place.prototype.insertBefore.call(thread, child, before);
  };
  thread.insertBefore = () => assert.fail("taken out and put in again");
  answer(page, tail, "t-2");
  assert.deepEqual(moved, ["t-2"]);
  assert.deepEqual(names(), ["t-1", "t-2", ["t-3", "chat-poll"]]);
});
