// The theme switch takes effect at once; the server is told beside it, so that the next page agrees.
// Wired by data-theme-choice on the buttons of the form.

import { release } from "./busy.js";
import { say } from "./toasts.js";

export function start(page) {
  page.addEventListener("submit", (event) => {
    const choice = event.submitter?.dataset.themeChoice;
    if (!choice || event.defaultPrevented) return;
    event.preventDefault();
    choose(page, choice);
    tell(event.target, choice);
  });
}

function choose(page, choice) {
  page.documentElement.dataset.theme = choice;
  for (const button of page.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

async function tell(form, choice) {
  const body = new FormData(form);
  body.set("theme", choice);
  release(form);
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) say("We could not keep this choice. Try again.", "bad");
}
