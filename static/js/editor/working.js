// What can be done on the canvas, put together: one line for each thing it can do.

import { start as acts } from "./acts.js";
import { start as choosing } from "./choosing.js";
import { start as clipboard } from "./clipboard_keys.js";
import { start as keys } from "./keys.js";
import { start as menu } from "./menu.js";
import { start as more } from "./more.js";
import { start as notes } from "./notes.js";
import { start as palette } from "./palette.js";
import { start as panel } from "./panel.js";
import { start as pointers } from "./pointers.js";
import { start as proposals } from "./proposals.js";
import { start as run } from "./run_start.js";
import { start as tools } from "./tools.js";

// What each of them gives stands in `page` under this name, for those that come after it.
const parts = {
  acts, choosing, keys, pointers, menu, more, proposals, palette,
  notes, clipboard, tools, panel, run,
};

export function start(editor, page) {
  for (const [name, begin] of Object.entries(parts)) page[name] = begin(editor, page);
  document.documentElement.dataset.canvas = "ready";
}
