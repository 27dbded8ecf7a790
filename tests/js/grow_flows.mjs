// Writes flows that the editor's commands made by chance, one JSON line each, for the server's tests:
// {"graph": graph_json, "order": ids in reading order}. Called with how many.

import { readingOrder } from "../../static/js/editor/walk.js";
import { grown } from "./flows.mjs";

for (let seed = 1; seed <= Number(process.argv[2]); seed += 1) {
  const { editor, json } = grown(seed, 60);
  process.stdout.write(`${JSON.stringify({ graph: json, order: readingOrder(editor.graph) })}\n`);
}
