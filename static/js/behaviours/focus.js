// Where focus goes when a page or a part of it arrives: to the list of errors, if there is one.
// Wired by data-focus-on-load.

export function start(page) {
  page.querySelector("[data-focus-on-load]")?.focus();
  page.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target;
    if (target?.isConnected) target.querySelector("[data-focus-on-load]")?.focus();
  });
}
