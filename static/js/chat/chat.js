// A chat: Enter sends, and the newest words stay in sight.

import { start as callable } from "./callable.js";
import { start as files } from "./files.js";
import { start as growing } from "./growing.js";
import { start as tail } from "./tail.js";

const NEAR_END_PX = 240;
const grown = new ResizeObserver(() => isAtEnd && toEnd());
let isAtEnd = !window.location.hash.startsWith("#m-"); // as the reader left it

callable(document); // before Enter sends
files(document);

document.addEventListener("keydown", (event) => {
  const area = event.target.closest("[data-composer] textarea");
  if (!area || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (window.matchMedia("(pointer: coarse)").matches) return; // thumbs have a button for it
  event.preventDefault();
  area.form.requestSubmit();
});

document.addEventListener("scroll", ({ target }) => {
  if (target === (room() ?? document)) isAtEnd = distanceToEnd() < NEAR_END_PX;
}, { capture: true, passive: true });

// Who opens something looks there, and not at the end.
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("#thread summary")) isAtEnd = false;
}, { capture: true });

document.addEventListener("htmx:after:swap", (event) => {
  const isOwn = event.detail.ctx?.sourceElement?.matches("[data-composer]");
  if (isOwn) document.querySelector("[data-composer] textarea")?.focus();
  isAtEnd ||= Boolean(isOwn);
  attend();
  if (isOwn && isOpen(room())) document.getElementById("end")?.scrollIntoView({ block: "nearest" });
});

function distanceToEnd() {
  const page = scroller();
  return page.scrollHeight - page.scrollTop - page.clientHeight;
}

function toEnd() {
  const page = scroller();
  page.scrollTo({ top: page.scrollHeight });
}

// Words, fields and pictures grow when they are in place.
function attend() {
  const chat = document.getElementById("chat");
  grown.disconnect();
  if (!chat) return;
  if (isAtEnd) toEnd();
  grown.observe(chat);
}

// On a page of another room a chat scrolls in a place of its own.
function room() {
  return document.querySelector("[data-chat-scroll]");
}

// On a phone that place is as high as what is in it, and the page scrolls.
function isOpen(place) {
  return place !== null && getComputedStyle(place).overflowY === "visible";
}

function scroller() {
  return room() ?? document.scrollingElement;
}

tail();
growing();
attend();
