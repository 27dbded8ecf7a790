// What a press begins, by what it pressed: {drag(event), click(event)}, both optional.
// drag gives a gesture {move, drop, cancel, nearEdge} or null.

import { drag } from "./drag.js";
import { linkEnds } from "./geometry.js";
import { linksTo } from "./graph.js";
import { marquee } from "./marquee.js";
import { at, partsOf } from "./pointed.js";
import { resize } from "./resize.js";
import { wire, wireBack } from "./wire.js";

const END_PX = 28;

export function pressedOn(editor, page, event) {
  const isTouch = event.pointerType === "touch";
  if (event.target.closest("#link-add, #step-more")) return {};
  const panning = { drag: (from) => pan(page, from) };
  if (event.button === 1 || page.keys.isSpaceHeld) return panning;
  const { step, port, isWayIn, link, note, frame } = partsOf(event.target);
  const id = step ?? link ?? note ?? frame;
  if (!id) {
    const drawing = { drag: (from) => marquee(editor, page, from) };
    return { ...(isTouch || !editor.editable ? panning : drawing), click: ground(editor, page) };
  }
  const click = () => choose(editor, page, id, event);
  if (!editor.editable) return { ...panning, click };
  if (port) {
    return { drag: () => wire(editor, page, { source: step, port }), click: () => page.proposals.open({ after: step, port }) };
  }
  if (isWayIn) return { drag: () => lastLink(editor, page, step) ?? drag(editor, page, event, step), click };
  if (link) return { drag: (from) => nearEnd(editor, page, link, from) ?? (isTouch ? pan(page, from) : null), click };
  if (event.target.closest("[data-resize]")) return { drag: (from) => resize(editor, page, from, id), click };
  if (isTouch && !editor.selected.has(id)) return { ...panning, click };
  if (!isTouch && !editor.selected.has(id) && !event.shiftKey) editor.select([id]);
  return { drag: (from) => drag(editor, page, from, id), click };
}

// A click selects; on a step it asks for its settings, with a finger only at the second tap. While
// a step is being chosen it chooses.
function choose(editor, page, id, event) {
  if (event.shiftKey || event.ctrlKey || event.metaKey) {
    const rest = [...editor.selected].filter((one) => one !== id);
    editor.select(editor.selected.has(id) ? rest : [...rest, id]);
    return;
  }
  const wasAlone = editor.selected.has(id) && editor.selected.size === 1;
  editor.select([id]);
  (page.view.cardOf(id) ?? page.canvas).focus({ preventScroll: true });
  if (!editor.graph.steps.has(id)) return;
  if (page.choosing.isOn) page.choosing.take(id);
  else if (event.pointerType !== "touch" || wasAlone) editor.emit("open", { step: id, tab: editor.usualTab(id), staysOnCard: true });
  else editor.say("Tap it again for its settings.");
}

const ground = (editor, page) => (event) => {
  if (!event.shiftKey) editor.select([]);
  page.canvas.focus({ preventScroll: true });
};

export function pan(page, from) {
  let last = from;
  return {
    move(now) {
      page.camera.panBy(now.clientX - last.clientX, now.clientY - last.clientY);
      last = now;
    },
    drop() {},
    cancel() {},
  };
}

// Pulling at a way in takes off the link that leads there: the selected one, or the last.
function lastLink(editor, page, step) {
  const links = linksTo(editor.graph, step);
  const link = links.find((one) => editor.selected.has(one.id)) ?? links.at(-1);
  return link ? wire(editor, page, { source: link.source, port: link.source_port, link: link.id }) : null;
}

function nearEnd(editor, page, id, event) {
  const link = editor.graph.links.get(id);
  const { from, to } = linkEnds(editor.graph, editor.views, link);
  const point = at(page, event);
  const away = (end) => Math.hypot(end.x - point.x, end.y - point.y) * page.camera.zoom;
  if (away(to) <= END_PX) return wire(editor, page, { source: link.source, port: link.source_port, link: id });
  return away(from) <= END_PX ? wireBack(editor, page, id) : null;
}
