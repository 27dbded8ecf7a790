// Notes and coloured group frames: words and areas that explain, without a part in any run.

import { copyOf } from "./card.js";

let spelling = null; // how days are written: made for the first note, as it costs more than a small flow

export function start(editor, { world }) {
  const drawn = new Map();
  const layers = { frames: world.querySelector(".group-frames"), notes: world.querySelector(".stickies") };

  // Bring all of them up to date.
  function draw() {
    for (const [id, { kind, element }] of drawn) {
      if (editor.graph[kind].has(id)) continue;
      element.remove();
      drawn.delete(id);
    }
    for (const kind of ["frames", "notes"]) {
      for (const [id, one] of editor.graph[kind]) paint(kind, id, one);
    }
  }

  function paint(kind, id, one) {
    const old = drawn.get(id);
    const isSelected = editor.selected.has(id);
    if (old?.one === one && old.isSelected === isSelected) return;
    const element = old?.element ?? made(kind, id);
    element.classList.toggle("selected", isSelected);
    if (old?.one !== one) (kind === "notes" ? fillNote : fillFrame)(element, one);
    drawn.set(id, { kind, element, one, isSelected });
  }

  function made(kind, id) {
    const element = copyOf(kind === "notes" ? "note" : "frame");
    element.id = `${kind === "notes" ? "note" : "frame"}-${id}`;
    element.dataset[kind === "notes" ? "note" : "frame"] = id;
    layers[kind].append(element);
    return element;
  }

  return { draw, elementOf: (id) => drawn.get(id)?.element ?? null };
}

function place(element, { x, y, w, h, colour }) {
  element.style.left = `${x}px`;
  element.style.top = `${y}px`;
  element.style.inlineSize = `${w}px`;
  element.style.blockSize = `${h}px`;
  element.dataset.colour = colour;
}

function fillFrame(element, frame) {
  place(element, frame);
  const title = element.querySelector("b");
  title.textContent = frame.title;
  title.title = frame.title;
  element.setAttribute("aria-label", `Group frame: ${frame.title || "without a title"}`);
}

function fillNote(element, note) {
  place(element, note);
  const by = note.by?.split(" ")[0] ?? "";
  element.querySelector("p").textContent = note.text;
  element.querySelector("small").textContent = [by, dayOf(note.at)].filter(Boolean).join(", ");
  element.setAttribute("aria-label", `Note${note.by ? ` by ${note.by}` : ""}: ${note.text || "empty"}`);
}

// "3 November" of "2026-11-03"; nothing of anything else.
export function dayOf(at) {
  const day = new Date(at ?? "");
  if (Number.isNaN(day.getTime())) return "";
  spelling ??= new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });
  return spelling.format(day);
}
