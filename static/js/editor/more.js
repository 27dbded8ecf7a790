// One small button beside the step that is pointed at, or else selected: its menu.

import { rectOf } from "./geometry.js";

const SIZE = 24;
const UP = 6;

export function start(editor, page) {
  const button = document.getElementById("step-more");
  let pointed = null;

  const show = () => {
    const [only, more] = editor.selected;
    const id = editor.graph.steps.has(pointed) ? pointed : more ? null : only;
    const rect = editor.isPreviewing || !editor.editable ? null : rectOf(editor.graph, editor.views, id);
    if (button.hidden !== !rect) button.hidden = !rect;
    if (!rect) return;
    button.dataset.step = id;
    button.setAttribute("aria-label", `What can be done with ${editor.graph.steps.get(id).name}`);
    button.style.transform = `translate(${rect.x + rect.w - SIZE / 2}px, ${rect.y + UP}px)`;
  };
  page.world.addEventListener("pointerover", (event) => {
    if (event.buttons) return;
    const step = event.target.closest("[data-step]")?.dataset.step ?? null;
    if (step === pointed) return;
    pointed = step;
    show();
  });
  page.canvas.addEventListener("pointerleave", () => {
    pointed = null;
    show();
  });
  button.addEventListener("click", () => {
    const { left, bottom } = button.getBoundingClientRect();
    page.menu.openAt(button, left, bottom + 4);
  });
  editor.on("selection", show);
  editor.on("graph", show);
}
