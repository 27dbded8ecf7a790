// Copy text to the clipboard. Wired by data-copy="text" on a button.

import { say } from "./toasts.js";

export function start(page) {
  page.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await write(button.dataset.copy);
      say("Copied.");
    } catch {
      say("The browser did not let us copy. Select the text instead.", "bad");
    }
  });
}

// The clipboard of browsers is for https only; a house on http has the older way.
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("refused");
}
