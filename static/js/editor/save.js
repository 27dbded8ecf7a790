// Saving on the page: what goes over the wire, what the bar says, what stays in this browser, and
// that nobody leaves while something is not saved.

import { wordsFor } from "../behaviours/requests.js";
import { setIcon } from "./card.js";
import { createSave } from "./save_queue.js";

const LOOKS = {
  saving: { icon: "loader", words: "Saving…", short: "Saving…" },
  saved: { icon: "check", words: "Saved", short: "Saved" },
  offline: { icon: "circle-alert", words: "Not saved: no connection", short: "Not saved" },
  refused: { icon: "circle-alert", words: "Not saved", short: "Not saved" },
  conflict: { icon: "git-compare", words: "Changed by two people", short: "Not saved" },
};
const SIGNED_OUT = "You are signed out. Reload the page to sign in: your changes are kept in this browser.";

export function start(editor, page) {
  const kept = keptWork(editor);
  const save = createSave(editor, { send: (draft) => ask(editor.at.draft, "PUT", draft), kept, ask: page.conflict.ask });
  showState(editor);
  window.addEventListener("online", () => save.retry());
  window.addEventListener("pagehide", () => save.keep());
  window.addEventListener("beforeunload", (event) => {
    save.keep();
    if (save.isDirty) event.preventDefault();
  });
  document.addEventListener("click", (event) => leave(event, save));
  queueMicrotask(() => save.restore());
  return save;
}

// Send JSON; gives {status, body, sentence}, throws when the server cannot be reached.
export async function ask(address, method, value) {
  if (!navigator.onLine) throw new Error("offline");
  const answer = await fetch(address, {
    method,
    body: JSON.stringify(value),
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "",
    },
    redirect: "manual",
  });
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  const body = isJson ? await answer.json() : null;
  const isOut = answer.type === "opaqueredirect" || (answer.status === 400 && !isJson);
  return { status: isOut ? 401 : answer.status, body, sentence: isOut ? SIGNED_OUT : wordsFor(answer.status) };
}

// Unsent work of this person on this draft, in this browser. It may be full or forbidden.
function keptWork(editor) {
  const key = `lamplight.draft.${editor.me?.id}.${editor.at.draft}`;
  const tried = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  return {
    read: () => tried(() => JSON.parse(localStorage.getItem(key))),
    write: (work) => tried(() => localStorage.setItem(key, JSON.stringify(work))),
    clear: () => tried(() => localStorage.removeItem(key)),
  };
}

function showState(editor) {
  const place = document.getElementById("saved");
  place.setAttribute("aria-live", "off"); // once a second is too often; bad news is said
  editor.on("saved", ({ state, sentence, step }) => {
    const look = LOOKS[state];
    const isTold = place.dataset.state === state;
    place.dataset.state = state;
    place.title = sentence ?? "";
    place.querySelector("[data-words]").textContent = sentence ? `${look.words}: ${sentence}` : look.words;
    place.querySelector("[data-short]").textContent = look.short;
    setIcon(place.querySelector(".i"), look.icon);
    if (state === "refused") {
      editor.say(`Not saved. ${sentence}`, "bad");
      if (step && editor.has(step)) editor.select([step]);
    } else if (state === "offline" && !isTold) {
      editor.say("No connection. Your changes are kept here and saved later.", "info");
    }
  });
}

// Links wait until everything is saved, and lead to the other view with the step that is open and
// the run that is laid over the flow.
async function leave(event, save) {
  const link = event.target.closest?.("a[href]");
  const isPlain = !event.defaultPrevented && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
  if (!link || !isPlain || link.target || link.origin !== location.origin) return;
  const to = new URL(link.href);
  const here = new URLSearchParams(location.search);
  if ("keepsStep" in link.dataset) {
    to.searchParams.delete("run"); // the page may have been loaded with another one
    for (const name of ["step", "run"]) if (here.has(name)) to.searchParams.set(name, here.get(name));
  }
  if (!save.isDirty && to.href === link.href) return;
  event.preventDefault();
  await save.flush();
  location.assign(to.href);
}
