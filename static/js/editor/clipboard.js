// Steps as text, for the clipboard: within an agent, between agents, or in a mail to a colleague.

import { union, rectsOf } from "./geometry.js";
import { MAX_STEPS, Refused, freshKey, freshName, keysOf, namesOf, newId, put } from "./graph.js";
import { levels, refuseDeep } from "./loops.js";
import { outermost } from "./commands_move.js";
import { withBodies } from "./places.js";
import { readPasted } from "./pasted.js";
import { withKeys } from "./references.js";

export const MARKER = "lamplight-steps";
const ASIDE = 24;

// These steps with all inside them and the links among them, notes and frames, as text; "" for none.
export function copied(graph, ids) {
  const all = withBodies(graph, ids);
  const only = (kind) => [...graph[kind].values()].filter((one) => all.has(one.id));
  const [nodes, notes, frames] = [only("steps"), only("notes"), only("frames")];
  if (!nodes.length && !notes.length && !frames.length) return "";
  const edges = [...graph.links.values()].filter(
    (link) => all.has(link.source) && all.has(link.target),
  );
  return JSON.stringify({ kind: MARKER, schema: 1, nodes, edges, notes, frames });
}

// What was copied, put in with ids and keys of its own; the ids are in `made` of the command
// afterwards. `at` is where its top left comes to stand, `loop` what it is put inside of.
export function paste(text, { at = null, loop = null } = {}) {
  const command = (graph, editor) => {
    const part = readPasted(text, MARKER, editor.kinds);
    const result = joinedIn(graph, part, editor, { at, loop });
    command.made = result.made;
    return result.graph;
  };
  return Object.assign(command, { made: [] });
}

// Copies of steps, notes and frames beside them, each in the loop it came from.
export function duplicate(ids) {
  const command = (graph, editor) => {
    const text = copied(graph, ids);
    if (!text) return graph;
    const part = readPasted(text, MARKER, editor.kinds);
    const outer = outermost(graph, ids);
    const parents = new Map(outer.map((id) => [id, graph.steps.get(id).parent]));
    const result = joinedIn(graph, part, editor, { parents });
    command.made = result.made;
    return result.graph;
  };
  return Object.assign(command, { made: [] });
}

function joinedIn(graph, part, { views, kinds }, { at = null, loop = null, parents = null }) {
  if (graph.steps.size + part.steps.size > MAX_STEPS)
    throw new Refused("A flow can have 1,000 steps at most.");
  const ids = new Map();
  const taken = new Set();
  for (const kind of ["steps", "links", "notes", "frames"]) {
    for (const id of part[kind].keys()) {
      ids.set(id, newId(graph, taken));
      taken.add(ids.get(id));
    }
  }
  const parentOf = (step) => ids.get(step.parent) ?? parents?.get(step.id) ?? loop;
  refuseWrongLoops(graph, part, kinds, parentOf, ids);
  const { dx, dy } = offset(graph, part, viewsOf(part, views, kinds), at);
  const steps = renamed(graph, part).map((step) => ({
    ...step,
    id: ids.get(step.id),
    parent: parentOf(step),
    x: step.x + dx,
    y: step.y + dy,
  }));
  const links = [...part.links.values()].map((link) => ({
    ...link,
    id: ids.get(link.id),
    source: ids.get(link.source),
    target: ids.get(link.target),
  }));
  let result = put(put(graph, "steps", steps), "links", links);
  for (const kind of ["notes", "frames"]) {
    const ones = [...part[kind].values()];
    result = put(
      result,
      kind,
      ones.map((one) => ({ ...one, id: ids.get(one.id), x: one.x + dx, y: one.y + dy })),
    );
  }
  const outer = [...part.steps.values()].filter((step) => !ids.has(step.parent));
  const made = [...outer, ...part.notes.values(), ...part.frames.values()].map((one) =>
    ids.get(one.id),
  );
  return { graph: result, made };
}

const viewsOf = (part, views, kinds) =>
  new Map(
    [...part.steps.values()].map((step) => [
      step.id,
      views.get(step.id) ?? kinds.get(step.type)?.view,
    ]),
  );

function refuseWrongLoops(graph, part, kinds, parentOf, ids) {
  const views = new Map(
    [...part.steps.values()].map((step) => [step.id, kinds.get(step.type).view]),
  );
  for (const step of part.steps.values()) {
    const parent = parentOf(step);
    if (!parent || ids.has(step.parent)) continue;
    if (views.get(step.id).is_start)
      throw new Refused(`“${step.name}” begins a flow; it cannot be inside a loop.`);
    refuseDeep(graph, parent, levels(part, views, step.id));
  }
}

// Names and keys that nothing has yet, and references among the pasted steps that follow them.
function renamed(graph, part) {
  const [names, taken] = [namesOf(graph), keysOf(graph)];
  const keys = new Map();
  const steps = [...part.steps.values()].map((step) => {
    const name = freshName(step.name, names);
    const key = taken.has(step.key) ? freshKey(name, taken) : step.key;
    names.add(name);
    taken.add(key);
    keys.set(step.key, key);
    return { ...step, name, key };
  });
  return steps.map((step) => withKeys(step, keys));
}

function offset(graph, part, views, at) {
  const whole = union([
    ...rectsOf(part, views).values(),
    ...part.notes.values(),
    ...part.frames.values(),
  ]);
  if (at) return { dx: Math.round(at.x - whole.x), dy: Math.round(at.y - whole.y) };
  const places = new Set(
    [...graph.steps.values(), ...graph.notes.values(), ...graph.frames.values()].map(
      ({ x, y }) => `${x} ${y}`,
    ),
  );
  const [first] = [...part.steps.values(), ...part.notes.values(), ...part.frames.values()];
  let aside = ASIDE;
  while (places.has(`${first.x + aside} ${first.y + aside}`)) aside += ASIDE;
  return { dx: aside, dy: aside };
}
