// The menu of what can be done here: right click, a finger held still, Shift+F10.

import { idOf } from "./pointed.js";

export function start(editor, page) {
  const box = document.getElementById("canvas-menu");
  const items = () => [...box.querySelectorAll("[data-act]:not([hidden])")];
  let at = null;
  let before = null;

  page.canvas.addEventListener("contextmenu", (event) => {
    if (event.target.closest("[data-float]:not(#canvas-menu), textarea, input")) return;
    event.preventDefault();
    if (event.pointerType !== "touch" && event.button === 2) openAt(event.target, event.clientX, event.clientY);
  });

  // At a point of the window, for what is there.
  function openAt(target, x, y) {
    const id = idOf(target);
    if (!id) editor.select([]);
    else if (!editor.selected.has(id)) editor.select([id]);
    show(x, y);
  }

  // By key: at what has the keyboard, else at the canvas' corner.
  function openAtSelection(id) {
    const element = page.view.cardOf(id ?? [...editor.selected][0]) ?? page.canvas;
    const { left, top, width } = element.getBoundingClientRect();
    if (id && !editor.selected.has(id)) editor.select([id]);
    show(left + Math.min(width, 240) / 2, top + 24);
    return true;
  }

  function show(x, y) {
    page.pointers.drop();
    before = document.activeElement;
    at = page.view.toWorld(x, y);
    for (const one of box.querySelectorAll("[data-act]")) one.hidden = !page.acts[one.dataset.act].can();
    separate(box);
    if (!items().length) return;
    box.hidden = false;
    const list = box.firstElementChild.getBoundingClientRect();
    box.style.insetInlineStart = `${Math.max(4, Math.min(x, innerWidth - list.width - 8))}px`;
    box.style.insetBlockStart = `${Math.max(4, Math.min(y, innerHeight - list.height - 8))}px`;
    items()[0].focus({ preventScroll: true });
  }

  function close({ back = true } = {}) {
    if (box.hidden) return;
    box.hidden = true;
    if (back && before?.isConnected) before.focus({ preventScroll: true });
  }

  box.addEventListener("click", (event) => {
    const one = event.target.closest("[data-act]");
    if (!one) return;
    close();
    const { act, colour } = one.dataset;
    page.acts[act].run(act === "note" ? at : colour);
  });
  box.addEventListener("keydown", (event) => {
    const all = items();
    const now = all.indexOf(document.activeElement);
    const next = { ArrowDown: now + 1, ArrowRight: now + 1, ArrowUp: now - 1, ArrowLeft: now - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (next !== undefined) all.at(next % all.length).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener("contextmenu", (event) => event.preventDefault());
  document.addEventListener("pointerdown", (event) => {
    if (!box.contains(event.target)) close({ back: false });
  }, { capture: true });
  page.canvas.addEventListener("wheel", () => close({ back: false }), { passive: true });
  return { openAt, openAtSelection, close };
}

// A line only between groups of which something is left.
function separate(box) {
  let has = false;
  let line = null;
  for (const one of box.firstElementChild.children) {
    if (one.matches("hr")) {
      one.hidden = true;
      line = has ? one : null;
      continue;
    }
    const isShown = one.matches("[data-act]") ? !one.hidden : one.querySelector("[data-act]:not([hidden])") !== null;
    if (!one.matches("[data-act]")) one.hidden = !isShown;
    if (!isShown) continue;
    if (line) line.hidden = false;
    [has, line] = [true, null];
  }
}
