// Typing "{{" in a field opens a list of the values that fit what is typed behind it.

import { rowsOf, valuesOf } from "./value_source.js";

const SHOWN = 8;
const WANTED = /\{\{\s*([^{}|]*)$/;

// `insert(field, words, from)` puts a value in the place of what begins at `from`.
export function start(page, { insert, box }) {
  let open = null; // {field, list, from}
  const close = () => {
    open?.list.remove();
    for (const name of ["aria-activedescendant", "aria-controls"]) open?.field.removeAttribute(name);
    open = null;
  };
  page.addEventListener("input", async ({ target: field }) => {
    if (!field.matches("[data-takes-values]") || box()) return;
    const wanted = wantedIn(field.value, field.selectionStart);
    if (!wanted) return close();
    const tree = await valuesOf(field);
    const now = wantedIn(field.value, field.selectionStart);
    const found = tree && now && document.activeElement === field ? matching(valuesIn(tree), now.words) : [];
    close();
    if (found.length) open = shown(field, found, now.from);
    return undefined;
  });
  page.addEventListener("keydown", (event) => {
    if (!open || event.target !== open.field) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) mark(open, step);
    else if (event.key === "Enter" || event.key === "Tab") take(chosenIn(open.list));
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  page.addEventListener("pointerdown", (event) => {
    const one = open && event.target.closest("#value-list [role=option]");
    if (!one) return;
    event.preventDefault(); // the field keeps the focus
    take(one);
  });
  page.addEventListener("focusout", ({ target }) => target === open?.field && close());
  page.addEventListener("htmx:before:swap", close);

  function take(one) {
    const { field, from } = open;
    const rest = /^[^{}]*\}\}/.exec(field.value.slice(field.selectionStart));
    if (rest && !rest[0].slice(0, -2).trim()) field.selectionEnd = field.selectionStart + rest[0].length;
    close();
    insert(field, one.dataset.written, from);
  }
}

// {from, words}: where the "{{" before the cursor begins and what stands behind it; null for none.
export function wantedIn(text, cursor) {
  const found = WANTED.exec(text.slice(0, cursor ?? text.length));
  return found ? { from: found.index, words: found[1].trim().toLowerCase() } : null;
}

// The first values that have all the words in name, place or path; those that begin with it first.
export function matching(values, words) {
  const parts = words.split(/[\s.]+/).filter(Boolean);
  const fits = values.filter(({ hay }) => parts.every((part) => hay.includes(part)));
  const begins = ({ name, path }) => name.toLowerCase().startsWith(words) || path.startsWith(words);
  return [...fits.filter(begins), ...fits.filter((one) => !begins(one))].slice(0, SHOWN);
}

function valuesIn(tree) {
  return rowsOf(tree).filter((row) => row.dataset.insert).map((row) => {
    const [name, excerpt] = [row.querySelector("b").textContent, row.querySelector("span").textContent];
    const branch = [...tree.querySelectorAll("[role=tree] > li")].find((one) => one.contains(row)).querySelector("b").textContent;
    const written = row.dataset.insert;
    const path = written.replaceAll(/[{}\s]/g, "").toLowerCase();
    return { name, excerpt, written, path, branch, hay: `${name} ${branch} ${path}`.toLowerCase() };
  });
}

function shown(field, found, from) {
  const list = document.createElement("ul");
  list.id = "value-list";
  list.className = "value-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Values");
  list.append(...found.map((one, at) => option(one, at)));
  (field.closest(".with-unit") ?? field).after(list);
  const open = { field, list, from };
  field.setAttribute("aria-controls", list.id);
  mark(open, 0);
  return open;
}

function option({ name, excerpt, written, branch }, at) {
  const item = document.createElement("li");
  item.id = `value-option-${at}`;
  item.setAttribute("role", "option");
  item.dataset.written = written;
  item.title = written;
  for (const [tag, words] of [["b", name], ["span", excerpt], ["small", branch]]) {
    const part = document.createElement(tag);
    part.className = "truncate";
    part.dir = "auto";
    part.textContent = words;
    item.append(part);
  }
  return item;
}

const chosenIn = (list) => list.querySelector("[aria-selected=true]");

function mark({ field, list }, by) {
  const all = [...list.children];
  const next = all.at((all.indexOf(chosenIn(list)) + by + (by ? 0 : 1)) % all.length);
  for (const one of all) one.setAttribute("aria-selected", String(one === next));
  field.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}
