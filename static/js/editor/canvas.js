// The canvas is drawn and kept up to date. What hands can do on it (working.js) comes with the first
// sign of somebody.

import { start as camera } from "./camera.js";
import { start as conflict } from "./conflict.js";
import { whenSomebodyIsThere } from "./first_hand.js";
import { start as minimap } from "./minimap.js";
import { start as presence } from "./presence.js";
import { start as problems } from "./problems.js";
import { start as remarks } from "./remarks.js";
import { start as said } from "./said.js";
import { start as save } from "./save.js";
import { createEditor } from "./store.js";
import { start as tidy } from "./tidying.js";
import { start as view } from "./view.js";

const data = JSON.parse(document.getElementById("flow").textContent);
const editor = createEditor(data);
const page = { canvas: document.getElementById("canvas"), world: document.getElementById("world"), remarks: data.remarks };

// What each of them gives stands in `page` under this name, for those that come after it.
const drawing = { said, camera, view, minimap };
const following = { tidy, conflict, save, presence, problems, remarks };
const begin = (parts) => {
  for (const [name, start] of Object.entries(parts)) page[name] = start(editor, page);
};

begin(drawing);
if (data.marks) {
  // Two flows in one drawing are only looked at.
  import("./diff_view.js").then(({ start }) => start(editor, page, data.marks));
} else {
  begin(following);
  document.documentElement.dataset.canvas = "drawn";
  whenSomebodyIsThere(() => import("./working.js").then(({ start }) => start(editor, page)));
}
