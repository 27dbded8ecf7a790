// Reads a JSON list of texts and writes it with `steps.old` renamed to `steps.new`, for the server's
// tests: both sides must find the same references.

import { inText } from "../../static/js/editor/references.js";

let given = "";
for await (const part of process.stdin) given += part;
const keys = new Map([["old", "new"]]);
process.stdout.write(JSON.stringify(JSON.parse(given).map((text) => inText(text, keys))));
