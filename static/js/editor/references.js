// References to steps, {{ steps.key… }}, written anew when keys change.

const MAX_TEXT_CHARS = 100_000;
// From two braces to the next two; a quoted "}}" does not end them. Sticky, so that a text full of
// opening braces is still read once only.
const BRACES = /\{\{(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|(?!\}\})[^"'])*\}\}/y;
const STEPS = new RegExp(
  /(?<!\.\s*)(?<![\w-])(steps\s*(?:\.\s*|\[\s*(["'])))([a-z][a-z0-9_]*)(?![\w-])\2/.source +
    /|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/.source,
  "g",
);

// The step with references in its settings written anew, keys being a Map of old to new. The same
// step if there were none.
export function withKeys(step, keys) {
  const fields = renamed(step.fields, keys);
  return fields === step.fields ? step : { ...step, fields };
}

function renamed(value, keys) {
  if (typeof value === "string") return inText(value, keys);
  if (value === null || typeof value !== "object") return value;
  const pairs = Object.entries(value).map(([name, item]) => [name, renamed(item, keys)]);
  if (pairs.every(([name, item]) => item === value[name])) return value;
  // fromEntries, for a name such as __proto__ must stay a name
  return Array.isArray(value) ? pairs.map(([, item]) => item) : Object.fromEntries(pairs);
}

// A text with `steps.<old>` inside its braces written as `steps.<new>`; what cannot be read stays.
export function inText(text, keys) {
  if (text.length > MAX_TEXT_CHARS) return text;
  let [result, done] = ["", 0];
  for (let at = text.indexOf("{{"); at >= 0; at = text.indexOf("{{", done)) {
    BRACES.lastIndex = at;
    const braces = BRACES.exec(text)?.[0];
    if (!braces) break;
    result +=
      text.slice(done, at) +
      braces.replace(STEPS, (found, before, quote, key) =>
        keys.has(key) ? before + keys.get(key) + (quote ?? "") : found,
      );
    done = at + braces.length;
  }
  return done ? result + text.slice(done) : text;
}
