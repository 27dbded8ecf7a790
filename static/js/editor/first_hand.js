// Waits for the first sign of somebody: a pointer that moves, a finger, a key, an address that
// leads to a step. What is pressed while the scripts are on their way is pressed again then.

const SIGNS = ["pointermove", "pointerdown", "wheel", "keydown", "focusin", "dragenter", "paste", "click"];
// They lead to something that is open: a step's settings, a run laid over the flow, a setting.
const LEADS_ON = ["step", "run"];
const TRY_AGAIN_MS = 2000;

export function whenSomebodyIsThere(load) {
  let coming = null;
  const come = () =>
    (coming ??= load().then(leave, (problem) => {
      setTimeout(() => (coming = null), TRY_AGAIN_MS);
      throw problem;
    }));
  const sign = (event) => {
    const arrived = come();
    if (isPress(event)) hold(event, arrived);
    else arrived.catch(() => {}); // the next sign tries again
  };
  for (const name of SIGNS) document.addEventListener(name, sign, { capture: true });
  const here = new URLSearchParams(location.search);
  // the first touch of a finger is already what it wants to do
  const hasFingers = matchMedia("(any-pointer: coarse)").matches;
  if (hasFingers || location.hash || LEADS_ON.some((name) => here.has(name))) come().catch(() => {});

  function leave() {
    for (const name of SIGNS) document.removeEventListener(name, sign, { capture: true });
  }
}

// A click, or a key that means something to the canvas. Keys that type, that move the focus or
// that become a click of what has the focus go on.
function isPress(event) {
  if (!event.isTrusted || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.type === "click") return event.button === 0 && !event.shiftKey;
  const isOwn = event.target.matches("input, textarea, select, a, button, summary");
  return event.type === "keydown" && event.key !== "Tab" && !isOwn;
}

function hold(event, arrived) {
  event.preventDefault();
  event.stopImmediatePropagation();
  const again = () => event.target.dispatchEvent(new event.constructor(event.type, event));
  arrived.then(again, again);
}
