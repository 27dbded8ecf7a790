// How steps look before the server has said it, and which problems belong to them.

import { linksFrom } from "./graph.js";

// The views with one for each step that has none: as a step with the same settings looks, else as
// a fresh one of its kind. The same Map if none is missing.
export function freshViews(graph, before, views, kinds) {
  let result = views;
  for (const step of graph.steps.values()) {
    if (views.has(step.id)) continue;
    if (result === views) result = new Map(views);
    const twin = twinOf(step, before, views);
    result.set(step.id, twin ?? ofKind(graph, step, kinds.get(step.type)?.view));
  }
  return result;
}

function twinOf(step, before, views) {
  for (const other of before.steps.values()) {
    if (other.type !== step.type || other.on_error !== step.on_error || !views.has(other.id))
      continue;
    if (JSON.stringify(other.fields) === JSON.stringify(step.fields)) return views.get(other.id);
  }
  return null;
}

// A fresh one's view, with the ways out that its links already use.
function ofKind(graph, step, view) {
  const ways = view?.ways ?? [];
  const used = new Set(linksFrom(graph, step.id).map((link) => link.source_port));
  for (const way of ways) used.delete(way.port);
  const more = [...used].map((port) => ({ port, label: "", is_error: port === "error" }));
  const known = view ?? {
    title: step.type,
    icon: "circle-help",
    about: "",
    is_start: false,
    is_loop: false,
    is_known: false,
  };
  const all = [...ways, ...more];
  return { ...known, ways: all, is_only: all.length < 2 };
}

export const problemsOf = (problems, id) => problems.filter((one) => one.step_id === id);
