// A run laid over the canvas: followed each second while it goes on, looked back at item by item.

import { createBar } from "./run_bar.js";
import { createBegin } from "./run_begin.js";
import { createItems } from "./run_items.js";
import { createPast } from "./run_past.js";
import { createTicks } from "./run_ticks.js";

const EVERY_MS = 1000;
const PATIENT_MS = 4000; // after an answer that did not come

export function start(editor, page) {
  let shown = null; // {id, item, mark, body}
  let timer = 0;
  const bar = createBar({ stop, close });
  const items = createItems(editor, page, (item) => look(item));
  const begin = createBegin(editor, page, show);
  const past = createPast(editor, show);
  const ticks = createTicks(editor, page, bar.tell);

  document.addEventListener("visibilitychange", () => !document.hidden && ask());

  // Lay this run over the canvas and follow it.
  async function show(id) {
    shown = { id, item: null, mark: "", body: null };
    remember(id);
    await ask();
  }

  // Look at another item of a loop, `<loop>:<path>`.
  async function look(item) {
    if (!shown) return;
    Object.assign(shown, { item, mark: "" });
    await ask();
  }

  async function ask() {
    clearTimeout(timer);
    const mine = shown;
    if (!mine || document.hidden || (mine.body?.is_over && mine.mark)) return;
    const address = new URL(`${editor.at.runs}/${encodeURIComponent(mine.id)}`, location.href);
    if (mine.mark) address.searchParams.set("seen", mine.mark);
    if (mine.item) address.searchParams.set("item", mine.item);
    const { item } = mine;
    const { status, body } = await got(address);
    if (mine !== shown || item !== mine.item) return;
    if (status === 404) return gone();
    if (status === 200) take(mine, body);
    if (mine.body?.is_over) return;
    clearTimeout(timer);
    timer = setTimeout(ask, status === 200 || status === 204 ? EVERY_MS : PATIENT_MS);
  }

  function take(mine, body) {
    const before = mine.body;
    mine.body = body;
    mine.mark = body.mark;
    bar.draw(body);
    editor.showRun({
      id: body.id, status: body.status, mode: body.mode, title: body.title,
      steps: new Map(Object.entries(body.steps)), links: new Set(body.taken), live: new Set(body.live),
    });
    ticks.begin(!body.is_over);
    items.draw(body.items);
    // the bar may be too narrow for why it failed
    if (body.is_over && !before?.is_over) past.list(); // the strip tells of the last one
    if (before && !before.is_over && body.status === "failed") editor.say(`${body.words}. ${body.title}`);
  }

  async function stop(address) {
    const mine = shown;
    try {
      await fetch(address, { method: "POST", headers: { "X-CSRFToken": token() }, redirect: "manual" });
    } catch {
      return editor.say("We could not reach the server. Try again.", "bad");
    }
    if (mine !== shown) return undefined;
    mine.mark = "";
    return ask();
  }

  function gone() {
    editor.say("This run is not kept here any more.", "info");
    close();
  }

  // Take the run off the canvas; it goes on by itself.
  function close() {
    clearTimeout(timer);
    shown = null;
    remember(null);
    ticks.end();
    bar.hide();
    items.draw({});
    editor.showRun(null);
    page.canvas.focus({ preventScroll: true });
  }

  return { show, begin, close, list: past.list };
}

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

// {status, body}; status 0 when the server cannot be reached.
async function got(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "manual" });
    return { status: answer.status, body: answer.status === 200 ? await answer.json() : null };
  } catch {
    return { status: 0, body: null };
  }
}

// The address of the page names the run, so that a reload shows it too.
function remember(id) {
  const here = new URL(location.href);
  if (id) here.searchParams.set("run", id);
  else here.searchParams.delete("run");
  history.replaceState(history.state, "", here);
}
