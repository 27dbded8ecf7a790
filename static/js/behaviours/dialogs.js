// Dialogs for browsers that do not know command= on buttons; a dialog that came back open with the
// page becomes modal; a click beside a dialog closes it.

export function start(page) {
  const native = "commandForElement" in HTMLButtonElement.prototype;
  page.addEventListener("click", (event) => {
    if (event.target.matches?.("dialog.dialog")) closeWhenBeside(event.target, event);
    if (native) return;
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) page.getElementById(opener.dataset.dialogOpen)?.showModal();
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) page.getElementById(closer.dataset.dialogClose)?.close();
  });
  makeModal(page);
  page.addEventListener("htmx:after:swap", () => makeModal(page));
}

function makeModal(page) {
  for (const dialog of page.querySelectorAll("dialog[open][data-dialog-modal]")) {
    if (dialog.matches(":modal")) continue;
    dialog.close();
    dialog.showModal();
  }
}

function closeWhenBeside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  const within =
    event.clientX >= box.left && event.clientX <= box.right &&
    event.clientY >= box.top && event.clientY <= box.bottom;
  if (!within && event.detail > 0) dialog.close();
}
