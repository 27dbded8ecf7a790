// What commands ask of loops: the step itself, how deep it is, which of its ways still end.

import { Refused, inside, linksFrom, linksTo, loopsAround } from "./graph.js";
import { readingOrder } from "./walk.js";

export const MAX_LOOPS_DEEP = 3;

export function stepOf(graph, id) {
  const step = graph.steps.get(id);
  if (!step) throw new Refused("This step is no longer in the flow. Somebody may have removed it.");
  return step;
}

// How many loops deep a step goes, itself counted if it is one.
export function levels(graph, views, id) {
  const body = inside(graph, id);
  if (!body.length && !views.get(id)?.is_loop) return 0;
  return 1 + Math.max(0, ...body.map((one) => levels(graph, views, one.id)));
}

// Refuse if something `deep` loops deep does not fit inside `parent`.
export function refuseDeep(graph, parent, deep) {
  const around = parent ? loopsAround(graph, parent).length + 1 : 0;
  if (deep && around + deep > MAX_LOOPS_DEEP) {
    throw new Refused(
      `Loops can be inside each other ${MAX_LOOPS_DEEP} deep. Let another agent do the inner part.`,
    );
  }
}

export const entries = (graph, loop) =>
  inside(graph, loop).filter((one) => !linksTo(graph, one.id).length);

// {source, port} of every way out inside a loop that leads nowhere, the error ways left out.
export function openEnds(graph, views, loop) {
  const ids = readingOrder(graph).filter((id) => graph.steps.get(id).parent === loop);
  return ids.flatMap((id) =>
    (views.get(id)?.ways ?? [])
      .filter((way) => !way.is_error && !linksFrom(graph, id, way.port).length)
      .map((way) => ({ source: id, port: way.port })),
  );
}

// The open end that comes last in the flow's order, or null.
export function openEnd(graph, views, loop) {
  return openEnds(graph, views, loop).at(-1) ?? null;
}
