// Undo and redo: one entry for each gesture, each knowing what it changed, so that what others
// changed meanwhile stays.

import { mended } from "./mend.js";

export const MAX_ENTRIES = 200;
const KINDS = ["steps", "links", "frames", "notes"];

export function createHistory(most = MAX_ENTRIES) {
  const past = [];
  const future = [];
  return {
    get undoLabel() {
      return past.at(-1)?.label ?? "";
    },
    get redoLabel() {
      return future.at(-1)?.label ?? "";
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
    // One more entry; with a key that the last one has, that one grows instead.
    push({ label, before, after, key = null }) {
      future.length = 0;
      const last = past.at(-1);
      if (key !== null && last?.key === key && last.after === before) last.after = after;
      else past.push({ label, before, after, key });
      if (past.length > most) past.shift();
    },
    // {graph, label} as it was before the last entry, or null.
    undo: (graph) => turned(past, future, graph, "after", "before"),
    redo: (graph) => turned(future, past, graph, "before", "after"),
    // From here on nothing joins the last entry.
    close() {
      if (past.length) past.at(-1).key = null;
    },
  };
}

function turned(from, to, graph, now, then) {
  const entry = from.pop();
  if (!entry) return null;
  entry.key = null;
  to.push(entry);
  const result = graph === entry[now] ? entry[then] : replayed(graph, entry[now], entry[then]);
  return { graph: result, label: entry.label };
}

// What led from one graph to another, done to a third one.
function replayed(graph, from, to) {
  const result = { ...graph };
  for (const kind of KINDS) {
    result[kind] = new Map(graph[kind]);
    for (const [id, , after] of changes(from[kind], to[kind])) {
      if (after === undefined) result[kind].delete(id);
      else result[kind].set(id, after);
    }
  }
  return mended(result);
}

// [id, before, after] of everything that differs between two Maps; undefined for what is not there.
export function changes(before, after) {
  const found = [];
  for (const [id, one] of before) if (after.get(id) !== one) found.push([id, one, after.get(id)]);
  for (const [id, one] of after) if (!before.has(id)) found.push([id, undefined, one]);
  return found;
}
