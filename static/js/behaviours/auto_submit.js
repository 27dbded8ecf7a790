// A choice that takes effect when it is made: the form is sent on change, and its button, which is
// there for browsers without scripts, is not needed. Wired by data-auto-submit on the form.

export function start(page) {
  page.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-auto-submit]")) form.requestSubmit();
  });
}
