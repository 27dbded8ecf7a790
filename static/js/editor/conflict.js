// Two people changed the same thing: both versions beside each other, and which one stays is asked.

const SHOWN_CHARS = 300;

export function start() {
  return { ask: (clashes, theirs) => answered(document.getElementById("conflict"), clashes, theirs) };
}

// "mine" or "theirs"; closing the dialog keeps what this person did.
function answered(dialog, clashes, { by, at }) {
  const row = dialog.querySelector("template").content.firstElementChild;
  dialog.querySelector("[data-clashes]").replaceChildren(...clashes.map((clash) => drawn(row, clash)));
  dialog.querySelector("[data-at]").textContent = at ? ` at ${timeOf(at)}` : "";
  for (const name of dialog.querySelectorAll("[data-by]")) name.textContent = by || name.dataset.by;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "theirs" ? "theirs" : "mine"), { once: true });
  });
}

function drawn(row, { name, text, mine, theirs }) {
  const element = row.cloneNode(true);
  element.querySelector("[data-name]").textContent = name || "Without a name";
  element.querySelector("[data-text]").textContent = text;
  element.querySelector("[data-mine]").textContent = inWords(mine);
  element.querySelector("[data-theirs]").textContent = inWords(theirs);
  return element;
}

// A value as people read it: texts as they are, all else as JSON, long ones cut.
export function inWords(value) {
  if (value === undefined || value === null || value === "") return "nothing";
  if (value === true) return "yes";
  if (value === false) return "no";
  const words = typeof value === "string" ? value : JSON.stringify(value, null, 1).replaceAll(/\s+/g, " ");
  return words.length > SHOWN_CHARS ? `${words.slice(0, SHOWN_CHARS)}…` : words;
}

function timeOf(at) {
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date().toDateString();
  return moment.toLocaleString([], isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}
