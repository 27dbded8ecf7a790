// The canvas is drawn; what it can do (working.js) is loaded beside it and joins once it has come.

import { start as camera } from "./camera.js";
import { start as minimap } from "./minimap.js";
import { start as said } from "./said.js";
import { createEditor } from "./store.js";
import { start as view } from "./view.js";

const data = JSON.parse(document.getElementById("flow").textContent);
const editor = createEditor(data);
const page = { canvas: document.getElementById("canvas"), world: document.getElementById("world"), remarks: data.remarks };

// What each of them gives stands in `page` under this name, for those that come after it.
const parts = { said, camera, view, minimap };
for (const [name, start] of Object.entries(parts)) page[name] = start(editor, page);
// Two flows in one drawing are only looked at.
const more = data.marks ? import("./diff_view.js") : import("./working.js");
more.then(({ start }) => start(editor, page, data.marks));
