// Commands that remove: what led to a step then leads to what followed it.

import { bodyOf, drop, inside, linked, linksFrom, linksTo, put } from "./graph.js";
import { entries, openEnds } from "./loops.js";

// Steps, links, notes and frames removed. A loop goes with all inside it, or with `keepBody` the
// steps inside come out and take its place.
export const remove =
  (ids, { keepBody = false } = {}) =>
  (graph, { views }) => {
    let result = graph;
    for (const kind of ["links", "notes", "frames"]) {
      const gone = ids.filter((id) => graph[kind].has(id));
      if (gone.length) result = drop(result, kind, gone);
    }
    const steps = ids.filter((id) => result.steps.has(id));
    const keeps = (id) => keepBody && inside(graph, id).length > 0;
    result = withoutSteps(
      result,
      steps.filter((id) => !keeps(id)),
    );
    for (const id of steps.filter(keeps)) {
      result = inside(result, id).length
        ? withoutLoop(result, views, id)
        : withoutSteps(result, [id]);
    }
    return result;
  };

function withoutSteps(graph, ids) {
  if (!ids.length) return graph;
  const gone = new Set(ids);
  for (const id of ids) for (const one of bodyOf(graph, id)) gone.add(one);
  const whole = drop(healed(graph, ids), "steps", gone);
  const loose = [...whole.links.values()].filter(
    (link) => gone.has(link.source) || gone.has(link.target),
  );
  return drop(
    whole,
    "links",
    loose.map((link) => link.id),
  );
}

// The graph without the links of these steps: what led to one leads to what followed it first, and
// from each way out once.
export function healed(graph, ids) {
  const links = new Map(graph.links);
  const from = ends(graph.links, "source");
  const to = ends(graph.links, "target");
  for (const id of ids) {
    const [heir] = from.get(id) ?? [];
    const before = [...(to.get(id) ?? [])];
    for (const link of [...before, ...(from.get(id) ?? [])]) {
      links.delete(link.id);
      from.get(link.source).delete(link);
      to.get(link.target).delete(link);
    }
    for (const link of heir ? before : []) {
      const { target } = heir;
      const isSame = (one) => one.target === target && one.source_port === link.source_port;
      if ([...from.get(link.source)].some(isSame)) continue;
      const led = { ...link, target };
      links.set(led.id, led);
      from.get(led.source).add(led);
      to.get(target).add(led);
    }
  }
  return { ...graph, links };
}

function ends(links, end) {
  const found = new Map();
  for (const link of links.values()) {
    if (!found.has(link[end])) found.set(link[end], new Set());
    found.get(link[end]).add(link);
  }
  return found;
}

function withoutLoop(graph, views, loop) {
  const around = graph.steps.get(loop);
  const firsts = entries(graph, loop);
  const ends = openEnds(graph, views, loop);
  const onward = linksFrom(graph, loop).filter((link) => link.source_port !== "error");
  const out = inside(graph, loop).map((step) => ({ ...step, parent: around.parent }));
  const ways = linksTo(graph, loop).flatMap((link) =>
    firsts.map((one) => [link.source, link.source_port, one.id]),
  );
  for (const end of ends) for (const link of onward) ways.push([end.source, end.port, link.target]);
  const own = [...linksTo(graph, loop), ...linksFrom(graph, loop)];
  const bare = drop(
    drop(
      put(graph, "steps", out),
      "links",
      own.map((link) => link.id),
    ),
    "steps",
    [loop],
  );
  return ways.reduce(
    (result, [source, port, target]) => linked(result, source, port, target),
    bare,
  );
}
