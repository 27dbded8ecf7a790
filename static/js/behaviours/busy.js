// A form that was sent shows it and cannot be sent twice. Wired by data-busy on the form.

export function start(page) {
  page.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("[data-busy]")) return;
    if (event.target.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    hold(event.target, event.submitter);
  });
  page.addEventListener("htmx:finally:request", (event) => release(event.target));
  // Back from the next page: the browser shows this one as it was left
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) page.querySelectorAll("form[aria-busy]").forEach(release);
  });
}

function hold(form, button) {
  form.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-busy", "true");
}

function release(form) {
  form.removeAttribute?.("aria-busy");
  form.querySelectorAll?.("[aria-busy]").forEach((part) => part.removeAttribute("aria-busy"));
}
