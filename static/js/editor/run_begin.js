// Starting a run from the canvas: what it asks for is a dialog, then the run begins without leaving.

import { wordsFor } from "../behaviours/requests.js";

const NOT_SAVED = "The draft is not saved yet, so it cannot run. See what the bar above says.";
const UNREACHED = "We could not reach the server. Try again.";
const NO_BELL = "The run is accepted. The queue does not answer; it begins as soon as the queue does.";

// Gives begin(mode); `show(id)` lays the run over the canvas.
export function createBegin(editor, page, show) {
  let isBusy = false;
  let dialog = null;

  // One thing at a time.
  async function once(act) {
    if (isBusy) return;
    isBusy = true;
    try {
      await act();
    } finally {
      isBusy = false;
    }
  }

  async function begin(mode) {
    if ((await page.panel.flush()) === false || (await page.save.flush()) === false) return editor.say(NOT_SAVED, "bad");
    const asked = await sent(`${editor.at.runs}/new?mode=${mode}`);
    const form = asked.page?.querySelector("form[data-run-start]");
    if (form && "asksNothing" in form.dataset) return send(new FormData(form), mode);
    return asked.page ? open(asked.page) : refuse(asked);
  }

  async function send(data, mode) {
    data.set("mode", mode);
    if (editor.editable) data.set("revision", editor.revision);
    const answer = await sent(editor.at.runs, data);
    if (answer.page) return open(answer.page);
    if (answer.status !== 201) return refuse(answer);
    dialog?.close();
    if (answer.body.is_waiting) editor.say(NO_BELL, "info");
    return show(answer.body.id);
  }

  // Show the dialog, or what it says now.
  function open(answer) {
    const fresh = document.adoptNode(answer.querySelector("#run-start"));
    const before = dialog;
    dialog = fresh;
    before?.remove();
    document.body.append(fresh);
    window.htmx?.process(fresh);
    fresh.addEventListener("close", () => fresh.remove());
    fresh.addEventListener("click", (event) => mend(event, fresh));
    fresh.querySelector("form[data-run-start]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const { mode } = event.submitter?.dataset ?? {};
      once(() => send(new FormData(event.target), mode ?? event.target.dataset.mode));
    });
    fresh.showModal();
    fresh.querySelector("[data-focus-on-load], form :is(input:not([type=hidden]), textarea, select)")?.focus();
  }

  // What keeps the flow from running is mended beside the canvas.
  function mend(event, shown) {
    const href = event.target.closest("a[href]")?.href;
    const step = href && new URL(href).searchParams.get("step");
    if (!editor.graph.steps.has(step)) return;
    event.preventDefault();
    shown.close();
    editor.select([step]);
    editor.open(step, "settings");
  }

  function refuse({ status, body }) {
    dialog?.close();
    editor.say(body?.sentence ?? (status ? wordsFor(status) : UNREACHED), "bad");
  }

  return (mode) => once(() => begin(mode));
}

// {status, page, body}: what came as HTML or as JSON; status 0 when the server cannot be reached.
async function sent(address, data = null) {
  const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "", "HX-Request": "true" };
  let answer, text;
  try {
    answer = await fetch(address, { method: data ? "POST" : "GET", body: data, redirect: "manual", headers });
    text = await answer.text();
  } catch {
    return { status: 0, page: null, body: null };
  }
  const type = answer.headers.get("Content-Type") ?? "";
  const page = type.includes("html") ? new DOMParser().parseFromString(text, "text/html") : null;
  return {
    status: answer.status, page: page?.querySelector("#run-start") ? page : null,
    body: type.includes("json") ? JSON.parse(text) : null,
  };
}
