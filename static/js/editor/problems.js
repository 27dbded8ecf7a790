// What is wrong, listed in the strip. Each names its step and leads to it and to the setting.

import { setIcon } from "./card.js";

export function start(editor, page) {
  const list = document.getElementById("problems");
  list.addEventListener("click", (event) => {
    const line = event.target.closest("[data-leads-to]");
    if (!line) return;
    event.preventDefault();
    list.open = false;
    lead(editor, page, line.dataset);
  });
  let shown = null;
  const show = () => {
    const lines = linesOf(editor);
    if (JSON.stringify(lines) !== shown) draw(list, lines);
    shown = JSON.stringify(lines);
  };
  editor.on("problems", show);
  editor.on("graph", ({ origin }) => origin !== "preview" && show());
  show();
}

function lead(editor, page, { leadsTo: step, field }) {
  if (!editor.graph.steps.has(step)) return;
  editor.select([step]);
  page.camera.show(step);
  editor.emit("open", { step, tab: "settings", field: field || null });
}

// What the strip says: [{id, name, field, text, severity}], only the errors if there are any.
function linesOf({ problems, graph }) {
  const found = problems
    .filter(({ step_id: id }) => !id || graph.steps.has(id))
    .map(({ step_id: id, ...one }) => ({ ...one, id, name: graph.steps.get(id)?.name || "A step without a name" }));
  const errors = found.filter((one) => one.severity === "error");
  return errors.length ? errors : found;
}

function draw(list, shown) {
  const errors = shown.filter((one) => one.severity === "error");
  list.hidden = !shown.length;
  const fine = document.getElementById("no-problems");
  fine.hidden = shown.length > 0;
  const summary = list.querySelector("summary");
  summary.classList.toggle("problem", errors.length > 0);
  summary.classList.toggle("fine", !errors.length);
  setIcon(summary.querySelector(".i"), errors.length ? "circle-alert" : "circle-check");
  list.querySelector("[data-count]").textContent = counted(shown.length, errors.length ? "problem" : "hint");
  list.querySelector("[data-first]").textContent = shown[0] ? words(shown[0]) : "";
  list.querySelector("[data-list]").replaceChildren(...shown.map(line));
}

const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
const words = ({ id, name, text }) => (id ? `${name}: ${text}` : text);

function line({ id, name, field, text }) {
  const item = document.createElement("li");
  if (!id) {
    item.textContent = text;
    return item;
  }
  const link = document.createElement("a");
  link.href = `?step=${id}`;
  link.dataset.leadsTo = id;
  link.dataset.field = field ?? "";
  link.dir = "auto";
  link.textContent = name;
  item.append(link, `: ${text}`);
  return item;
}
