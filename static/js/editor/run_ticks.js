// What runs counts its seconds between two answers: one timer for the bar and all cards, none while
// nobody looks.

import { tookWords } from "./card.js";
import { inWords } from "./run_bar.js";

// `tell(passed)` shows the bar so many seconds after the answer.
export function createTicks(editor, page, tell) {
  let since = 0;
  let timer = 0;
  let isOn = false;
  document.addEventListener("visibilitychange", set);

  // An answer came; `isLive` says whether the run goes on.
  function begin(isLive) {
    since = Date.now();
    isOn = isLive;
    set();
  }

  function end() {
    isOn = false;
    set();
  }

  function set() {
    clearInterval(timer);
    if (!isOn || document.hidden) return;
    timer = setInterval(tick, 1000);
    tick();
  }

  function tick() {
    const passed = (Date.now() - since) / 1000;
    tell(passed);
    for (const [id, run] of editor.run?.steps ?? []) {
      const step = editor.graph.steps.get(id);
      const card = step && run.seconds !== undefined && page.view.cardOf(id);
      if (!card) continue;
      const isLoop = card.classList.contains("loop-frame");
      put(card.querySelector(".took"), tookWords({ step, isLoop, run: { ...run, took: counted(run.seconds + passed) } }));
    }
  }

  return { begin, end };
}

// "6 s": tenths would only flicker.
export const counted = (seconds) => (seconds < 60 ? `${Math.floor(seconds)} s` : inWords(seconds));

// A loop has its sign before the words.
function put(place, words) {
  if (place.lastChild?.nodeType === Node.TEXT_NODE) place.lastChild.data = words;
  else place.append(words);
}
