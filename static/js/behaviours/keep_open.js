// Details that a person opened or closed stay so when the server sends the part of the page anew.
// Wired by data-keep-open on a details element with an id.

export function start(page) {
  const choices = new Map();
  page.addEventListener(
    "toggle",
    (event) => {
      const { target } = event;
      if (target.matches?.("details[data-keep-open][id]")) choices.set(target.id, target.open);
    },
    true, // toggle does not bubble
  );
  page.addEventListener("htmx:after:swap", () => {
    for (const [id, open] of choices) {
      const details = page.getElementById(id);
      if (details && details.open !== open) details.open = open;
    }
  });
}
