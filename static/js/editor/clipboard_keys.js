// Copy, cut and paste: steps go through the computer's clipboard as text, so also to other agents.

import { copied, paste as pasting, remove } from "./commands.js";
import { things } from "./drag.js";
import { MAX_CHARS } from "./pasted.js";

const TYPING = "input, textarea, select, [contenteditable], dialog";
const ELSEWHERE = "#panel-place, #proposals, .ed-bar, .ed-strip";

export function start(editor, page) {
  const ids = () => [...editor.selected].filter((id) => !editor.graph.links.has(id));
  const words = (all) => (all.length === 1 && editor.graph.steps.has(all[0])
    ? `“${editor.graph.steps.get(all[0]).name}”` : things(editor.graph, all));
  const isOurs = ({ target }) =>
    !target.closest?.(TYPING) && !target.closest?.(ELSEWHERE) && getSelection().isCollapsed;

  document.addEventListener("copy", (event) => take(event, false));
  document.addEventListener("cut", (event) => take(event, true));
  document.addEventListener("paste", (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    put(event.clipboardData.getData("text/plain"));
  });

  function take(event, cuts) {
    const all = ids();
    if (!isOurs(event) || !all.length || (cuts && !editor.editable)) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", copied(editor.graph, all));
    tell(all, cuts);
  }

  function tell(all, cuts) {
    const what = words(all);
    if (cuts) {
      editor.apply(`Cut ${what}`, remove(all));
      page.canvas.focus({ preventScroll: true });
    }
    editor.say(`${what} ${cuts ? "cut" : "copied"}. Paste it here or in another agent.`);
  }

  function put(text) {
    if (!text.trim()) return editor.say("There is nothing to paste.", "info");
    if (text.length > MAX_CHARS) return editor.say("What you pasted is larger than 2 MB, so nothing was pasted.", "bad");
    const command = pasting(text, { loop: around() });
    if (!editor.apply("Paste", command)) return undefined;
    editor.select(command.made);
    const [first] = command.made;
    if (editor.graph.steps.has(first)) editor.focusStep(first);
    page.panel?.turnTo(first);
    return editor.say(`${words(command.made)} pasted.`);
  }

  // Into the loop that is selected alone.
  function around() {
    const [id, more] = editor.selected;
    return !more && editor.views.get(id)?.is_loop ? id : null;
  }

  async function write(cuts) {
    const all = ids();
    try {
      await navigator.clipboard.writeText(copied(editor.graph, all));
      tell(all, cuts);
    } catch {
      editor.say(`The browser keeps its clipboard to itself here. Press Ctrl+${cuts ? "X" : "C"}.`, "info");
    }
  }

  return {
    copy: () => write(false),
    cut: () => write(true),
    async paste() {
      try {
        put(await navigator.clipboard.readText());
      } catch {
        editor.say("The browser keeps its clipboard to itself here. Press Ctrl+V.", "info");
      }
    },
  };
}
