// Notes and frames written on the canvas itself: a double-click on the ground makes a note, one on a
// note or a title changes its words.

import { addFrame, addNote, remove, setDrawing } from "./commands.js";
import { MAX_NOTE_CHARS, MAX_TITLE_CHARS } from "./drawings.js";
import { toGrid } from "./geometry.js";
import { freePlace } from "./places.js";
import { at, partsOf } from "./pointed.js";

const NOTE = { w: 216, h: 96 };
const FRAME = { w: 320, h: 200 };

export function start(editor, page) {
  page.canvas.addEventListener("dblclick", (event) => {
    if (!editor.editable || event.target.closest("[data-float], textarea, input")) return;
    const { step, link, note, frame } = partsOf(event.target);
    if (note ?? frame) edit(note ?? frame);
    else if (!step && !link) add(at(page, event));
  });

  function middle({ w, h }) {
    const { x, y, w: wide, h: high } = page.camera.seen;
    return { x: toGrid(x + wide / 2 - w / 2), y: toGrid(y + high / 3 - h / 2) };
  }

  function make(label, command, said) {
    if (!editor.apply(label, command)) return;
    editor.select(command.made);
    editor.say(said);
    edit(command.made[0], { isNew: true });
  }

  const add = ({ x, y }) => make("Add a note", addNote({ x, y }), "Note added. Type its words; Esc ends it.");
  const frame = () => {
    const ids = [...editor.selectedOf("steps"), ...editor.selectedOf("notes")];
    const made = ids.length ? addFrame({ ids }) : addFrame({ rect: { ...middle(FRAME), ...FRAME } });
    make("Draw a frame", made, "Frame drawn. Type its title.");
  };

  // Its words in a field in its own place. A new note that stays empty is taken away again.
  function edit(id, { isNew = false } = {}) {
    const isNote = editor.graph.notes.has(id);
    const one = editor.graph.notes.get(id) ?? editor.graph.frames.get(id);
    const element = page.view.cardOf(id);
    if (!one || !element || element.querySelector(".drawing-words")) return;
    const words = element.querySelector(isNote ? "p" : "b");
    const field = document.createElement(isNote ? "textarea" : "input");
    field.className = "drawing-words";
    field.maxLength = isNote ? MAX_NOTE_CHARS : MAX_TITLE_CHARS;
    field.value = isNote ? one.text : one.title;
    field.setAttribute("aria-label", isNote ? "Words of the note" : "Title of the frame");
    words.hidden = true;
    words.after(field);
    field.focus({ preventScroll: true });
    field.select();
    let isDone = false;
    const end = () => {
      if (isDone) return;
      isDone = true;
      const text = field.value.trim();
      field.remove();
      words.hidden = false;
      keep(id, isNote, text, isNew);
    };
    field.addEventListener("blur", end);
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const ends = event.key === "Escape" || (event.key === "Enter" && (!isNote || event.ctrlKey || event.metaKey));
      if (!ends) return;
      event.preventDefault();
      end();
      (page.view.cardOf(id) ?? page.canvas).focus({ preventScroll: true });
    });
  }

  function keep(id, isNote, text, isNew) {
    if (!editor.has(id)) return;
    if (isNote && !text && isNew) editor.apply("Take the empty note away", remove([id]), { merge: `note ${id}` });
    else if (editor.apply(isNote ? "Write a note" : "Name a frame", setDrawing(id, isNote ? { text } : { title: text }))) {
      editor.say(isNote ? "Note kept." : "Title kept.");
    }
  }

  return { add, frame, edit, addInView: () => add(freePlace(editor.graph, editor.views, middle(NOTE), NOTE, null)) };
}
