// The keyboard on the canvas. Letters count only while the canvas or something on it has the focus,
// never while somebody types.

import { moveBy } from "./commands.js";
import { GRID } from "./geometry.js";
import { linksFrom, linksTo } from "./graph.js";
import { idOf } from "./pointed.js";
import { things } from "./drag.js";
import { neighbour, readingOrder } from "./walk.js";

const ARROWS = { ArrowLeft: [-1, 0, "left"], ArrowRight: [1, 0, "right"], ArrowUp: [0, -1, "up"], ArrowDown: [0, 1, "down"] };
const FAR = 5;
const PAN_PX = 60;
const ZOOMS = { "+": 1.25, "=": 1.25, "-": 0.8 };
const WITH_CTRL = { z: "undo", y: "redo", d: "duplicate", a: "all" };
const LETTERS = { a: "behind", d: "disable", g: "group", i: "into", n: "note", o: "out", t: "tidy" };
const OTHERS = { a: "insert", d: "enable" }; // when the first does not fit
const TYPING = "input, textarea, select, [contenteditable], dialog, [role=menu]";
const ELSEWHERE = "#panel-place, #proposals, .ed-bar, .ed-strip";

export function start(editor, page) {
  const { canvas } = page;
  const state = { isSpaceHeld: false };

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.defaultPrevented || target.closest?.(TYPING)) return;
    const isHere = target === canvas || target === document.body || page.world.contains(target);
    const isDone = (event.ctrlKey || event.metaKey) && !event.altKey
      ? !target.closest?.(ELSEWHERE) && withCtrl(event)
      : isHere && alone(event, target);
    if (isDone) event.preventDefault();
  });
  document.addEventListener("keyup", (event) => {
    if (event.key === " ") release();
  });
  addEventListener("blur", release);

  function release() {
    state.isSpaceHeld = false;
    canvas.classList.remove("panning");
  }

  function withCtrl(event) {
    const key = event.key.toLowerCase();
    const name = key === "z" && event.shiftKey ? "redo" : WITH_CTRL[key];
    if (!name) return false;
    if (name === "all") page.acts.all.run();
    else doIt(name);
    return true;
  }

  function doIt(name, ...more) {
    const act = page.acts[name];
    if (!act.can()) return false;
    act.run(...more);
    return true;
  }

  function alone(event, target) {
    const { key } = event;
    const id = idOf(target);
    if (key === "Tab") return walk(id, event.shiftKey ? -1 : 1);
    if (key in ARROWS) return arrow(event, id);
    if (key === "Enter") return enter(event, id);
    if (key === "Escape") return page.choosing.cancel() || page.pointers.drop() || clear();
    if (id && !editor.selected.size) editor.select([id]);
    if (key === "Delete" || key === "Backspace") return doIt("remove") || doIt("cut_link");
    if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) return page.menu.openAtSelection(id);
    if (event.altKey) return false;
    if (key === " ") {
      state.isSpaceHeld = true;
      canvas.classList.add("panning");
      return true;
    }
    return sign(event, key);
  }

  function sign(event, key) {
    if (key in ZOOMS) page.camera.zoomBy(ZOOMS[key]);
    else if (key === "0") page.camera.fit();
    else if (key === "?") page.acts.help.run();
    else if (key === "/") page.palette.search();
    else if (event.shiftKey) return false;
    else if (key === "c") return doIt("link") || doIt("relink");
    else if (key === "l") nextLink();
    else if (key === "n") page.notes.addInView();
    else if (key === "t") page.tidy();
    else return key in LETTERS && (doIt(LETTERS[key]) || (key in OTHERS && doIt(OTHERS[key])));
    return true;
  }

  // Tab goes through steps in reading order, then notes and frames, then on to the tools.
  function walk(id, by) {
    if (page.choosing.isOn) {
      page.choosing.walk(id, by);
      return true;
    }
    const order = [...readingOrder(editor.graph), ...editor.graph.notes.keys(), ...editor.graph.frames.keys()];
    const at = order.indexOf(id);
    if (at < 0 && by < 0) return false;
    const next = order[at + by];
    if (next) return reach(next);
    if (by < 0) canvas.focus({ preventScroll: true });
    else canvas.querySelector(":scope > [data-float]:not([hidden]) button:not([disabled])")?.focus();
    return true;
  }

  function reach(id) {
    if (!page.choosing.isOn) editor.select([id]);
    if (editor.graph.steps.has(id)) editor.focusStep(id);
    else page.view.cardOf(id)?.focus();
    return true;
  }

  function arrow(event, id) {
    const [dx, dy, way] = ARROWS[event.key];
    const ids = [...editor.selected].filter((one) => !editor.graph.links.has(one));
    if (event.altKey || (!editor.editable && id) || page.choosing.isOn) {
      const next = id && neighbour(editor.graph, editor.views, id, way);
      return next ? reach(next) : Boolean(id);
    }
    if (!ids.length) page.camera.panBy(-dx * PAN_PX, -dy * PAN_PX);
    else if (editor.editable) move(ids, dx, dy, event.shiftKey ? FAR * GRID : GRID);
    return true;
  }

  function move(ids, dx, dy, by) {
    const words = ids.length === 1 && editor.graph.steps.has(ids[0])
      ? `“${editor.graph.steps.get(ids[0]).name}”` : things(editor.graph, ids);
    const command = moveBy(ids, dx * by, dy * by, { snap: true });
    if (!editor.apply(`Move ${words}`, command, { merge: `move ${ids.join(" ")}` })) return;
    const { steps, notes, frames } = editor.graph;
    const { x, y } = steps.get(ids[0]) ?? notes.get(ids[0]) ?? frames.get(ids[0]);
    editor.say(`${words} moved to ${x}, ${y}.`);
  }

  function enter(event, id) {
    if (page.choosing.isOn) {
      if (id) page.choosing.take(id);
      return true;
    }
    if (!id || event.target.closest("#link-add")) return false;
    if (event.shiftKey) editor.select(editor.selected.has(id) ? [...editor.selected].filter((one) => one !== id) : [id], { add: !editor.selected.has(id) });
    else {
      editor.select([id]);
      if (!doIt("edit")) editor.open(id);
    }
    return true;
  }

  // From a step to the links at it, one after another: then Delete cuts, c leads it elsewhere.
  function nextLink() {
    const [id] = editor.selected;
    const link = editor.graph.links.get(id);
    const step = link ? state.linksOf ?? link.source : id;
    state.linksOf = step;
    const all = [...linksFrom(editor.graph, step), ...linksTo(editor.graph, step)];
    if (!all.length) return editor.say("No link leads here or on from here.", "info");
    const next = all[(all.findIndex((one) => one.id === id) + 1) % all.length];
    editor.select([next.id]);
    const [from, to] = [next.source, next.target].map((one) => editor.graph.steps.get(one).name);
    return editor.say(`Link from “${from}” to “${to}”.`);
  }

  function clear() {
    if (!editor.selected.size) return false;
    editor.select([]);
    editor.say("Nothing is selected.");
    return true;
  }

  return state;
}
