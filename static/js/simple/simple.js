// A simple agent's page: what is typed is saved when the person pauses, and nothing typed is left
// behind. The form itself is sent by htmx.

const QUIET_MS = 600;
const OF_NO_PAUSE = "[data-saved-when-left], select, [type=radio], [type=checkbox]";
let timer = 0;
let sending = 0;
let leaving = ""; // where the person goes once all is kept

const formHere = () => document.querySelector("form[data-saves-typing]");
const isDirty = () => timer !== 0 || sending > 0;

document.addEventListener("input", ({ target }) => {
  if (!target.form?.matches("[data-saves-typing]") || target.matches(OF_NO_PAUSE)) return;
  clearTimeout(timer);
  timer = setTimeout(save, QUIET_MS);
});

// Whatever sends the form sends all that was typed.
document.addEventListener("submit", ({ target }) => target.matches("#simple-form") && rest(), { capture: true });

document.addEventListener("htmx:before:request", ({ detail }) => {
  if (detail.ctx.sourceElement.matches("#simple-form")) sending += 1;
});

document.addEventListener("htmx:finally:request", ({ detail }) => {
  if (!detail.ctx.sourceElement.matches("#simple-form")) return;
  sending = Math.max(0, sending - 1);
  const isKept = detail.ctx.response?.status === 200;
  if (leaving && isKept && !isDirty()) window.location.assign(leaving);
  else if (!isKept) leaving = "";
});

// A link away waits until what was typed is kept.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || !isDirty()) return;
  if (link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  leaving = link.href;
  if (timer) save();
});

window.addEventListener("beforeunload", (event) => isDirty() && event.preventDefault());

function save() {
  rest();
  formHere()?.requestSubmit();
}

function rest() {
  clearTimeout(timer);
  timer = 0;
}
