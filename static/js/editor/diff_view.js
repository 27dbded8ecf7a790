// A flow that is only looked at: the steps that were added, changed or removed are marked, and the
// view is moved by mouse, finger and keys.

import { copyOf, setIcon } from "./card.js";

const MARKS = {
  added: { icon: "plus", word: "Added" },
  changed: { icon: "pencil", word: "Changed" },
  removed: { icon: "minus", word: "Removed" },
};
const ARROWS = { ArrowLeft: [64, 0], ArrowRight: [-64, 0], ArrowUp: [0, 64], ArrowDown: [0, -64] };
const ZOOM_STEP = 1.25;

// `marks` is {step id: "added" | "changed" | "removed"}.
export function start(editor, page, marks) {
  const show = () => {
    for (const [id, mark] of Object.entries(marks)) markStep(page.view.cardOf(id), mark);
  };
  let waiting = 0;
  editor.on("camera", () => (waiting ||= requestAnimationFrame(() => ((waiting = 0), show()))));
  show();
  drags(page);
  page.canvas.addEventListener("keydown", (event) => press(event, page.camera));
  page.world.addEventListener("focusin", (event) => {
    const id = event.target.closest("[data-step]")?.dataset.step;
    if (id && event.target.matches(":focus-visible")) page.camera.show(id);
  });
  document.documentElement.dataset.canvas = "ready";
}

function markStep(card, name) {
  const mark = MARKS[name];
  if (!card || !mark || card.querySelector(":scope > .mark")) return;
  const sign = copyOf("mark");
  sign.classList.add(name);
  setIcon(sign.querySelector(".i"), mark.icon);
  sign.querySelector("span").textContent = mark.word;
  card.append(sign);
  card.classList.add("marked", name);
  card.setAttribute("aria-label", `${mark.word}: ${card.getAttribute("aria-label")}`);
}

// One finger or the mouse moves the view, two fingers zoom.
function drags({ canvas, camera }) {
  const held = new Map();
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 1 || event.target.closest("[data-float]")) return;
    held.set(event.pointerId, event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const [other] = [...held].filter(([id]) => id !== event.pointerId).map(([, one]) => one);
    held.set(event.pointerId, event);
    const share = held.size; // two fingers move it together
    camera.panBy((event.clientX - before.clientX) / share, (event.clientY - before.clientY) / share);
    if (!other) return;
    const factor = apart(event, other) / Math.max(1, apart(before, other));
    camera.zoomAt(factor, (event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
  });
  for (const type of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(type, (event) => held.delete(event.pointerId));
  }
}

const apart = (one, other) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);

function press(event, camera) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("[data-float]")) return;
  if (event.key === "0") camera.fit();
  else if (event.key === "+" || event.key === "=") camera.zoomBy(ZOOM_STEP);
  else if (event.key === "-") camera.zoomBy(1 / ZOOM_STEP);
  else if (ARROWS[event.key]) camera.panBy(...ARROWS[event.key]);
  else return;
  event.preventDefault();
}
