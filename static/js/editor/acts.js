// Everything that can be done to what is selected, by name: for the menu, the keys and the buttons.
// Each says whether it makes sense now (`can`) and does it (`run`).

import { addFrame, disable, duplicate, putInto, remove, setDrawing } from "./commands.js";
import { openWay } from "./adding.js";
import { things } from "./drag.js";
import { linksFrom, linksTo } from "./graph.js";

export function start(editor, page) {
  const of = (kind) => editor.selectedOf(kind);
  const one = (kind) => (editor.selected.size === 1 ? of(kind)[0] : undefined);
  const drawn = () => [...of("notes"), ...of("frames")];
  const solid = () => [...of("steps"), ...drawn()];
  const steps = () => editor.editable && of("steps").length > 0;
  const step = () => editor.graph.steps.get(one("steps"));
  const view = () => editor.views.get(one("steps"));
  const goesOn = () => editor.editable && Boolean(step()) && view()?.ways.length > 0;
  const nothing = () => editor.selected.size === 0;
  const name = (ids) => (ids.length === 1 ? `“${editor.graph.steps.get(ids[0])?.name ?? ""}”` : things(editor.graph, ids));
  const named = (ids) => (editor.graph.steps.has(ids[0]) ? name(ids) : things(editor.graph, ids));
  const turn = (off) => {
    const ids = of("steps");
    if (editor.apply(`Switch ${off ? "off" : "on"} ${named(ids)}`, disable(ids, off))) {
      editor.say(off ? `${named(ids)} switched off: runs pass by.` : `${named(ids)} switched on.`);
    }
  };
  const areOff = () => of("steps").every((id) => editor.graph.steps.get(id).disabled);

  return {
    open: { can: () => Boolean(step()), run: () => editor.open(one("steps"), "settings") },
    try: { can: () => goesOn() && view().is_known && !view().is_loop && !view().is_start, run: () => editor.open(one("steps"), "try") },
    edit: { can: () => editor.editable && drawn().length === 1 && editor.selected.size === 1, run: () => page.notes.edit(drawn()[0]) },
    insert: { can: () => editor.editable && Boolean(one("links")), run: () => page.proposals.open({ link: one("links") }) },
    behind: { can: goesOn, run: () => page.proposals.open({ after: one("steps"), port: openWay(editor, one("steps")) }) },
    inside: { can: () => editor.editable && Boolean(view()?.is_loop), run: () => page.proposals.open({ loop: one("steps") }) },
    link: { can: goesOn, run: () => page.choosing.link(one("steps")) },
    relink: { can: () => editor.editable && Boolean(one("links")), run: () => page.choosing.relink(one("links")) },
    copy: { can: () => solid().length > 0, run: () => page.clipboard.copy() },
    cut: { can: () => editor.editable && solid().length > 0, run: () => page.clipboard.cut() },
    paste: { can: () => editor.editable, run: () => page.clipboard.paste() },
    duplicate: { can: () => editor.editable && solid().length > 0, run: () => copies(editor, page, solid(), named(solid())) },
    disable: { can: () => steps() && !areOff(), run: () => turn(true) },
    enable: { can: () => steps() && areOff(), run: () => turn(false) },
    into: { can: () => steps() && hasLoop(editor, of("steps")), run: () => page.choosing.into(of("steps")) },
    out: {
      can: () => steps() && of("steps").some((id) => editor.graph.steps.get(id).parent),
      run: () => takeOut(editor, of("steps"), named(of("steps"))),
    },
    group: { can: () => editor.editable && of("steps").length + of("notes").length > 0, run: () => frame(editor, page, [...of("steps"), ...of("notes")]) },
    colour: {
      can: () => editor.editable && drawn().length > 0 && !of("steps").length,
      run: (colour) => editor.apply("Change the colour", (graph, all) =>
        drawn().reduce((result, id) => setDrawing(id, { colour })(result, all), graph)),
    },
    add: { can: () => editor.editable && nothing(), run: () => page.palette.search() },
    note: { can: () => editor.editable && nothing(), run: (at) => page.notes.add(at) },
    all: { can: () => nothing() && editor.graph.steps.size > 0, run: () => selectAll(editor) },
    tidy: { can: () => editor.editable && nothing() && editor.graph.steps.size > 1, run: () => page.tidy() },
    fit: { can: nothing, run: () => page.camera.fit() },
    help: { can: nothing, run: () => document.getElementById("keys-help")?.showModal() },
    remove: { can: () => editor.editable && solid().length > 0, run: () => removeSelected(editor, page, named(solid())) },
    cut_link: { can: () => editor.editable && of("links").length > 0 && !solid().length, run: () => removeSelected(editor, page) },
    undo: { can: () => editor.canUndo, run: () => editor.undo() },
    redo: { can: () => editor.canRedo, run: () => editor.redo() },
  };
}

const hasLoop = (editor, ids) => [...editor.graph.steps.keys()].some((id) =>
  editor.views.get(id)?.is_loop && !ids.includes(id) && ids.some((one) => editor.graph.steps.get(one).parent !== id));

function copies(editor, page, ids, words) {
  const command = duplicate(ids);
  if (!editor.apply(`Duplicate ${words}`, command)) return;
  editor.select(command.made);
  editor.focusStep(command.made[0]);
  page.panel?.turnTo(command.made[0]);
  editor.say(`${words} duplicated.`);
}

function takeOut(editor, ids, words) {
  const parent = editor.graph.steps.get(ids.find((id) => editor.graph.steps.get(id).parent)).parent;
  const around = editor.graph.steps.get(parent).parent;
  if (editor.apply(`Take ${words} out of the loop`, putInto(ids, around))) editor.say(`${words} taken out of the loop.`);
}

function frame(editor, page, ids) {
  const command = addFrame({ ids });
  if (!editor.apply("Draw a frame", command)) return;
  editor.select(command.made);
  editor.say("Frame drawn. Type its title.");
  page.notes.edit(command.made[0]);
}

function selectAll(editor) {
  const { steps, notes, frames } = editor.graph;
  editor.select([...steps.keys(), ...notes.keys(), ...frames.keys()]);
  editor.say(`${editor.selected.size} selected.`);
}

// What led to a removed step leads on; the keyboard goes to a neighbour.
function removeSelected(editor, page, words = "") {
  const { graph } = editor;
  const ids = [...editor.selected];
  const near = ids.flatMap((id) => [...linksTo(graph, id).map((link) => link.source), ...linksFrom(graph, id).map((link) => link.target)])
    .find((id) => !editor.selected.has(id));
  const links = ids.filter((id) => graph.links.has(id));
  const what = words || (links.length === 1 ? "the link" : `${links.length} links`);
  const { source } = graph.links.get(links[0]) ?? {};
  if (!editor.apply(words ? `Delete ${what}` : `Cut ${what}`, remove(ids))) return;
  const next = [near, source].find((id) => editor.graph.steps.has(id));
  if (next) editor.select([next]);
  if (next) editor.focusStep(next);
  else page.canvas.focus({ preventScroll: true });
  const told = words ? `${what} deleted` : links.length === 1 ? "Link cut" : `${what} cut`;
  editor.say(`${told}. Ctrl+Z brings it back.`);
}
