// A wire pulled from a way out to a step links them; pulled to nothing it asks which step to add.
// Either end of a link can be led elsewhere in the same way.

import { linkStart, rectOf, stepAt, wayIn, waysOut } from "./geometry.js";
import { loopsAround } from "./graph.js";
import { light, line, reasons } from "./marks.js";
import { at } from "./pointed.js";
import { connect, reconnect, whyNot } from "./ways.js";

// From a way out; with `link`, that link's end is led to another step.
export function wire(editor, page, { source, port, link = null }) {
  const why = reasons(editor, source, port, link);
  const around = new Set([source, ...loopsAround(editor.graph, source)]);
  const from = linkStart(rectOf(editor.graph, editor.views, source), editor.views.get(source), port);
  return pulled(editor, page, why, around, {
    draw: (drawn, point, step) => drawn.between(from, step ? wayIn(rectOf(editor.graph, editor.views, step)) : point),
    link(step) {
      const command = link ? reconnect(link, { target: step }) : connect(source, port, step);
      tell(editor, source, step, command);
    },
    nothing(point) {
      if (link) editor.say("The link stays as it was. Delete cuts it.");
      else page.proposals.open({ at: point, source, port });
    },
  });
}

// The beginning of a link led to a way out of another step.
export function wireBack(editor, page, id) {
  const link = editor.graph.links.get(id);
  const why = new Map([...editor.graph.steps.keys()].map((step) =>
    [step, step === link.source ? "" : backReason(editor, link, step)]));
  const around = new Set([link.target, ...loopsAround(editor.graph, link.target)]);
  const to = wayIn(rectOf(editor.graph, editor.views, link.target));
  const nearest = (step, point) => nearestWay(editor, step, point);
  return pulled(editor, page, why, around, {
    draw: (drawn, point, step) => drawn.between(step ? nearest(step, point) : point, to),
    link(step, point) {
      tell(editor, step, link.target, reconnect(id, { source: step, port: nearest(step, point).port }));
    },
    nothing: () => editor.say("The link stays as it was. Delete cuts it."),
  });
}

function pulled(editor, page, why, around, { draw, link, nothing }) {
  const unlight = light(editor, page, new Map(why));
  const drawn = line(page, "wire");
  let hovered = null;
  const end = () => {
    unlight();
    drawn.remove();
    page.view.cardOf(hovered)?.classList.remove("hot");
  };
  const over = (point) => stepAt(editor.graph, editor.views, point, around);
  return {
    nearEdge: true,
    move(event) {
      const point = at(page, event);
      const step = over(point);
      const fits = step && why.get(step) === "";
      draw(drawn, point, fits ? step : null);
      if (step === hovered) return;
      page.view.cardOf(hovered)?.classList.remove("hot");
      hovered = step;
      if (fits) page.view.cardOf(step)?.classList.add("hot");
      if (step) editor.say(why.get(step) || `Link to “${editor.graph.steps.get(step).name}”.`);
    },
    drop(event) {
      end();
      const point = at(page, event);
      const step = over(point);
      if (!step) nothing(point);
      else if (why.get(step)) editor.say(why.get(step), "bad");
      else link(step, point);
    },
    cancel() {
      end();
      editor.say("No link was made.");
    },
  };
}

function tell(editor, source, target, command) {
  const [from, to] = [editor.graph.steps.get(source).name, editor.graph.steps.get(target).name];
  if (editor.apply(`Link “${from}” to “${to}”`, command)) editor.say(`“${from}” leads to “${to}” now.`);
}

function backReason(editor, link, step) {
  const ways = editor.views.get(step)?.ways ?? [];
  if (!ways.length) return `Nothing can come after “${editor.graph.steps.get(step).name}”.`;
  const found = ways.map((way) => whyNot(editor.graph, editor.views, step, way.port, link.target));
  return found.includes("") ? "" : found[0];
}

function nearestWay(editor, step, point) {
  const ways = waysOut(rectOf(editor.graph, editor.views, step), editor.views.get(step));
  return ways.reduce((best, way) => (Math.abs(way.x - point.x) < Math.abs(best.x - point.x) ? way : best));
}
