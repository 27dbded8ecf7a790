// A file that was chosen is sent at once, alone, and not a second time with its form. Wired by
// data-upload on the file input.

export function start(page) {
  page.addEventListener("htmx:config:request", (event) => {
    const { sourceElement, request } = event.detail.ctx;
    if (sourceElement.matches("[data-upload]")) keepOnly(request.body, sourceElement.name);
  });
  page.addEventListener("htmx:after:swap", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (sourceElement?.matches("[data-upload]") && response?.status === 200) {
      sourceElement.value = "";
    }
  });
}

export function keepOnly(body, name) {
  for (const other of new Set(body.keys())) {
    if (other !== name) body.delete(other);
  }
}
