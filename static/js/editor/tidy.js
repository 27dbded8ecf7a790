// The steps in rows from top to bottom, by a layout library that is loaded when it is needed.

import { arrange, tidied } from "./arrange.js";
import { moveTo } from "./commands_move.js";
import { writeGraph } from "./graph.js";

const GLIDE_MS = 240;
const MOST_GLIDING = 150;

export function start(editor, page) {
  let library = null;
  const load = async () => (await (library ??= import(page.canvas.dataset.layout))).default;

  async function tidy() {
    if (!editor.editable || !editor.graph.steps.size) return;
    const dagre = await load();
    const { graph } = editor;
    const places = arrange(dagre, graph, editor.views);
    if (glides(editor)) await glide(editor, graph, places);
    if (graph !== editor.graph && !editor.isPreviewing) return; // somebody changed it meanwhile
    const isMoved = editor.apply("Tidy up", tidied(places));
    if (isMoved) page.camera.fit();
    editor.say(isMoved ? "Tidied up. Ctrl+Z brings the old places back." : "It is tidy already.");
  }

  // Shown tidy, saved with the next change.
  async function once() {
    const places = arrange(await load(), editor.graph, editor.views);
    editor.take({ graph: writeGraph(tidied(places)(editor.graph, editor)) });
    page.camera.open(new URLSearchParams(location.search).get("step"));
  }

  return { tidy, once };
}

const glides = (editor) =>
  !matchMedia("(prefers-reduced-motion: reduce)").matches && editor.graph.steps.size <= MOST_GLIDING;

// The steps on their way to their places; the preview is dropped by what comes after it.
function glide(editor, graph, places) {
  const begun = performance.now();
  return new Promise((done) => {
    const frame = (now) => {
      const part = Math.min(1, (now - begun) / GLIDE_MS);
      const eased = 1 - (1 - part) ** 3;
      const between = [...places].map(([id, to]) => {
        const from = graph.steps.get(id);
        return [id, { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased }];
      });
      editor.preview(moveTo(new Map(between)));
      if (part < 1 && editor.isPreviewing) requestAnimationFrame(frame);
      else done();
    };
    requestAnimationFrame(frame);
  });
}
