// An answer grows while it is written: its words come as events, and asking goes on beside them.

const listeners = new Map(); // by the address of an answer

export function start() {
  attend();
  document.addEventListener("htmx:after:swap", attend);
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

function listen(place) {
  const source = new EventSource(`${place.dataset.grows}?after=${place.dataset.after}`);
  let here = place;
  let text = place.textContent;
  let isOver = false; // from then on what the page is answered when it asks stands

  const show = () => {
    if (isOver || here.textContent === text) return;
    const isNearEnd = toEnd() < 240;
    here.textContent = text;
    const page = document.scrollingElement;
    if (isNearEnd) page.scrollTo({ top: page.scrollHeight });
  };
  const stop = () => {
    source.close();
    isOver = true;
    ask();
  };
  source.addEventListener("words", (event) => {
    text += JSON.parse(event.data);
    show();
  });
  source.addEventListener("back", () => {
    text = "";
    show();
    ask();
  });
  source.addEventListener("done", stop);
  source.addEventListener("over", stop);
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) isOver = true;
  });
  return {
    source,
    move(next) {
      here = next;
      show();
    },
  };
}

function ask() {
  document.getElementById("chat-poll")?.dispatchEvent(new CustomEvent("chat:grown"));
}

function toEnd() {
  const page = document.scrollingElement;
  return page.scrollHeight - page.scrollTop - page.clientHeight;
}
