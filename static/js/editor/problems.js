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
  const show = () => draw(editor, list);
  editor.on("problems", show);
  editor.on("graph", ({ before, after }) => {
    if (before?.steps !== after?.steps) show();
  });
  show();
}

function lead(editor, page, { leadsTo: step, field }) {
  if (!editor.graph.steps.has(step)) return;
  editor.select([step]);
  page.camera.show(step);
  editor.emit("open", { step, tab: "settings", field: field || null });
}

function draw(editor, list) {
  const found = editor.problems.filter(({ step_id: id }) => !id || editor.graph.steps.has(id));
  const errors = found.filter((one) => one.severity === "error");
  const shown = errors.length ? errors : found;
  list.hidden = !shown.length;
  const fine = document.getElementById("no-problems");
  fine.hidden = errors.length > 0 || found.length > 0;
  const summary = list.querySelector("summary");
  summary.classList.toggle("problem", errors.length > 0);
  summary.classList.toggle("fine", !errors.length);
  setIcon(summary.querySelector(".i"), errors.length ? "circle-alert" : "circle-check");
  list.querySelector("[data-count]").textContent = counted(shown.length, errors.length ? "problem" : "hint");
  list.querySelector("[data-first]").textContent = shown[0] ? words(editor, shown[0]) : "";
  list.querySelector("[data-list]").replaceChildren(...shown.map((one) => line(editor, one)));
}

const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
const nameOf = (editor, id) => editor.graph.steps.get(id)?.name || "A step without a name";
const words = (editor, { step_id: id, text }) => (id ? `${nameOf(editor, id)}: ${text}` : text);

function line(editor, { step_id: id, field, text }) {
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
  link.textContent = nameOf(editor, id);
  item.append(link, `: ${text}`);
  return item;
}
