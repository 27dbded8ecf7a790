// Steps, notes and frames moved by hand: in line with others, onto a link, into a loop or out of it.

import { moveBy, putInto, putOnLink } from "./commands.js";
import { Refused, linksFrom, linksTo, put } from "./graph.js";
import { landing, lighter } from "./landing.js";
import { line } from "./marks.js";
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
  const isLoose = steps.length === 1 && ids.length === 1 && canGoOnLink(before, steps[0]);
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
      place = steps.length ? landing(before, point, { moved: new Set(steps), onLinks: isLoose }) : null;
      if (place && !goes(place.loop)) place.loop = undefined;
      const isElsewhere = place && place.loop !== undefined && changesLoop(before, steps, place.loop);
      guides.at(to.guides.map(drawn).join(""));
      light(place?.link || isElsewhere ? place : null);
      editor.preview(moved(ids, steps, to, isElsewhere && !place.link ? place.loop : undefined));
      place = { ...place, to, isElsewhere };
    },
    drop() {
      end();
      if (place?.link) editor.preview(ontoLink(steps[0], place, before));
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

const ontoLink = (id, { link, to }, { graph }) => (_, editor) => {
  const { parent } = graph.steps.get(graph.links.get(link).source);
  const there = moveBy([id], to.dx, to.dy)(graph, editor);
  const step = { ...there.steps.get(id), parent };
  return putOnLink(id, link)(put(there, "steps", [step]), editor);
};

const changesLoop = ({ graph }, steps, loop) => steps.some((id) => {
  const { parent } = graph.steps.get(id);
  return parent !== loop && !steps.includes(parent);
});

function canGoOnLink({ graph, views }, id) {
  const view = views.get(id);
  return !view?.is_start && view?.ways.length > 0 && !linksFrom(graph, id).length && !linksTo(graph, id).length;
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
    return { label: `Put ${name} between “${from}” and “${to}”`, said: `${name} comes after “${from}” now.` };
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
