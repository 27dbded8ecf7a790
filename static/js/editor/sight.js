// The step whose panel is open stays in sight: the flow moves as little as it has to, and back when
// the panel closes, unless somebody moved it meanwhile.

import { LOOP_HEAD, rectOf } from "./geometry.js";

const EDGE_PX = 24;
const SHEET = "(max-width: 860px)"; // there the panel lies over everything

// How far what is seen along one axis, `from` and `span`, has to move to show what begins `at` with
// this size; its beginning counts where not all of it fits.
export function shift(from, span, at, size, edge) {
  const end = at + Math.min(size, span - 2 * edge);
  if (at < from + edge) return at - edge - from;
  return Math.max(0, end + edge - from - span);
}

export function createSight(editor, { camera }) {
  let moved = null; // {before, after}
  const here = () => ({ x: camera.x, y: camera.y, zoom: camera.zoom });
  const isStill = () => moved && Object.entries(moved.after).every(([name, value]) => camera[name] === value);

  function keep(step) {
    const rect = rectOf(editor.graph, editor.views, step);
    if (!rect || matchMedia(SHEET).matches) return;
    camera.measure();
    const { x, y, w, h } = camera.seen;
    const edge = EDGE_PX / camera.zoom;
    const dx = shift(x, w, rect.x, rect.w, edge);
    const dy = shift(y, h, rect.y, editor.views.get(step)?.is_loop ? LOOP_HEAD : rect.h, edge);
    if (!dx && !dy) return;
    const before = isStill() ? moved.before : here();
    camera.goTo({ x: x + dx, y: y + dy, zoom: camera.zoom });
    moved = { before, after: here() };
  }

  function back() {
    camera.measure();
    if (isStill()) camera.goTo(moved.before);
    moved = null;
  }

  return { keep, back };
}
