// Commands for what is drawn around the steps and never runs: notes and coloured frames.

import { GRID, boundsOf, toGrid } from "./geometry.js";
import { Refused, newId, put } from "./graph.js";

export const COLOURS = ["plain", "amber", "blue", "green", "red"];
export const MAX_NOTE_CHARS = 4000;
export const MAX_TITLE_CHARS = 120;
const MAX_DRAWN = 500;
const LEAST = { notes: { w: 120, h: 56 }, frames: { w: 96, h: 64 } };
const NOTE = { w: 216, h: 96 };
const AROUND = 24;
const HEAD = 40;

// A new note at {x, y}; its id is in `made` of the command afterwards.
export function addNote({ x, y, text = "", colour = "plain", at = new Date() }) {
  return making((graph, { me }) => {
    const today = at.toISOString().slice(0, 10);
    const size = { w: NOTE.w, h: NOTE.h };
    return [
      "notes",
      {
        id: newId(graph),
        ...onGrid({ x, y, ...size }),
        text,
        colour,
        by: me?.name ?? "",
        at: today,
      },
    ];
  });
}

// A new frame around these steps and notes, or with this `rect`.
export function addFrame({ ids = null, rect = null, title = "", colour = "blue" }) {
  return making((graph, { views }) => {
    const held = rect ?? boundsOf(graph, views, new Set(ids));
    if (!held) throw new Refused("Select the steps that belong together first.");
    const box = rect ?? {
      x: held.x - AROUND,
      y: held.y - HEAD,
      w: held.w + 2 * AROUND,
      h: held.h + HEAD + AROUND,
    };
    return ["frames", { id: newId(graph), ...sized("frames", onGrid(box)), title, colour }];
  });
}

function making(work) {
  const command = (graph, editor) => {
    const [kind, one] = work(graph, editor);
    if (graph[kind].size >= MAX_DRAWN)
      throw new Refused(`A flow can have ${MAX_DRAWN} ${kind} at most.`);
    command.made = [one.id];
    return put(graph, kind, [one]);
  };
  return Object.assign(command, { made: [] });
}

// Other words, colour, place or size ({text, title, colour, x, y, w, h}) of a note or a frame.
export const setDrawing = (id, changes) => (graph) => {
  const kind = graph.notes.has(id) ? "notes" : "frames";
  const one = graph[kind].get(id);
  if (!one) throw new Refused("This is no longer here. Somebody may have removed it.");
  const next = sized(kind, { ...one, ...changes });
  if (next.text?.length > MAX_NOTE_CHARS)
    throw new Refused("A note can have 4,000 characters at most.");
  if (next.title?.length > MAX_TITLE_CHARS)
    throw new Refused("A title can have 120 characters at most.");
  const isSame = Object.keys(next).every((name) => next[name] === one[name]);
  return isSame ? graph : put(graph, kind, [next]);
};

const sized = (kind, one) => ({
  ...one,
  w: Math.max(LEAST[kind].w, one.w),
  h: Math.max(LEAST[kind].h, one.h),
});

const onGrid = ({ x, y, w, h }) => ({
  x: toGrid(x),
  y: toGrid(y),
  w: Math.ceil(w / GRID) * GRID,
  h: Math.ceil(h / GRID) * GRID,
});
