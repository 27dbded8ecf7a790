// Choosing a step with the keyboard: Tab walks through those that fit, Enter takes one, Esc ends it.
// For links (c, again for the next way out) and for putting steps into a loop.

import { connect, putInto, reconnect } from "./commands.js";
import { Refused } from "./graph.js";
import { light, reasons } from "./marks.js";
import { readingOrder } from "./walk.js";

export function start(editor, page) {
  let now = null; // {why, take, again, back, unlight}

  // `why` as reasons() gives it; `words` says what is chosen.
  function begin({ why, words, take, again = null, back }) {
    end();
    const fit = [...why.values()].filter((reason) => reason === "").length;
    if (!fit) return editor.say(`${words} No step fits.`, "info");
    now = { why, take, again, back, unlight: light(editor, page, new Map(why)) };
    return editor.say(`${words} ${fit === 1 ? "1 step fits" : `${fit} steps fit`}: Tab to one, then Enter. Esc ends it.`);
  }

  function end() {
    now?.unlight();
    now = null;
  }

  function link(id) {
    const { ways } = editor.views.get(id) ?? { ways: [] };
    const from = editor.graph.steps.get(id).name;
    if (!ways.length) return editor.say(`Nothing can come after “${from}”.`, "info");
    const at = now?.again === id ? (now.way + 1) % ways.length : 0;
    const { port, label } = ways[at];
    const words = ways.length > 1 ? `Link from “${from}”, way out “${label}”.` : `Link from “${from}”.`;
    begin({
      why: reasons(editor, id, port), words, again: id, back: id,
      take: (step) => linked(id, step, connect(id, port, step)),
    });
    if (now) now.way = at;
    return undefined;
  }

  function relink(id) {
    const { source, source_port: port } = editor.graph.links.get(id);
    begin({
      why: reasons(editor, source, port, id), back: source,
      words: `“${editor.graph.steps.get(source).name}” shall lead to another step.`,
      take: (step) => linked(source, step, reconnect(id, { target: step })),
    });
  }

  function into(ids) {
    const loops = [...editor.graph.steps.keys()].filter((id) => editor.views.get(id)?.is_loop && !ids.includes(id));
    const why = new Map(loops.map((id) => [id, refusal(editor, ids, id)]));
    const fitting = loops.filter((id) => why.get(id) === "" && ids.some((one) => editor.graph.steps.get(one).parent !== id));
    const take = (loop) => {
      const around = editor.graph.steps.get(loop).name;
      if (editor.apply(`Put into “${around}”`, putInto(ids, loop))) editor.say(`Put into “${around}”.`);
      editor.focusStep(ids[0]);
    };
    if (!fitting.length) return editor.say([...why.values()].find(Boolean) ?? "There is no other loop in this flow yet.", "info");
    if (fitting.length === 1) return take(fitting[0]);
    return begin({ why: new Map(fitting.map((id) => [id, ""])), words: "Which loop?", take, back: ids[0] });
  }

  function linked(source, target, command) {
    const [from, to] = [source, target].map((id) => editor.graph.steps.get(id).name);
    if (editor.apply(`Link “${from}” to “${to}”`, command)) editor.say(`“${from}” leads to “${to}” now.`);
  }

  editor.on("graph", ({ origin }) => origin !== "preview" && end());
  return {
    get isOn() {
      return now !== null;
    },
    link, relink, into,
    // The next one that fits, in reading order and round the end.
    walk(from, by) {
      const order = readingOrder(editor.graph).filter((id) => now.why.get(id) === "");
      const all = readingOrder(editor.graph);
      const after = by > 0 ? order.find((id) => all.indexOf(id) > all.indexOf(from)) : order.findLast((id) => all.indexOf(id) < all.indexOf(from));
      editor.focusStep(after ?? (by > 0 ? order[0] : order.at(-1)));
    },
    take(id) {
      const { why, take } = now;
      if (why.get(id) !== "") return editor.say(why.get(id) ?? "This one does not fit.", "info");
      end();
      take(id);
      return editor.select([id]);
    },
    cancel() {
      if (!now) return false;
      const { back } = now;
      end();
      editor.focusStep(back);
      editor.say("Nothing was chosen.");
      return true;
    },
  };
}

function refusal(editor, ids, loop) {
  try {
    putInto(ids, loop)(editor.graph, editor);
    return "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
}
