// What the editor says goes into the one status line; bad news stays as a toast, too.

import { say } from "../behaviours/toasts.js";

const LINE_STAYS_MS = 7000;

export function start(editor) {
  const line = document.getElementById("canvas-said");
  let timer = 0;
  editor.on("say", ({ sentence, tone }) => {
    clearTimeout(timer);
    // the same sentence twice is heard twice
    line.textContent = line.textContent === sentence ? `${sentence}\u00a0` : sentence;
    line.dataset.tone = tone;
    if (tone === "bad") say(sentence, "bad");
    timer = setTimeout(() => (line.textContent = ""), LINE_STAYS_MS);
  });
}
