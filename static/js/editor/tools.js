// Buttons that float over the canvas or stand around it: undo and redo, which say what they would
// undo, tidying up, the list of keys, adding a step on a phone.

const NAMES = { undo: "Undo", redo: "Redo" };

export function start(editor, page) {
  const all = (name) => document.querySelectorAll(`[data-do="${name}"]`);
  const acts = {
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    tidy: () => page.tidy(),
    help: () => page.acts.help.run(),
    add: () => page.palette.search(),
    "close-palette": () => page.palette.close(),
  };
  document.addEventListener("click", (event) => {
    const name = event.target.closest("[data-do]")?.dataset.do;
    if (name in acts) acts[name]();
  });

  function name() {
    const labels = { undo: editor.canUndo && editor.undoLabel, redo: editor.canRedo && editor.redoLabel };
    for (const [act, label] of Object.entries(labels)) {
      const words = label ? `${NAMES[act]}: ${label}` : NAMES[act];
      for (const button of all(act)) {
        const hadFocus = button === document.activeElement;
        button.disabled = !label;
        button.title = words;
        button.setAttribute("aria-label", words);
        if (hadFocus && !label) page.canvas.focus({ preventScroll: true });
      }
    }
  }

  editor.on("graph", ({ origin }) => origin !== "preview" && name());
  name();
}
