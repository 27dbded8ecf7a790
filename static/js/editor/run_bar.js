// The bar over the canvas that says how the run stands, with the way to stop it or take it off.

import { setIcon } from "./card.js";

const LOOKS = {
  success: { icon: "circle-check", tone: "ok" },
  failed: { icon: "circle-x", tone: "bad" },
  cancelled: { icon: "circle-slash", tone: "" },
  pending: { icon: "circle-dashed", tone: "" },
  waiting: { icon: "circle-pause", tone: "" },
};

// `stop(address)` and `close()` are what its buttons do.
export function createBar({ stop, close }) {
  const bar = document.getElementById("run-bar");
  const part = (name) => bar.querySelector(`[data-run="${name}"]`);
  let body = null;

  part("stop").addEventListener("click", () => {
    part("stop").disabled = true;
    stop(body.stop);
  });
  part("close").addEventListener("click", close);

  function draw(told) {
    body = told;
    const look = LOOKS[told.status];
    bar.hidden = false;
    bar.classList.toggle("live", told.status === "running");
    for (const tone of ["ok", "bad"]) bar.classList.toggle(tone, look?.tone === tone);
    part("lamp").hidden = Boolean(look);
    part("sign").toggleAttribute("hidden", !look);
    if (look) setIcon(part("sign"), look.icon);
    if (part("words").textContent !== told.words) part("words").textContent = told.words;
    part("open").hidden = !told.is_over;
    part("open").href = told.address;
    part("stop").hidden = !told.stop;
    part("stop").disabled = false;
    tell();
  }

  // "step 6 of 8, 14 s" while it goes on, `passed` seconds after it was told; its story when it is
  // over.
  function tell(passed = 0) {
    const took = inWords(body.seconds + (body.seconds ? passed : 0));
    const step = `step ${Math.min(body.done + 1, body.total)} of ${body.total}`;
    const words = body.is_over ? [took, body.title].filter(Boolean).join(". ") : [step, took].filter(Boolean).join(", ");
    part("more").textContent = words;
    part("more").title = body.title;
  }

  function hide() {
    bar.hidden = true;
  }

  return { draw, tell, hide };
}

export function inWords(seconds) {
  if (!seconds) return "";
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}
