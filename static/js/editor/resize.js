// A note or a frame made larger or smaller by its corner.

import { setDrawing } from "./commands.js";
import { toGrid } from "./geometry.js";
import { at } from "./pointed.js";

export function resize(editor, page, event, id) {
  const start = at(page, event);
  const one = editor.graph.notes.get(id) ?? editor.graph.frames.get(id);
  const what = editor.graph.notes.has(id) ? "note" : "frame";
  return {
    nearEdge: true,
    move(now) {
      const point = at(page, now);
      const size = { w: toGrid(one.w + point.x - start.x), h: toGrid(one.h + point.y - start.y) };
      editor.preview(setDrawing(id, size));
    },
    drop() {
      if (editor.endPreview(`Resize the ${what}`)) editor.say(`The ${what} has another size.`);
    },
    cancel: () => editor.endPreview(null),
  };
}
