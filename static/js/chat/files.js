// Files of a message: chosen, dropped or pasted, named before they are sent, and told when too many.

import { refusalOf, sizeOf } from "./file_caps.js";

export function start(page) {
  page.addEventListener("change", ({ target }) => {
    const form = target.type === "file" && target.closest("[data-composer]");
    if (form) tell(form);
  });
  page.addEventListener("paste", (event) => {
    const form = event.target.closest?.("[data-composer]");
    if (form && event.clipboardData?.files.length) take(event, form, event.clipboardData.files);
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    page.addEventListener(kind, (event) => {
      const form = page.querySelector("[data-composer]");
      const isIn = form && event.target.closest?.(".chat");
      if (!isIn || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      form.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") take(event, form, event.dataTransfer.files);
    });
  }
  page.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-chosen] button");
    if (button) remove(button.closest("form"), Number(button.dataset.at));
  });
  page.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-composer]");
    if (!form || !refusalOf([...input(form).files], capsOf(form))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.querySelector("[data-chosen] button")?.focus();
  }, { capture: true });
}

const input = (form) => form.querySelector("input[type=file]");

function capsOf(form) {
  const { maxFiles, maxBytes } = input(form).dataset;
  return { files: Number(maxFiles), bytes: Number(maxBytes) };
}

function take(event, form, files) {
  event.preventDefault();
  put(form, [...input(form).files, ...files]);
}

function remove(form, at) {
  put(form, [...input(form).files].filter((_, place) => place !== at));
  form.querySelector("textarea").focus();
}

function put(form, files) {
  const kept = new DataTransfer();
  for (const file of files) kept.items.add(file);
  input(form).files = kept.files;
  tell(form);
}

function tell(form) {
  const files = [...input(form).files];
  const list = form.querySelector("[data-chosen]");
  list.replaceChildren(...files.map(entry));
  list.hidden = files.length === 0;
  const refusal = refusalOf(files, capsOf(form));
  const told = form.querySelector("[data-caps]");
  told.textContent = refusal;
  told.hidden = !refusal;
}

function entry(file, at) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = `${file.name} (${sizeOf(file.size)})`;
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.at = at;
  button.textContent = "×";
  button.setAttribute("aria-label", `Leave out ${file.name}`);
  item.append(name, button);
  return item;
}
