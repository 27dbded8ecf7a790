// Steps, notes and frames moved by hand: in line with others, onto a link, into a loop or out of it.

import { chainOf, moveBy, outermost, putInto, putOnLink } from "./commands.js";
import { rectOf } from "./geometry.js";
import { Refused, put } from "./graph.js";
import { landing, lighter } from "./landing.js";
import { line } from "./marks.js";
import { BELOW } from "./places.js";
import { at } from "./pointed.js";
import { snapper } from "./snap.js";

const PULL_PX = 6;

export function drag(editor, page, event, id) {
  const isWithOthers = editor.selected.has(id);
  const ids = isWithOthers ? [...editor.selected].filter((one) => !editor.graph.links.has(one)) : [id];
  const before = { graph: editor.graph, views: editor.views };
  const steps = ids.filter((one) => before.graph.steps.has(one));
  const start = at(page, event);
  const snap = snapper(before.graph, before.views, ids);
  const guides = line(page, "guides");
  const light = lighter(page);
  const goes = goesInto(editor, before, steps);
  const chain = steps.length === ids.length ? chainFor(before, steps) : null;
  let place = null;

  const end = () => {
    guides.remove();
    light(null);
  };
  return {
    nearEdge: true,
    move(now) {
      const point = at(page, now);
      const pull = now.altKey ? 0 : PULL_PX / page.camera.zoom;
      const to = snap(point.x - start.x, point.y - start.y, { pull });
      place = steps.length ? landing(before, point, { moved: new Set(steps), onLinks: chain !== null }) : null;
      if (place && !goes(place.loop)) place.loop = undefined;
      const isElsewhere = place && place.loop !== undefined && changesLoop(before, steps, place.loop);
      guides.at(to.guides.map(drawn).join(""));
      light(place?.link || isElsewhere ? place : null);
      editor.preview(moved(ids, steps, to, isElsewhere && !place.link ? place.loop : undefined));
      place = { ...place, to, isElsewhere };
    },
    drop() {
      end();
      if (place?.link && !editor.preview(ontoLink(chain, place, before))) place.link = null;
      const told = sentence(editor, before, steps, ids, place);
      if (editor.endPreview(told.label)) editor.say(told.said);
    },
    cancel() {
      end();
      editor.endPreview(null);
      editor.say("Nothing was moved.");
    },
  };
}

// Moved by a distance, and with `loop` not undefined also into that loop, or with null out of all.
const moved = (ids, steps, { dx, dy }, loop) => (graph, editor) => {
  const result = moveBy(ids, dx, dy)(graph, editor);
  return loop === undefined ? result : putInto(steps, loop, { keepPlace: true })(result, editor);
};

const ontoLink = ({ ids, first }, { link, to }, { graph, views }) => (_, editor) => {
  const { source } = graph.links.get(link);
  const { parent } = graph.steps.get(source);
  const [from, top] = [rectOf(graph, views, source), rectOf(graph, views, first).y];
  const down = ids.length > 1 ? Math.max(to.dy, from.y + from.h + BELOW - top) : to.dy; // below what leads to it
  const there = moveBy(ids, to.dx, down)(graph, editor);
  const steps = ids.map((id) => ({ ...there.steps.get(id), parent }));
  return putOnLink(ids, link)(put(there, "steps", steps), editor);
};

const changesLoop = ({ graph }, steps, loop) => steps.some((id) => {
  const { parent } = graph.steps.get(id);
  return parent !== loop && !steps.includes(parent);
});

// {ids, first} of steps that can go between two others, or null.
function chainFor({ graph, views }, steps) {
  const ids = outermost(graph, steps);
  try {
    const { first, last } = chainOf(graph, ids);
    return !views.get(first)?.is_start && views.get(last)?.ways.length ? { ids, first } : null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return null;
  }
}

// Whether the steps may go into a loop; the reason why not is told once for each loop.
function goesInto(editor, before, steps) {
  const known = new Map();
  return (loop) => {
    if (!known.has(loop)) known.set(loop, tried(editor, before, steps, loop));
    return known.get(loop);
  };
}

function tried(editor, { graph, views }, steps, loop) {
  try {
    putInto(steps, loop, { keepPlace: true })(graph, { ...editor, views, kinds: editor.kinds });
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    editor.say(error.message);
    return false;
  }
}

const drawn = ({ x, y, to, across }) => (across ? `M${x} ${y}H${to}` : `M${x} ${y}V${to}`);

function sentence(editor, { graph }, steps, ids, place) {
  const name = ids.length === 1 && steps.length === 1 ? `“${graph.steps.get(steps[0]).name}”` : things(graph, ids);
  if (place?.link) {
    const { source, target } = graph.links.get(place.link);
    const [from, to] = [graph.steps.get(source).name, graph.steps.get(target).name];
    return { label: `Put ${name} between “${from}” and “${to}”`, said: `${name} ${ids.length > 1 ? "come" : "comes"} after “${from}” now.` };
  }
  if (place?.isElsewhere && place.loop) {
    const around = graph.steps.get(place.loop).name;
    return { label: `Put ${name} into “${around}”`, said: `${name} put into “${around}”.` };
  }
  if (place?.isElsewhere) return { label: `Take ${name} out of the loop`, said: `${name} taken out of the loop.` };
  return { label: `Move ${name}`, said: `${name} moved.` };
}

// "a note", "a frame", "3 things"
export function things(graph, ids) {
  if (ids.length > 1) return ids.every((id) => graph.steps.has(id)) ? `${ids.length} steps` : `${ids.length} things`;
  return graph.notes.has(ids[0]) ? "a note" : "a frame";
}
