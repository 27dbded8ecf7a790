// An answer that grows: what its stream tells is shown, and the page asks only where nothing is heard.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { start } from "../../static/js/chat/growing.js";
import { Place, openPage } from "./elements.mjs";

const WORDS = "/w/harbour/chats/1/runs/7/words";
const POLL = "/w/harbour/chats/1/live?seen=4.1.0&at=9&settled=a-b-2-c";

class Source extends EventTarget {
  static CLOSED = 2;
  static made = [];

  constructor(address) {
    super();
    Object.assign(this, { address, readyState: 1 });
    Source.made.push(this);
  }

  close() {
    this.readyState = Source.CLOSED;
  }

  tell(kind, text) {
    const data = text === undefined ? "" : JSON.stringify(text);
    this.dispatchEvent(Object.assign(new Event(kind), { data }));
  }
}

let now = 0;
mock.method(performance, "now", () => now);

// A page on which an answer grows; `asked` counts what the page is told to ask at once.
function open({ after = "0", text = "" } = {}) {
  const place = Object.assign(new Place("grows-7"), { textContent: text });
  Object.assign(place.dataset, { grows: WORDS, after });
  const poll = new Place("chat-poll");
  poll.setAttribute("hx-get", POLL);
  const found = { swapped: [], asked: 0, place, poll, tail: new Place("tail", place, poll) };
  poll.dispatchEvent = () => (found.asked += 1);
  const body = new Place("body", found.tail);
  found.page = openPage(body);
  found.page.querySelectorAll = (selector) => body.querySelectorAll(selector);
  Object.assign(globalThis.window, { addEventListener() {}, htmx: { swap: (how) => found.swapped.push(how) } });
  globalThis.EventSource = Source;
  start();
  found.source = Source.made.at(-1);
  found.swap = () => found.page.dispatchEvent(new Event("htmx:after:swap"));
  found.rests = (sourceElement = poll) => {
    const event = new CustomEvent("htmx:before:request", { cancelable: true, detail: { ctx: { sourceElement } } });
    return !found.page.dispatchEvent(event);
  };
  // The answer is a message: its place goes, as when news are swapped in.
  found.leave = () => {
    place.remove();
    found.swap();
  };
  return found;
}

test("words are added where they grow, and taken back", () => {
  const { source, place, leave } = open({ after: "5-0", text: "Hello " });
  assert.ok(source.address.startsWith(`${WORDS}?after=5-0&seen=4.1.0&`));
  source.tell("words", "dear ");
  source.tell("words", "Olga");
  assert.equal(place.textContent, "Hello dear Olga");
  source.tell("back");
  assert.equal(place.textContent, "");
  leave();
});

test("a page does not ask while it hears its stream, and does again when that is silent", () => {
  const { source, rests, leave } = open();
  assert.equal(rests(), false, "nothing is heard yet");
  source.tell("here");
  assert.equal(rests(), true);
  assert.equal(rests(new Place("another-poll")), false);
  now += 4_900;
  assert.equal(rests(), true);
  now += 200;
  assert.equal(rests(), false, "it is silent: a proxy keeps the words, or the line broke");
  source.tell("words", "On");
  assert.equal(rests(), true);
  leave();
});

test("what is new is swapped in as an answer to a question would be", () => {
  const { source, swapped, poll, tail, leave } = open();
  source.tell("news", "<p>half</p>");
  assert.deepEqual(swapped, [{ text: "<p>half</p>", sourceElement: poll, target: tail, swap: "outerMorph" }]);
  assert.equal(source.readyState, 1);
  leave();
});

test("the last event brings what came of it, and the page asks as ever from then on", () => {
  const found = open();
  found.source.tell("words", "All");
  found.source.tell("done", "<p>All is well</p>");
  assert.equal(found.swapped[0].text, "<p>All is well</p>");
  assert.equal(found.asked, 0);
  assert.equal(found.source.readyState, Source.CLOSED);
  assert.equal(found.rests(), false);
  found.leave();
});

for (const kind of ["done", "over"]) {
  test(`a stream that ends with “${kind}” and tells nothing lets the page ask at once`, () => {
    const found = open();
    found.source.tell("here");
    found.source.tell(kind);
    assert.equal(found.asked, 1);
    assert.equal(found.rests(), false);
    assert.deepEqual(found.swapped, []);
    found.leave();
  });
}

test("an answer whose place is gone is not listened to any more", () => {
  const { source, rests, leave } = open();
  source.tell("here");
  leave();
  assert.equal(source.readyState, Source.CLOSED);
  assert.equal(rests(), false);
});
