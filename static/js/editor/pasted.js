// Reads pasted text: what is not whole and sound is refused with a sentence, and nothing changes.

import { COLOURS, MAX_NOTE_CHARS, MAX_TITLE_CHARS } from "./drawings.js";
import { MAX_LINKS, MAX_NAME_CHARS, MAX_STEPS, Refused, readGraph } from "./graph.js";
import { MAX_LOOPS_DEEP } from "./loops.js";
import { mended } from "./mend.js";

export const MAX_CHARS = 2_000_000;
const MAX_DEPTH = 28;
const MAX_PLACE = 1e6;
const ID = /^[a-z0-9]{8}$/;
const WORD = /^[a-z][a-z0-9_]{0,59}$/;
const PORT = /^[a-z0-9_]{1,24}$/;
const DAY = /^(\d{4}-\d\d-\d\d)?$/;

const text = (most) => (value) => typeof value === "string" && value.length <= most;
const like = (pattern) => (value) => typeof value === "string" && pattern.test(value);
const within = (low, high) => (value) => Number.isFinite(value) && value >= low && value <= high;
const whole = (low, high) => (value) => Number.isInteger(value) && value >= low && value <= high;
const among = (values) => (value) => values.includes(value);
const flag = (value) => typeof value === "boolean";
const orNull = (fits) => (value) => value === null || fits(value);
const group = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const place = within(-MAX_PLACE, MAX_PLACE);
const size = within(16, 20_000);
const retry = (value) => group(value) && whole(0, 10)(value.times) && within(0, 3600)(value.wait_s);

// Each part: what it must be like, and what is taken where it is missing.
const STEP = {
  id: [like(ID)],
  type: [like(WORD)],
  type_version: [whole(1, 999), 1],
  key: [like(WORD)],
  name: [text(MAX_NAME_CHARS), ""],
  parent: [orNull(like(ID)), null],
  x: [place, 0],
  y: [place, 0],
  fields: [group, {}],
  disabled: [flag, false],
  on_error: [among(["stop", "continue", "error_port"]), "stop"],
  default_output: [() => true, null],
  retry: [retry, { times: 0, wait_s: 0 }],
  timeout_s: [orNull(within(0.1, 3600)), null],
  note: [text(MAX_NOTE_CHARS), ""],
};
const LINK = {
  id: [like(ID)],
  source: [like(ID)],
  source_port: [like(PORT)],
  target: [like(ID)],
  target_port: [like(PORT), "in"],
};
const BOX = {
  id: [like(ID)],
  x: [place],
  y: [place],
  w: [size],
  h: [size],
  colour: [among(COLOURS), "plain"],
};
const NOTE = {
  ...BOX,
  text: [text(MAX_NOTE_CHARS), ""],
  by: [text(MAX_TITLE_CHARS), ""],
  at: [like(DAY), ""],
};
const FRAME = { ...BOX, title: [text(MAX_TITLE_CHARS), ""] };

// The graph in pasted text, all of it known here and whole; raises Refused.
export function readPasted(words, marker, kinds) {
  if (words.length > MAX_CHARS) throw new Refused("What you pasted is larger than 2 MB.");
  const raw = parsed(words);
  if (raw?.kind !== marker)
    throw new Refused("These are not steps that were copied here, so nothing was pasted.");
  if (isDeep(raw, MAX_DEPTH))
    throw new Refused("The pasted steps hold values that are nested too deep.");
  const graph = readGraph({
    nodes: list(raw.nodes, MAX_STEPS, "steps").map((one) => shaped(one, STEP, "step")),
    edges: list(raw.edges, MAX_LINKS, "links").map((one) => shaped(one, LINK, "link")),
    notes: list(raw.notes, MAX_STEPS, "notes").map((one) => shaped(one, NOTE, "note")),
    frames: list(raw.frames, MAX_STEPS, "frames").map((one) => shaped(one, FRAME, "frame")),
  });
  const unknown = [...graph.steps.values()].find((step) => !kinds.has(step.type));
  if (unknown)
    throw new Refused(
      `“${unknown.name || unknown.type}” is a kind of step that is not known here.`,
    );
  return loopsKept(mended(withoutStrangers(graph)), kinds);
}

function parsed(words) {
  try {
    return JSON.parse(words);
  } catch {
    return null;
  }
}

function isDeep(value, left) {
  if (value === null || typeof value !== "object") return false;
  return left < 0 || Object.values(value).some((one) => isDeep(one, left - 1));
}

function list(value, most, what) {
  if (!Array.isArray(value)) return [];
  if (value.length > most)
    throw new Refused(`You pasted too many ${what}: ${most.toLocaleString("en")} at most.`);
  return value;
}

function shaped(raw, shape, what) {
  const one = {};
  for (const [name, [fits, instead]] of Object.entries(shape)) {
    const value = group(raw) ? (raw[name] ?? instead) : undefined;
    if (!fits(value)) throw new Refused(`A pasted ${what} cannot be read, so nothing was pasted.`);
    one[name] = value;
  }
  return one;
}

// Steps that stood in a loop which was not copied stand outside.
function withoutStrangers(graph) {
  const steps = new Map(
    [...graph.steps].map(([id, step]) => [
      id,
      graph.steps.has(step.parent) ? step : { ...step, parent: null },
    ]),
  );
  return { ...graph, steps };
}

function loopsKept(graph, kinds) {
  for (const step of graph.steps.values()) {
    const parent = graph.steps.get(step.parent);
    let deep = 0;
    for (let at = parent; at; at = graph.steps.get(at.parent)) deep += 1;
    if (deep > MAX_LOOPS_DEEP)
      throw new Refused("The pasted loops are too deep inside each other.");
    if (parent && !kinds.get(parent.type).view.is_loop)
      throw new Refused("A pasted step is inside one that is no loop.");
  }
  return graph;
}
