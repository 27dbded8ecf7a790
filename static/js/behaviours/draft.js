// A page that edits a draft. Its requests wait for each other, so each is sent with the revision that
// the answer before it brought; and choices and boxes show what the server says also where a person
// had touched them. Wired by data-revision.

export function start(page) {
  page.addEventListener("htmx:before:request", sendNewestRevision);
  page.addEventListener("htmx:after:swap", () => {
    for (const draft of page.querySelectorAll("[data-revision]")) showSaved(draft);
  });
}

function sendNewestRevision(event) {
  const { sourceElement, request } = event.detail.ctx;
  const draft = sourceElement.closest("[data-revision]");
  if (draft && request.body?.has?.("revision")) {
    request.body.set("revision", draft.dataset.revision);
  }
}

function showSaved(draft) {
  for (const option of draft.querySelectorAll("option")) {
    if (option.selected !== option.defaultSelected) option.selected = option.defaultSelected;
  }
  for (const box of draft.querySelectorAll('input[type="checkbox"]')) {
    if (box !== document.activeElement) box.checked = box.defaultChecked;
  }
}
