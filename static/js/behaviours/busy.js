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
  // htmx sends its forms itself, and never one of them twice at once
  page.addEventListener("htmx:before:request", (event) => {
    const { sourceElement, request } = event.detail.ctx;
    if (!event.defaultPrevented && sourceElement.matches("form[data-busy]")) {
      hold(sourceElement, request.submitter);
    }
  });
  page.addEventListener("htmx:finally:request", (event) => release(event.target));
  // Back from the next page: the browser shows this one as it was left
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) page.querySelectorAll("form[aria-busy]").forEach(release);
  });
}

export function release(form) {
  form.removeAttribute?.("aria-busy");
  form.querySelectorAll?.("[aria-busy]").forEach((part) => part.removeAttribute("aria-busy"));
}

function hold(form, button) {
  form.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-busy", "true");
}
