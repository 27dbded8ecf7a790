// On the frame of each loop in the run: which item its steps show, and the way to others.

import { copyOf } from "./card.js";

// `look(item)` shows another item.
export function createItems(editor, page, look) {
  const drawn = new Map();
  let waiting = 0;

  editor.on("graph", () => queueMicrotask(put));
  editor.on("camera", () => (waiting ||= requestAnimationFrame(() => ((waiting = 0), put()))));

  // `items` is {loop id: {number, count, is_failed, before, after}}.
  function draw(items) {
    for (const [id, element] of drawn) {
      if (items[id]) continue;
      element.remove();
      drawn.delete(id);
    }
    for (const [id, item] of Object.entries(items)) fill(drawn.get(id) ?? made(id), id, item);
    put();
  }

  function made(id) {
    const element = copyOf("run-items");
    element.addEventListener("click", (event) => {
      const to = event.target.closest("button")?.dataset.to;
      if (to) look(to);
    });
    drawn.set(id, element);
    return element;
  }

  function fill(element, id, { number, count, is_failed: isFailed, before, after }) {
    element.classList.toggle("bad", isFailed);
    element.querySelector("[data-words]").textContent = `Item ${number} of ${count}`;
    const name = editor.graph.steps.get(id)?.name ?? "";
    element.setAttribute("aria-label", `Items of ${name}`);
    for (const [way, to] of [["before", before], ["after", after]]) {
      const button = element.querySelector(`[data-way="${way}"]`);
      button.dataset.to = to ?? "";
      button.setAttribute("aria-disabled", to ? "false" : "true"); // it may have the focus
    }
  }

  // Frames come and go with the part of the flow that is seen.
  function put() {
    for (const [id, element] of drawn) {
      const frame = page.view.cardOf(id);
      if (frame && element.parentNode !== frame) frame.append(element);
    }
  }

  return { draw };
}
