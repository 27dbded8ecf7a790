// The cards of steps and the frames of loops: cloned from templates, filled by textContent, and
// only touched where something is different.

import { MAX_PILL_W, hasNamedWays, waysOut } from "./geometry.js";

export const STATES = {
  done: { icon: "circle-check", word: "Done" },
  running: { icon: null, word: "Running" },
  waiting: { icon: "circle-dashed", word: "Waiting" },
  needs: { icon: "hand", word: "Needs you" },
  failed: { icon: "circle-x", word: "Failed" },
  skipped: { icon: "circle-slash", word: "Skipped" },
};

const LONG_NAME = 18;
const LONG_LINE = 24;
const templates = new Map();

// A fresh copy of what <template id="<name>-template"> holds.
export function copyOf(name) {
  if (!templates.has(name)) {
    templates.set(name, document.getElementById(`${name}-template`).content.firstElementChild);
  }
  return templates.get(name).cloneNode(true);
}

// Let an icon show this name of the sprite.
export function setIcon(svg, name) {
  const use = svg.firstElementChild;
  const before = use.getAttribute("href");
  const after = `${before.split("#")[0]}#${name}`;
  if (after !== before) use.setAttribute("href", after); // else it would be drawn anew all the same
}

// Draw a step anew, or for the first time without `card`. `look` is what lookOf says. Gives
// {element, look}.
export function drawStep(card, look) {
  const isNew = !card || card.look.isLoop !== look.isLoop;
  const element = isNew ? copyOf(look.isLoop ? "loop" : "card") : card.element;
  const old = isNew ? null : card.look;
  if (isNew) {
    element.id = `card-${look.id}`;
    element.dataset.step = look.id;
  }
  if (old?.shape !== look.shape) place(element, look);
  if (old?.words !== look.words) fill(element, look);
  if (old?.ways !== look.ways) ports(element, look);
  return { element, look };
}

// Everything that can be seen of a step. Three keys tell what is different between two looks:
// `shape` where it stands, `words` what it says, `ways` its way in and its ways out.
export function lookOf(step, view, rect, { problems, run, selected, isEmpty, used }) {
  const named = hasNamedWays(view);
  const name = step.name || view.title;
  const look = { id: step.id, isLoop: view.is_loop, rect, view, name, step, problems, run, named, isEmpty, used };
  look.isSelected = selected;
  look.shape = `${rect.x} ${rect.y} ${rect.w} ${rect.h}`;
  look.words = [name, view.icon, view.title, view.about, step.disabled, problems?.errors, problems?.hints,
    run?.state, run?.words, run?.took, run?.done, run?.count, selected, isEmpty, named].join("|");
  look.ways = [named, rect.w, name, view.is_start, used.in,
    ...view.ways.map((way) => `${way.port}:${way.label}:${used.ways.get(way.port)}`)].join("|");
  return look;
}

// Places are left and top, not transforms, and only long words are clipped: every transform and
// every clip is a layer of its own to the browser, in every frame.
function place(element, { rect, isLoop }) {
  element.style.left = `${rect.x}px`;
  element.style.top = `${rect.y}px`;
  if (!isLoop) return;
  element.style.inlineSize = `${rect.w}px`;
  element.style.blockSize = `${rect.h}px`;
}

function fill(element, look) {
  const { step, view, run, problems, name } = look;
  const state = run && STATES[run.state] ? run.state : "";
  element.className = [look.isLoop ? "loop-frame" : "step", state, look.named && "named", step.disabled && "off",
    problems?.errors && "problem", look.isSelected && "selected", look.isLoop && look.isEmpty && "hollow"].filter(Boolean).join(" ");
  element.setAttribute("aria-label", spoken(look));
  const title = element.querySelector("b");
  title.textContent = name;
  title.title = name;
  title.classList.toggle("truncate", name.length > LONG_NAME);
  setIcon(element.querySelector(".i"), view.icon);
  const took = element.querySelector(".took");
  const about = element.querySelector(".about");
  took.textContent = tookWords(look);
  if (about) {
    about.textContent = run?.words || view.about || view.title;
    about.title = about.textContent;
    about.classList.toggle("truncate", about.textContent.length + took.textContent.length > LONG_LINE);
  }
  mark(element, look, state);
  flag(element, problems);
}

// "3 of 3, 1.3 s" for a loop, "2nd try, 0.4 s" or "0.1 s" for a card.
export function tookWords({ step, run, isLoop }) {
  if (!run) return step.disabled ? "Off" : "";
  const count = run.count > 1 || (isLoop && run.count !== undefined);
  const times = isLoop ? `${run.done ?? run.count} of ${run.count}` : `${run.count} times`;
  return [count && times, run.took].filter(Boolean).join(", ");
}

// The sign of the state in a run, before the time it took on a loop, at the end of a card's line.
function mark(element, { isLoop }, state) {
  element.querySelector(".st, .lamp-dot")?.remove();
  if (!state) return;
  const sign = copyOf(state === "running" ? "live" : "state");
  if (state !== "running") {
    sign.classList.add("st");
    setIcon(sign, STATES[state].icon);
  }
  if (isLoop) element.querySelector(".took").prepend(sign);
  else element.querySelector(".l1").append(sign);
}

function flag(element, problems) {
  element.querySelector(":scope > .flag")?.remove();
  if (!problems) return;
  const shown = copyOf("flag");
  shown.classList.toggle("hint", !problems.errors);
  shown.lastElementChild.textContent = problemWords(problems);
  shown.title = problems.texts.join("\n");
  element.append(shown);
}

const problemWords = ({ errors, hints }) => (errors ? counted(errors, "problem") : counted(hints, "hint"));
const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

// What a screen reader says: kind, name, state, problems.
function spoken({ step, view, run, problems, name, isSelected }) {
  const state = run && STATES[run.state];
  return [
    `${view.title || "Step"}: ${name}`,
    step.disabled && "turned off",
    state && [state.word, run.words, run.took].filter(Boolean).join(" "),
    problems && `${problemWords(problems)}: ${problems.texts[0]}`,
    isSelected && "selected",
  ].filter(Boolean).join(", ");
}

function ports(element, { rect, view, name, used, named }) {
  for (const old of element.querySelectorAll(":scope > .port, :scope > .port-l")) old.remove();
  if (!view.is_start) {
    const way = copyOf("port");
    way.className = `port in-p ${used.in}`;
    way.dataset.wayIn = "";
    way.setAttribute("aria-label", `Way into ${name}`);
    element.append(way);
  }
  for (const one of waysOut({ ...rect, x: 0 }, view)) {
    const way = copyOf(named ? "way" : "port");
    way.className = `${named ? "port-l" : "port out-p"} ${used.ways.get(one.port)}${one.is_error ? " error" : ""}`;
    way.dataset.port = one.port;
    way.setAttribute("aria-label", named ? `Way out of ${name}: ${one.label}` : `Way out of ${name}`);
    if (named) {
      way.firstElementChild.textContent = one.label;
      way.firstElementChild.classList.toggle("truncate", one.w >= MAX_PILL_W);
      way.title = one.label;
      way.style.left = `${one.x - one.w / 2 - 1}px`; // 1: the card's own edge
      way.style.width = `${one.w}px`;
    }
    element.append(way);
  }
}
