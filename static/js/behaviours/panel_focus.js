// When a panel opens, focus goes to its title; when it closes, back to what it belonged to. Wired by
// data-panel-of="id" on the panel: the id of the step, empty when none is open.

export function start(page) {
  let before = panelOf(page);
  page.addEventListener("htmx:after:swap", () => {
    const now = panelOf(page);
    const goesTo = destination(before, now);
    before = now;
    if (goesTo) page.querySelector(goesTo)?.focus();
  });
}

// The selector of what gets the focus, or "" when the same panel is still there.
export function destination(before, now) {
  if (before === now) return "";
  return now ? "#panel-title" : `#${before} a`;
}

function panelOf(page) {
  return page.querySelector("[data-panel-of]")?.dataset.panelOf ?? "";
}
