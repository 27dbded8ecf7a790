// A rectangle drawn on the ground selects what it touches; with Shift it adds to what is selected.

import { idsWithin } from "./geometry.js";
import { at } from "./pointed.js";

export function marquee(editor, page, event) {
  const start = at(page, event);
  const before = event.shiftKey ? [...editor.selected] : [];
  const box = document.createElement("div");
  box.className = "marquee";
  page.world.append(box);

  const area = (now) => ({
    x: Math.min(start.x, now.x),
    y: Math.min(start.y, now.y),
    w: Math.abs(now.x - start.x),
    h: Math.abs(now.y - start.y),
  });
  return {
    nearEdge: true,
    move(now) {
      const { x, y, w, h } = area(at(page, now));
      box.style.transform = `translate(${x}px, ${y}px)`;
      box.style.inlineSize = `${w}px`;
      box.style.blockSize = `${h}px`;
      editor.select([...before, ...idsWithin(editor.graph, editor.views, { x, y, w, h })]);
    },
    drop() {
      box.remove();
      if (editor.selected.size) editor.say(`${editor.selected.size} selected.`);
    },
    cancel() {
      box.remove();
      editor.select(before);
    },
  };
}
