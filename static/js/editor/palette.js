// The steps one can add, beside the canvas: searched with "/", clicked, or dragged to their place.

import { add, usualPlace } from "./adding.js";
import { CARD_W } from "./geometry.js";
import { walkable } from "./kinds.js";
import { landing, lighter } from "./landing.js";
import { at, swallowClick } from "./pointed.js";

const STILL_PX = 6;
const HALF_CARD = { x: CARD_W / 2, y: 27 };

export function start(editor, page) {
  const palette = document.getElementById("palette");
  if (!palette) return { search() {} };
  const search = document.getElementById("find-kind");
  const list = document.getElementById("kinds");
  const take = (one) => {
    palette.classList.remove("open");
    if (search.value) narrow("");
    if (one.dataset.add === "note") page.notes.addInView();
    else if (one.dataset.add === "frame") page.notes.frame();
    else add(editor, page, one.dataset.kind, usualPlace(editor, page, one.dataset.kind));
  };

  walkable(search, list, take);
  document.addEventListener("click", (event) => {
    const one = event.target.closest("#kinds button, #canvas-empty [data-kind]");
    if (one) take(one);
  });
  list.addEventListener("pointerdown", (event) => {
    const one = event.target.closest("[data-kind]");
    if (one && event.button === 0) follow(editor, page, one, event);
  });
  palette.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  function narrow(words) {
    search.value = words;
    search.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function close() {
    palette.classList.remove("open");
    page.canvas.focus({ preventScroll: true });
  }
  return {
    // On a phone the palette is a sheet that opens for it.
    search() {
      palette.classList.add("open");
      narrow("");
      search.focus();
    },
    close,
  };
}

// A kind dragged out of the palette: a copy of its button follows the pointer.
function follow(editor, page, one, from) {
  let ghost = null;
  const light = lighter(page);
  const ends = new AbortController();
  const options = { signal: ends.signal };
  const stop = () => {
    ends.abort();
    ghost?.remove();
    light(null);
  };
  addEventListener("pointermove", (event) => {
    if (event.pointerId !== from.pointerId) return;
    if (!ghost && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) < STILL_PX) return;
    ghost ??= ghostOf(one);
    ghost.style.transform = `translate(${event.clientX}px, ${event.clientY}px) translate(-50%, -50%)`;
    light(isOver(page, event) ? landing(editor, at(page, event)) : null);
  }, options);
  addEventListener("pointerup", (event) => {
    if (event.pointerId !== from.pointerId) return;
    const dragged = ghost;
    stop();
    if (!dragged) return;
    swallowClick();
    if (isOver(page, event)) drop(editor, page, one.dataset.kind, at(page, event));
  }, options);
  addEventListener("pointercancel", stop, options);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !ghost) return;
    event.stopPropagation();
    stop();
  }, { ...options, capture: true });
}

function drop(editor, page, type, point) {
  const { link, loop } = landing(editor, point);
  const where = { x: point.x - HALF_CARD.x, y: point.y - HALF_CARD.y };
  add(editor, page, type, link ? { link } : { loop, at: where });
}

function ghostOf(one) {
  const ghost = one.cloneNode(true);
  ghost.removeAttribute("data-kind");
  ghost.setAttribute("aria-hidden", "true");
  ghost.className = "carried";
  document.body.append(ghost);
  return ghost;
}

function isOver(page, event) {
  return page.canvas.contains(document.elementFromPoint(event.clientX, event.clientY));
}
