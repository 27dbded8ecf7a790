// Commands that add a step: alone, on a way out, on a link, inside a loop.

import {
  CARD_H,
  CARD_W,
  EMPTY_LOOP,
  LOOP_HEAD,
  LOOP_PAD,
  boundsOf,
  cardSize,
  rectOf,
  toGrid,
} from "./geometry.js";
import {
  Refused,
  drop,
  freshKey,
  freshName,
  inside,
  keysOf,
  linked,
  linksFrom,
  linksTo,
  namesOf,
  newId,
  put,
  putBehind,
} from "./graph.js";
import { levels, openEnd, refuseDeep, stepOf } from "./loops.js";
import { BELOW, freePlace, placeBelow, withRoom } from "./places.js";
import { firstWay } from "./ways.js";

// A step of kind `type`. One of: `after` and `port` (below that way out; what followed it follows
// the new one) · `link` (between its two steps) · `loop` (inside it, behind its last step) · none
// (alone; a start before the first step). `at` is its top left where the person chose one. Its id
// is in `made` of the command afterwards.
export function addStep({
  type,
  at = null,
  after = null,
  port = null,
  link = null,
  loop = null,
  name = "",
}) {
  const command = (graph, { kinds, views }) => {
    const kind = kinds.get(type);
    if (!kind) throw new Refused("This kind of step is not known here.");
    const place = placeOf(graph, views, { after, port, link, loop, at, kind });
    refuseWrongPlace(graph, kind, place);
    const step = newStep(graph, type, kind, name, place.parent);
    const seen = new Map(views).set(step.id, kind.view);
    command.made = [step.id];
    return added(graph, seen, { ...step, ...topLeft(graph, seen, step, place, at) }, place);
  };
  return Object.assign(command, { made: [] });
}

// {parent, source, port, moved}: the loop it is in, the way that leads to it, the links it takes over.
function placeOf(graph, views, { after, port, link, loop, at, kind }) {
  if (link) {
    const found = graph.links.get(link);
    if (!found) throw new Refused("This link is no longer in the flow.");
    const parent = graph.steps.get(found.source).parent;
    return { parent, source: found.source, port: found.source_port, moved: [found] };
  }
  if (after) {
    const source = stepOf(graph, after);
    const way = port ?? firstWay(views, after);
    if (way === null) throw new Refused(`Nothing can come after “${source.name}”.`);
    return { parent: source.parent, source: after, port: way, moved: linksFrom(graph, after, way) };
  }
  const parent = loop ? stepOf(graph, loop).id : null;
  const end = loop && !at ? openEnd(graph, views, loop) : null;
  const first =
    kind.is_start && !at ? inside(graph, null).find((one) => isEntry(graph, views, one)) : null;
  return { parent, moved: [], ...end, before: first?.id ?? null };
}

const isEntry = (graph, views, step) =>
  !linksTo(graph, step.id).length && !views.get(step.id)?.is_start;

function refuseWrongPlace(graph, kind, { parent, source, moved }) {
  if (kind.is_start && parent)
    throw new Refused(`“${kind.title}” begins a flow; it cannot be inside a loop.`);
  if (kind.is_start && source)
    throw new Refused(`“${kind.title}” begins a flow; nothing can lead to it.`);
  if (kind.is_loop) refuseDeep(graph, parent, 1);
  if (moved.length && !kind.view.ways.length) {
    const before = graph.steps.get(source).name;
    throw new Refused(
      `Nothing can come after “${kind.title}”, and “${before}” already goes on. Put it where a way ends.`,
    );
  }
}

function newStep(graph, type, kind, name, parent) {
  const label = freshName(name || kind.title, namesOf(graph));
  return {
    id: newId(graph),
    type,
    type_version: kind.type_version,
    key: freshKey(label, keysOf(graph)),
    name: label,
    parent,
    x: 0,
    y: 0,
    fields: structuredClone(kind.fields ?? {}),
    disabled: false,
    on_error: "stop",
    default_output: null,
    retry: { times: 0, wait_s: 0 },
    timeout_s: null,
    note: "",
  };
}

function topLeft(graph, views, step, { parent, source, port, moved, before }, at) {
  const view = views.get(step.id);
  const size = view.is_loop ? EMPTY_LOOP : cardSize(view);
  if (at) return { x: toGrid(at.x), y: toGrid(at.y) };
  if (source) {
    const below = placeBelow(graph, views, source, port, size);
    const except = new Set(moved.map((link) => link.target)); // they move down
    return freePlace(graph, views, below, size, parent, except);
  }
  if (before) {
    const rect = rectOf(graph, views, before);
    const above = {
      x: toGrid(rect.x + rect.w / 2 - CARD_W / 2),
      y: toGrid(rect.y - BELOW - CARD_H),
    };
    return freePlace(graph, views, above, size, parent);
  }
  if (parent) return insideOf(graph, views, parent, size);
  const whole = boundsOf(graph, views, new Set(graph.steps.keys()));
  return whole ? { x: toGrid(whole.x), y: toGrid(whole.y + whole.h + BELOW) } : { x: 0, y: 0 };
}

function insideOf(graph, views, loop, size) {
  const rect = rectOf(graph, views, loop);
  const place = { x: toGrid(rect.x + LOOP_PAD), y: toGrid(rect.y + LOOP_HEAD) };
  return freePlace(graph, views, place, size, loop);
}

function added(graph, views, step, { source, port, moved, before }) {
  const way = firstWay(views, step.id);
  let result = source ? putBehind(graph, source, [step]) : put(graph, "steps", [step]);
  if (!source && step.parent) result = putBehind(graph, step.parent, [step]);
  if (moved.length)
    result = put(
      result,
      "links",
      moved.map((link) => ({ ...link, source: step.id, source_port: way })),
    );
  if (source) result = linked(result, source, port, step.id);
  if (before && way !== null) result = linked(result, step.id, way, before);
  return withRoom(result, views, step.id);
}

// Steps that are linked with no others, put on a link: between the two steps that it joined. One
// of them is the first, another one the last.
export function putOnLink(ids, linkId) {
  return (graph, { views }) => {
    const link = graph.links.get(linkId);
    if (!link) throw new Refused("This link is no longer in the flow.");
    const { first, last } = chainOf(graph, ids);
    const [begin, end] = [stepOf(graph, first), stepOf(graph, last)];
    const way = firstWay(views, last);
    if (views.get(first)?.is_start)
      throw new Refused(`“${begin.name}” begins the flow; nothing can lead to it.`);
    if (way === null)
      throw new Refused(`Nothing can come after “${end.name}”. Put it where a way ends.`);
    const { parent } = graph.steps.get(link.source);
    for (const id of ids) {
      if (graph.steps.get(id).parent !== parent)
        throw new Refused(`“${graph.steps.get(id).name}” is not in the same loop as this link.`);
      refuseDeep(graph, parent, levels(graph, views, id));
    }
    const without = drop(graph, "links", [linkId]);
    const led = linked(without, link.source, link.source_port, first);
    return withRoom(linked(led, last, way, link.target), views, last);
  };
}

// {first, last} of steps that lead from one of them to another one and are linked with no others.
export function chainOf(graph, ids) {
  const own = new Set(ids);
  const loose = (id) =>
    [...linksTo(graph, id), ...linksFrom(graph, id)].every((link) => own.has(link.source) && own.has(link.target));
  const linkedTo = ids.find((id) => !loose(id));
  if (linkedTo)
    throw new Refused(`“${stepOf(graph, linkedTo).name}” is linked already. Cut its links first.`);
  const firsts = ids.filter((id) => !linksTo(graph, id).length);
  const lasts = ids.filter((id) => !linksFrom(graph, id).length);
  if (firsts.length !== 1 || lasts.length !== 1)
    throw new Refused("Only steps with one way in and one way out fit on a link. Link them first.");
  return { first: firsts[0], last: lasts[0] };
}
