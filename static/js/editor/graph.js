// A flow as a value in the browser: Maps of steps, links, frames and notes by id, never changed in
// place. Every edit gives a new graph that shares what stayed as it was.

export const MAX_STEPS = 1000;
export const MAX_LINKS = 3000;
export const MAX_NAME_CHARS = 120;
const KINDS = [
  ["steps", "nodes"],
  ["links", "edges"],
  ["frames", "frames"],
  ["notes", "notes"],
];
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH = 8;
const MAX_KEY_CHARS = 40;

// An edit that makes no sense; the message is a sentence for the person.
export class Refused extends Error {}

// The graph in `graph_json`. Parts that are not known here are kept and written again.
export function readGraph(json) {
  const graph = { rest: { ...json } };
  for (const [kind, stored] of KINDS) {
    graph[kind] = new Map((json[stored] ?? []).map((one) => [one.id, one]));
    delete graph.rest[stored];
  }
  return graph;
}

// `graph_json` of a graph, as the server reads it.
export function writeGraph(graph) {
  const json = { ...graph.rest };
  for (const [kind, stored] of KINDS) json[stored] = [...graph[kind].values()];
  return json;
}

// The graph, with what is equal to a part of `known` being that very part.
export function shared(graph, known) {
  const result = { ...graph };
  for (const [kind] of KINDS) {
    result[kind] = new Map();
    for (const [id, one] of graph[kind]) {
      const old = known[kind].get(id);
      const isSame = old !== undefined && JSON.stringify(old) === JSON.stringify(one);
      result[kind].set(id, isSame ? old : one);
    }
  }
  return result;
}

// A word that nothing in the graph has as its id, nor anything in `taken`.
export function newId(graph, taken = null) {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(ID_LENGTH));
    const id = Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join("");
    if (!taken?.has(id) && !KINDS.some(([kind]) => graph[kind].has(id))) return id;
  }
}

export const keysOf = (graph) => new Set([...graph.steps.values()].map((step) => step.key));
export const namesOf = (graph) => new Set([...graph.steps.values()].map((step) => step.name));

// A key made from a name that is not taken: `Get the price` gives `get_the_price`.
export function freshKey(name, taken) {
  const plain = name
    .toLowerCase()
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/g, "");
  const made = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, MAX_KEY_CHARS)
    .replace(/_+$/, "");
  const key = /^[a-z]/.test(made) ? made : `step_${made}`.replace(/_+$/, "");
  return unused(key, "_", taken);
}

// A name that is not taken: `HTTP request`, then `HTTP request 2`.
export function freshName(name, taken) {
  return unused([...name.trim()].slice(0, MAX_NAME_CHARS - 5).join(""), " ", taken);
}

function unused(word, joiner, taken) {
  let fresh = word;
  for (let number = 2; taken.has(fresh); number += 1) fresh = `${word}${joiner}${number}`;
  return fresh;
}

// A value worked out once for each object that never changes.
export function kept(work) {
  const known = new WeakMap();
  return (source) => {
    if (!known.has(source)) known.set(source, work(source));
    return known.get(source);
  };
}

function grouped(values, by) {
  const found = new Map();
  for (const one of values) {
    if (found.has(one[by])) found.get(one[by]).push(one);
    else found.set(one[by], [one]);
  }
  return found;
}

const children = kept((steps) => grouped(steps.values(), "parent"));
const outgoing = kept((links) => grouped(links.values(), "source"));
const incoming = kept((links) => grouped(links.values(), "target"));

// The steps right inside a loop, in stored order; with null, those that no loop is around.
export const inside = (graph, id) => children(graph.steps).get(id) ?? [];

// The links that leave a step, by one way out or by all.
export function linksFrom(graph, id, port) {
  const links = outgoing(graph.links).get(id) ?? [];
  return port === undefined ? links : links.filter((link) => link.source_port === port);
}

export const linksTo = (graph, id) => incoming(graph.links).get(id) ?? [];

// The ids of everything inside a step, at any depth.
export function bodyOf(graph, id) {
  const found = new Set();
  const waiting = [id];
  while (waiting.length) {
    for (const step of inside(graph, waiting.pop())) {
      if (!found.has(step.id)) waiting.push(step.id);
      found.add(step.id);
    }
  }
  return found;
}

// The ids of the loops around a step, the nearest first.
export function loopsAround(graph, id) {
  const found = [];
  let parent = graph.steps.get(id)?.parent ?? null;
  while (parent !== null && !found.includes(parent)) {
    found.push(parent);
    parent = graph.steps.get(parent)?.parent ?? null;
  }
  return found;
}

// Whether a way leads from one step to another.
export function leadsTo(graph, from, to) {
  const seen = new Set();
  const waiting = [from];
  while (waiting.length) {
    const id = waiting.pop();
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const link of linksFrom(graph, id)) waiting.push(link.target);
  }
  return false;
}

// The graph with these parts put in or replaced, at the end if they are new.
export function put(graph, kind, ones) {
  const map = new Map(graph[kind]);
  for (const one of ones) map.set(one.id, one);
  return { ...graph, [kind]: map };
}

// The graph without these parts.
export function drop(graph, kind, ids) {
  const map = new Map(graph[kind]);
  for (const id of ids) map.delete(id);
  return { ...graph, [kind]: map };
}

// The graph with new steps right behind one and what is inside it, in stored order.
export function putBehind(graph, id, ones) {
  const own = bodyOf(graph, id).add(id);
  const stored = [...graph.steps.values()];
  const at = stored.findLastIndex((step) => own.has(step.id)) + 1;
  return withOrder(graph, [...stored.slice(0, at), ...ones, ...stored.slice(at)]);
}

// The graph with exactly these steps, stored in this order.
export function withOrder(graph, steps) {
  return { ...graph, steps: new Map(steps.map((step) => [step.id, step])) };
}

// The graph with one more link.
export function linked(graph, source, port, target) {
  const link = { id: newId(graph), source, source_port: port, target, target_port: "in" };
  return put(graph, "links", [link]);
}

export const sameGraph = (a, b) => a === b || KINDS.every(([kind]) => sameMap(a[kind], b[kind]));

function sameMap(a, b) {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [id, one] of a) if (b.get(id) !== one) return false;
  return true;
}
