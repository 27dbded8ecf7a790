// A question before a form is sent. Wired by data-confirm="question" on the form; the button that
// agrees carries data-confirm-label or the words of the button that was pressed.

export function start(page) {
  const agreed = new WeakSet();
  page.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("[data-confirm]") || agreed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form, event.submitter).then((yes) => {
        if (!yes) return;
        agreed.add(form);
        form.requestSubmit(event.submitter);
      });
    },
    true, // before htmx and everybody else
  );
}

// True when the person agrees; focus returns to where it was.
function ask(form, submitter) {
  const label = form.dataset.confirmLabel || submitter?.textContent.trim() || "Go on";
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", "confirm-question");
  const choice = document.createElement("form");
  choice.method = "dialog";
  choice.className = "dialog-body confirm";
  const question = document.createElement("p");
  question.id = "confirm-question";
  question.textContent = form.dataset.confirm;
  const buttons = document.createElement("div");
  buttons.className = "dialog-acts";
  const danger = submitter?.classList.contains("danger") ? " danger" : "";
  buttons.append(button("Not now", "", "btn"), button(label, "yes", `btn primary${danger}`));
  choice.append(question, buttons);
  dialog.append(choice);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

function button(label, value, className) {
  const made = document.createElement("button");
  made.value = value;
  made.className = className;
  made.textContent = label;
  return made;
}
