// A click on a value puts it where the cursor was last, in a field that takes values. Wired by
// data-insert="{{ … }}" on the button and data-takes-values on the fields.

import { say } from "./toasts.js";

export function start(page) {
  let last = null;
  page.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-takes-values]")) last = event.target;
  });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const field = last?.isConnected ? last : page.querySelector("[data-takes-values]");
    if (field) put(field, button.dataset.insert);
    else say("There is no field here that takes a value.");
  });
}

function put(field, words) {
  const { value, selectionStart, selectionEnd } = field;
  const result = inserted(value, words, selectionStart ?? value.length, selectionEnd ?? value.length);
  field.value = result.text;
  field.focus();
  field.setSelectionRange(result.cursor, result.cursor);
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// The text with `words` in place of what was chosen, and where the cursor stands then.
export function inserted(text, words, from, to) {
  return { text: text.slice(0, from) + words + text.slice(to), cursor: from + words.length };
}
