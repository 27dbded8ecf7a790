// Adding a step of a kind at a place, and what follows: it is selected, shown and has the keyboard.

import { addStep } from "./commands.js";
import { CARD_H, CARD_W, toGrid } from "./geometry.js";
import { linksFrom, linksTo } from "./graph.js";
import { openEnd } from "./loops.js";
import { freePlace } from "./places.js";
import { connect } from "./ways.js";

// `place` as addStep takes it; with {at, source, port} the step stands there and the way out leads to
// it, beside what it leads to already. The new step's id, or null if it was refused.
export function add(editor, page, type, place = {}) {
  const { source, port, ...rest } = place;
  const kind = editor.kinds.get(type);
  const parent = source ? editor.graph.steps.get(source)?.parent : null;
  const adding = addStep({ type, ...rest, ...(source ? { loop: parent } : {}) });
  const command = (graph, all) => {
    const added = adding(graph, all);
    return source ? connect(source, port, adding.made[0])(added, withView(all, adding.made[0], kind)) : added;
  };
  if (!editor.apply(`Add “${kind.title}”`, command)) return null;
  const [id] = adding.made;
  editor.select([id]);
  page.camera.show(id);
  editor.focusStep(id);
  editor.say(told(editor, id));
  page.panel?.turnTo(id);
  return id;
}

const withView = (editor, id, kind) => ({ ...editor, kinds: editor.kinds, views: new Map(editor.views).set(id, kind.view) });

function told(editor, id) {
  const step = editor.graph.steps.get(id);
  const [before] = linksTo(editor.graph, id);
  const name = before && editor.graph.steps.get(before.source).name;
  const around = step.parent && editor.graph.steps.get(step.parent).name;
  if (name) return `“${step.name}” added after “${name}”.`;
  return around ? `“${step.name}” added inside “${around}”.` : `“${step.name}” added.`;
}

// Where a step goes that was chosen without a place: after the selected one, on the selected link,
// else where the flow still ends, or in the middle of what is in view.
export function usualPlace(editor, page, type) {
  const kind = editor.kinds.get(type);
  if (kind.is_start) return editor.graph.steps.size ? {} : inView(editor, page);
  const [id, another] = editor.selected;
  const isOne = id !== undefined && another === undefined;
  if (isOne && editor.graph.links.has(id) && kind.view.ways.length) return { link: id };
  const way = isOne ? openWay(editor, id) : null;
  if (way) return { after: id, port: way };
  const end = openEnd(editor.graph, editor.views, null);
  return end ? { after: end.source, port: end.port } : inView(editor, page);
}

// The way out of a step that a step added behind it takes: the first that leads nowhere yet.
export function openWay(editor, id) {
  const ways = editor.views.get(id)?.ways ?? [];
  if (!editor.graph.steps.has(id)) return null;
  const used = new Set(linksFrom(editor.graph, id).map((link) => link.source_port));
  return (ways.find((way) => !used.has(way.port) && !way.is_error) ?? ways[0])?.port ?? null;
}

function inView(editor, page) {
  const box = page.canvas.getBoundingClientRect();
  const middle = page.view.toWorld(box.left + box.width / 2, box.top + box.height / 3);
  const place = { x: toGrid(middle.x - CARD_W / 2), y: toGrid(middle.y - CARD_H / 2) };
  return { at: freePlace(editor.graph, editor.views, place, { w: CARD_W, h: CARD_H }, null) };
}
