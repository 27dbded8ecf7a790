// Two people changed one draft: what does not touch joins; what does is told in plain words.

import { shared } from "./graph.js";
import { mended } from "./mend.js";

const OF_STEP = {
  name: "its name",
  parent: "the loop it is in",
  fields: "its settings",
  disabled: "whether it is switched off",
  on_error: "what happens if it fails",
  default_output: "its stand-in result",
  retry: "how often it is tried again",
  timeout_s: "its time limit",
  note: "its note",
  type: "its kind",
};
const OF_LINK = { source: "where it begins", source_port: "its way out", target: "where it ends" };
const OF_DRAWING = { text: "its words", title: "its title", colour: "its colour" };
const PLACES = new Set(["x", "y", "w", "h", "key", "type_version", "at", "by", "target_port"]);
const KINDS = { steps: OF_STEP, links: OF_LINK, notes: OF_DRAWING, frames: OF_DRAWING };

// {graph, clashes}: `base` with what became of it in `mine` and in `theirs`. Where both changed the
// same, mine is taken unless `prefer` is "theirs", and the clash is listed: {kind, id, name, part,
// text, mine, theirs}. Places never clash.
export function merged(base, mine, theirs, { prefer = "mine" } = {}) {
  const clashes = [];
  const graph = { ...theirs };
  for (const kind of Object.keys(KINDS))
    graph[kind] = mergedKind(kind, base, mine, theirs, prefer, clashes);
  graph.links = withLinksOf(
    stayed(graph, clashes),
    graph.links,
    base,
    prefer === "mine" ? mine : theirs,
  );
  return { graph: mended(shared(graph, mine)), clashes };
}

// The steps that one of the two took away and that stay all the same.
const stayed = (graph, clashes) =>
  new Set(
    clashes
      .filter(({ kind, part, id }) => kind === "steps" && part === null && graph.steps.has(id))
      .map(({ id }) => id),
  );

// Such a step stays with the links it has in `kept`, the draft of whoever kept it.
function withLinksOf(ids, links, base, kept) {
  const result = new Map(links);
  for (const { id, source, target } of base.links.values()) {
    if (!ids.has(source) && !ids.has(target)) continue;
    if (kept.links.has(id)) result.set(id, kept.links.get(id));
    else result.delete(id);
  }
  return result;
}

function mergedKind(kind, base, mine, theirs, prefer, clashes) {
  const result = new Map();
  for (const id of new Set([...theirs[kind].keys(), ...mine[kind].keys()])) {
    const [b, m, t] = [base[kind].get(id), mine[kind].get(id), theirs[kind].get(id)];
    const tell = (part, was, now, words) =>
      clashes.push({
        kind,
        id,
        name: nameOf(kind, m ?? t, mine, theirs),
        part,
        mine: was,
        theirs: now,
        text: words,
      });
    const one =
      b && !(m && t) ? removed(kind, b, m, t, prefer, tell) : both(kind, b, m, t, prefer, tell);
    if (one) result.set(id, one);
  }
  return result;
}

// One of the two took it away: it goes, unless the other one changed it meanwhile.
function removed(kind, b, m, t, prefer, tell) {
  const kept = m ?? t;
  if (!hasChanged(kind, b, kept)) return null;
  const words = m
    ? "You changed it, and it was removed meanwhile."
    : "You removed it, and it was changed meanwhile.";
  tell(null, m ? "changed" : "removed", t ? "changed" : "removed", words);
  return prefer === "mine" ? (m ?? null) : (t ?? null);
}

const hasChanged = (kind, b, one) =>
  Object.keys(KINDS[kind]).some((part) => !same(b[part], one[part]));

function both(kind, b, m, t, prefer, tell) {
  if (!b) return m && t ? (prefer === "mine" ? m : t) : (m ?? t);
  const pairs = [...new Set([...Object.keys(t), ...Object.keys(m)])].map((part) => {
    if (part === "fields" && kind === "steps")
      return [part, fields(b.fields, m.fields, t.fields, prefer, tell)];
    const [was, now] = [m[part], t[part]];
    if (same(was, now) || same(was, b[part])) return [part, now];
    if (same(now, b[part])) return [part, was];
    if (!PLACES.has(part)) tell(part, was, now, sentence(KINDS[kind][part] ?? part));
    return [part, prefer === "mine" ? was : now];
  });
  return Object.fromEntries(pairs);
}

// Settings join one by one.
function fields(b, m, t, prefer, tell) {
  const pairs = [];
  for (const name of new Set([...Object.keys(t), ...Object.keys(m)])) {
    const [was, now, old] = [own(m, name), own(t, name), own(b, name)];
    const isMine = !same(was, old);
    const isTheirs = !same(now, old);
    if (isMine && isTheirs && !same(was, now))
      tell(`fields.${name}`, was, now, sentence(`the setting “${name}”`));
    const value = isMine && (prefer === "mine" || !isTheirs) ? was : now;
    if (value !== undefined) pairs.push([name, value]);
  }
  return Object.fromEntries(pairs);
}

const sentence = (what) => `Both of you changed ${what}.`;
const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);
const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

// What people call it: a step's name, “A → B” for a link, the first words of a note.
function nameOf(kind, one, mine, theirs) {
  if (kind === "steps") return one.name;
  if (kind !== "links") return (one.title ?? one.text ?? "").slice(0, 60);
  const step = (id) => (mine.steps.get(id) ?? theirs.steps.get(id))?.name ?? "a step";
  return `${step(one.source)} → ${step(one.target)}`;
}
