// What a person changed of a proposed value, and the words as they were. Wired by data-proposed on
// the element around a control, its mark and the words; its value is what was proposed.

export function start(page) {
  const look = (event) => {
    const place = event.target.closest?.("[data-proposed]");
    if (place) mark(place);
  };
  page.addEventListener("input", look);
  page.addEventListener("change", look);
  page.addEventListener("click", (event) => {
    const button = event.target.closest(".changed-mark button");
    if (!button) return;
    const words = button.closest("[data-proposed]").querySelector(".agents-words");
    words.hidden = !words.hidden;
    button.setAttribute("aria-expanded", String(!words.hidden));
  });
  page.querySelectorAll("[data-proposed]").forEach(mark); // a form that came back is changed already
}

// How many sentences are not as they were; those that were only taken out count, too.
export function sentencesChanged(was, now) {
  const before = sentences(was);
  const after = sentences(now);
  const added = after.filter((one) => !before.includes(one)).length;
  return added || before.filter((one) => !after.includes(one)).length;
}

function sentences(text) {
  return text.split(/(?<=[.!?])\s+|\n+/).map((one) => one.trim()).filter(Boolean);
}

function mark(place) {
  const control = place.querySelector("input, textarea, select");
  const line = place.querySelector(".changed-mark");
  const was = place.dataset.proposed.replace(/\r\n/g, "\n").trim();
  const now = control.type === "checkbox" ? (control.checked ? "on" : "") : control.value.trim();
  const is_changed = was !== now;
  line.hidden = !is_changed;
  if (!is_changed) place.querySelector(".agents-words").hidden = true;
  line.querySelector("span").textContent = is_changed ? wordsFor(line.dataset, control, was, now) : "";
}

function wordsFor(words, control, was, now) {
  if (control.localName !== "textarea") return words.plain;
  const count = sentencesChanged(was, now);
  if (count === 0) return words.plain;
  return count === 1 ? words.one : words.many.replace("{n}", String(count));
}
