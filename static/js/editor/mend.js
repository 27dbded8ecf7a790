// Makes a graph whole again after parts of it came from different hands: what points nowhere goes.

import { drop, freshKey, leadsTo, linksTo, loopsAround, put } from "./graph.js";

// The graph without links that join nothing, leave their loop or close a circle; a step whose loop
// is gone stands outside, and of two equal keys the later one becomes another.
export function mended(graph) {
  return withoutWrongLinks(withOwnKeys(withLoops(graph)));
}

function withLoops(graph) {
  const lost = [...graph.steps.values()].filter(
    (step) => step.parent !== null && isLost(graph, step),
  );
  return lost.length
    ? put(
        graph,
        "steps",
        lost.map((step) => ({ ...step, parent: null })),
      )
    : graph;
}

const isLost = (graph, step) =>
  !graph.steps.has(step.parent) ||
  step.parent === step.id ||
  loopsAround(graph, step.id).includes(step.id);

function withOwnKeys(graph) {
  const taken = new Set();
  const changed = [];
  for (const step of graph.steps.values()) {
    const key = taken.has(step.key) ? freshKey(step.name, taken) : step.key;
    if (key !== step.key) changed.push({ ...step, key });
    taken.add(key);
  }
  return changed.length ? put(graph, "steps", changed) : graph;
}

function withoutWrongLinks(graph) {
  const wrong = [...graph.links.values()].filter(({ source, target }) => {
    const [from, to] = [graph.steps.get(source), graph.steps.get(target)];
    return !from || !to || from === to || from.parent !== to.parent;
  });
  const left = wrong.length
    ? drop(
        graph,
        "links",
        wrong.map((link) => link.id),
      )
    : graph;
  return withoutCircles(left);
}

function withoutCircles(graph) {
  if (!hasCircle(graph)) return graph;
  let whole = { ...graph, links: new Map() };
  for (const link of graph.links.values()) {
    if (!leadsTo(whole, link.target, link.source)) whole = put(whole, "links", [link]);
  }
  return whole;
}

// Whether the links lead in a circle: then some steps never come free of what leads to them.
export function hasCircle(graph) {
  const waiting = new Map([...graph.steps.keys()].map((id) => [id, linksTo(graph, id).length]));
  const ready = [...waiting.keys()].filter((id) => !waiting.get(id));
  const onward = new Map();
  for (const link of graph.links.values()) {
    onward.set(link.source, [...(onward.get(link.source) ?? []), link.target]);
  }
  let free = 0;
  while (ready.length) {
    free += 1;
    for (const target of onward.get(ready.pop()) ?? []) {
      waiting.set(target, waiting.get(target) - 1);
      if (!waiting.get(target)) ready.push(target);
    }
  }
  return free < waiting.size;
}
