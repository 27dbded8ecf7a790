// Messages in passing. They leave after a while, not while somebody reads or reaches for them;
// bad news stays until it is dismissed.

const STAY_MS = 6000;
const LEAVE_MS = 200;
const LOOKS = { ok: "circle-check", bad: "circle-alert", info: "info" };

export function start(page) {
  for (const toast of page.querySelectorAll("[data-toast]")) schedule(toast);
  page.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) leave(event.target.closest("[data-toast]"));
  });
}

// Say something now; kind is ok, bad or info.
export function say(words, kind = "ok") {
  const region = document.getElementById("toasts");
  if (!region) return;
  const toast = document.createElement("div");
  toast.className = `toast ${kind}`;
  toast.dataset.toast = "";
  const text = document.createElement("span");
  text.textContent = words;
  toast.append(icon(LOOKS[kind]), text, closeButton());
  region.append(toast);
  schedule(toast);
}

function schedule(toast) {
  if (toast.classList.contains("bad")) return;
  let timer = setTimeout(leave, STAY_MS, toast);
  const stay = () => clearTimeout(timer);
  const go = () => {
    timer = setTimeout(leave, STAY_MS, toast);
  };
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("focusin", stay);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusout", go);
}

function leave(toast) {
  toast.classList.add("leaving");
  setTimeout(() => toast.remove(), LEAVE_MS);
}

function closeButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn ghost icon sm";
  button.dataset.toastClose = "";
  button.setAttribute("aria-label", "Dismiss");
  button.append(icon("x"));
  return button;
}

function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "i");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${new URL("../../icons/sprite.svg", import.meta.url).pathname}#${name}`);
  drawing.append(use);
  return drawing;
}
