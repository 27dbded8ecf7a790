// The values of earlier steps below a field: a tree to choose from, and what the field comes to. The
// "{{" opens a list of them. Wired by data-insert-value on buttons, data-takes-values on fields and
// data-values="address" on the panel around them.

import { start as startList } from "./value_list.js";
import { comesTo, forget, rowsOf, valuesOf } from "./value_source.js";
import { walk } from "./value_tree.js";
import { say } from "./toasts.js";

const QUIET_MS = 350;

export function start(page) {
  const state = { box: null, button: null, field: null, last: null, preview: null, timer: 0, asked: 0 };
  page.addEventListener("focusin", ({ target }) => {
    if (!target.matches("[data-takes-values]")) return;
    state.last = target;
    if (state.box && target !== state.field) close(state);
    tell(state, target);
  });
  page.addEventListener("input", ({ target }) => target.matches("[data-takes-values]") && tell(state, target));
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert-value]");
    if (button) return button === state.button ? close(state, { back: true }) : open(state, button);
    const row = event.target.closest("#values [role=treeitem]");
    if (row) choose(state, row, event.target.closest(".i"));
    return undefined;
  });
  page.addEventListener("keydown", (event) => {
    if (!event.target.closest?.("#values")) return;
    if (event.key === "Escape") close(state, { back: true });
    else if (event.key === "Enter" || event.key === " ") choose(state, event.target);
    else if (!walk(event.target, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  // what the server sends anew does not have the box in it
  page.addEventListener("htmx:before:swap", () => detach(state));
  page.addEventListener("htmx:after:swap", () => {
    forget();
    attach(state, page);
  });
  startList(page, { insert: (field, words, from) => put(field, words, from), box: () => state.box });
}

// The field that a button is for: the one in its place that was used last, else the first.
function fieldOf(state, button) {
  const place = button.closest(".field");
  if (state.last?.isConnected && place.contains(state.last)) return state.last;
  return place.querySelector("[data-takes-values]");
}

async function open(state, button) {
  close(state);
  const field = fieldOf(state, button);
  if (!field) return say("Add a row first: there is no field here that takes a value.", "info");
  if (state.last !== field) field.setSelectionRange(field.value.length, field.value.length);
  button.setAttribute("aria-expanded", "true");
  const box = await valuesOf(field);
  if (!button.isConnected) return undefined;
  if (!box) {
    button.setAttribute("aria-expanded", "false");
    return say("The values could not be loaded. Try again.", "bad");
  }
  Object.assign(state, { box, button, field });
  attach(state, document);
  tell(state, field);
  rowsOf(box).find((row) => row.tabIndex === 0)?.focus({ preventScroll: true });
  box.scrollIntoView({ block: "nearest" });
  return undefined;
}

function close(state, { back = false } = {}) {
  const { box, button, field } = state;
  if (!box) return;
  button?.setAttribute("aria-expanded", "false");
  box.remove();
  Object.assign(state, { box: null, button: null, field: null });
  if (state.preview && field.isConnected) below(field, state.preview);
  if (back) field.focus();
}

function choose(state, row, isMark) {
  if (isMark || !row.dataset.insert) return row.setAttribute("aria-expanded", String(row.getAttribute("aria-expanded") !== "true"));
  return put(state.field, row.dataset.insert);
}

// Put words where the cursor is, or in the place of what begins at `from`.
function put(field, words, from = field.selectionStart ?? field.value.length) {
  const result = inserted(field.value, words, from, field.selectionEnd ?? field.value.length);
  field.value = result.text;
  field.focus();
  field.setSelectionRange(result.cursor, result.cursor);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// The text with `words` in place of what was chosen, and where the cursor stands then.
export function inserted(text, words, from, to) {
  return { text: text.slice(0, from) + words + text.slice(to), cursor: from + words.length };
}

// Say below the field what it comes to with the values that are known.
function tell(state, field) {
  clearTimeout(state.timer);
  const mine = ++state.asked;
  if (!field.value.includes("{{")) {
    state.preview?.remove();
    state.preview = null;
    return;
  }
  state.timer = setTimeout(async () => {
    const told = await comesTo(field);
    if (mine !== state.asked || !told || !field.isConnected) return;
    state.preview?.remove();
    state.preview = drawn(told);
    state.preview.dataset.of = field.id;
    below(field, state.preview, state.field === field ? state.box : null);
  }, QUIET_MS);
}

function drawn({ text, is_problem: isProblem }) {
  const box = document.createElement("div");
  box.className = isProblem ? "preview problem" : "preview";
  box.setAttribute("role", "status");
  const words = document.createElement("p");
  words.dir = "auto";
  words.textContent = text || "Nothing: it comes out empty.";
  const title = document.createElement("span");
  title.textContent = isProblem ? "No preview" : "Preview";
  box.append(title, words);
  return box;
}

// Under a field: in a list of rows as part of its row.
function below(field, element, box = null) {
  if (box?.isConnected) return box.append(element);
  const control = field.closest(".with-unit") ?? field;
  return control.after(element);
}

function detach(state) {
  state.box?.remove();
  state.preview?.remove();
}

// Back below their fields, as far as those are still there.
function attach(state, page) {
  const field = state.box && page.getElementById(state.field.id);
  if (field) {
    Object.assign(state, { field, button: field.closest(".field").querySelector("[data-insert-value]") });
    state.button?.setAttribute("aria-expanded", "true");
    below(field, state.box);
  } else Object.assign(state, { box: null, button: null, field: null });
  const of = state.preview && page.getElementById(state.preview.dataset.of);
  if (of) below(of, state.preview, of === field ? state.box : null);
  else state.preview = null;
}
