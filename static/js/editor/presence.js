// Who else has the draft open: their letters in the bar and on the step they look at. The same
// question hears of another draft.

import { ask } from "./save.js";

const EVERY_MS = 4000;
const SHOWN = 4;

export function start(editor, page) {
  const client = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2, 12)}`;
  let step = new URLSearchParams(location.search).get("step");
  let people = [];
  let timer = 0;
  const tell = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    const known = step && editor.graph.steps.has(step) ? step : null;
    try {
      const { status, body } = await ask(editor.at.presence, "POST", { revision: editor.revision, step: known, client });
      if (status === 200) {
        if (!sameWords(people, body.people)) show((people = body.people));
        if (body.draft) await page.save.meet(body.draft);
      }
    } catch {
      if (people.length) show((people = []));
    } finally {
      clearTimeout(timer);
      timer = setTimeout(tell, EVERY_MS);
    }
  };
  editor.on("open", (opened) => {
    step = opened.step;
    tell();
  });
  editor.on("graph", ({ origin }) => origin !== "preview" && queueMicrotask(() => mark(people)));
  document.addEventListener("visibilitychange", tell);
  tell();
}

const sameWords = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function show(people) {
  const names = people.map((one) => one.name);
  const faces = people.slice(0, SHOWN).map((one) => face(one.initials, one.name));
  if (people.length > SHOWN) faces.push(face(`+${people.length - SHOWN}`, names.slice(SHOWN).join(", ")));
  const place = document.getElementById("here");
  place.replaceChildren(...faces);
  place.hidden = !people.length;
  place.setAttribute("aria-label", people.length ? `Also here: ${names.join(", ")}` : "Nobody else is here");
  mark(people);
}

// The letters of those who look at a step, on its card.
function mark(people) {
  const marks = new Map([...document.querySelectorAll("[data-looks-at]")].map((one) => [one.dataset.looksAt, one]));
  for (const { step, name, initials } of people) {
    const card = step && document.getElementById(`card-${step}`);
    if (!card) continue;
    const shown = marks.get(step) ?? face(initials, "");
    shown.dataset.looksAt = step;
    shown.classList.add("looks");
    shown.title = `${name} looks at this step`;
    if (shown.parentNode !== card) card.append(shown);
    marks.delete(step);
  }
  for (const gone of marks.values()) gone.remove();
}

function face(letters, title) {
  const element = document.createElement("span");
  element.className = "av";
  element.textContent = letters;
  element.title = title;
  return element;
}
