// An answer grows while it is written: its words and what else is new come as events, and the page
// does not ask meanwhile. Where nothing is heard any more it asks as ever.

const RESTS_MS = 5_000;
const listeners = new Map(); // by the address of an answer

export function start() {
  attend();
  document.addEventListener("htmx:after:swap", attend);
  document.addEventListener("htmx:before:request", restWhileHeard);
  window.addEventListener("pagehide", () => listeners.forEach(({ source }) => source.close()));
}

function attend() {
  const places = [...document.querySelectorAll("[data-grows]")];
  for (const place of places) {
    const known = listeners.get(place.dataset.grows);
    if (known) known.move(place);
    else listeners.set(place.dataset.grows, listen(place));
  }
  const open = new Set(places.map((place) => place.dataset.grows));
  for (const [address, listener] of listeners) {
    if (!open.has(address)) {
      listener.source.close();
      listeners.delete(address);
    }
  }
}

function restWhileHeard(event) {
  const isPoll = event.detail.ctx?.sourceElement?.id === "chat-poll";
  const since = performance.now() - RESTS_MS;
  if (isPoll && [...listeners.values()].some((one) => one.heardAt() > since)) event.preventDefault();
}

function listen(place) {
  const source = new EventSource(addressOf(place));
  let here = place;
  let text = place.textContent;
  let isOver = false; // from then on what the page is answered when it asks stands
  let heardAt = -RESTS_MS;

  const show = () => {
    if (isOver || here.textContent === text) return;
    here.textContent = text;
  };
  const stop = () => {
    source.close();
    isOver = true;
    heardAt = -RESTS_MS;
  };
  const on = (kind, act) => {
    source.addEventListener(kind, ({ data }) => {
      heardAt = performance.now();
      act(data ? JSON.parse(data) : "");
    });
  };
  on("here", () => {});
  on("words", (more) => {
    text += more;
    show();
  });
  on("back", () => {
    text = "";
    show();
  });
  on("news", swapIn);
  on("done", (news) => {
    stop();
    if (news) swapIn(news);
    else ask();
  });
  on("over", () => {
    stop();
    ask();
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) isOver = true;
  });
  return {
    source,
    heardAt: () => heardAt,
    move(next) {
      here = next;
      show();
    },
  };
}

// What the page has goes along, so that it is told only what is new.
function addressOf({ dataset }) {
  const held = document.getElementById("chat-poll")?.getAttribute("hx-get").split("?")[1] ?? "";
  return `${dataset.grows}?after=${dataset.after}&${held}`;
}

function swapIn(text) {
  const sourceElement = document.getElementById("chat-poll");
  const target = document.getElementById("tail");
  if (sourceElement) window.htmx.swap({ text, sourceElement, target, swap: "outerMorph" });
}

function ask() {
  document.getElementById("chat-poll")?.dispatchEvent(new CustomEvent("chat:grown"));
}
