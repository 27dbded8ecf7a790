// A chat: Enter sends, chosen files are named, and the newest words stay in sight.

import { start as growing } from "./growing.js";

const NEAR_END_PX = 240;
let wasNearEnd = true;

document.addEventListener("keydown", (event) => {
  const area = event.target.closest("[data-composer] textarea");
  if (!area || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (window.matchMedia("(pointer: coarse)").matches) return; // thumbs have a button for it
  event.preventDefault();
  area.form.requestSubmit();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-composer]");
  if (form && event.target.type === "file") nameFiles(form, [...event.target.files]);
});

document.addEventListener("htmx:before:swap", () => {
  wasNearEnd = distanceToEnd() < NEAR_END_PX;
});

document.addEventListener("htmx:after:swap", (event) => {
  const isOwn = event.detail.ctx?.sourceElement?.matches("[data-composer]");
  if (isOwn) document.querySelector("[data-composer] textarea")?.focus();
  if (isOwn || wasNearEnd) toEnd();
  const place = room();
  const isWhole = place && place.scrollHeight <= place.clientHeight; // on a phone the page scrolls
  if (isOwn && isWhole) document.getElementById("end")?.scrollIntoView({ block: "nearest" });
});

function nameFiles(form, files) {
  const list = form.querySelector("[data-chosen]");
  list.replaceChildren(...files.map((file) => entry(file.name)));
  list.hidden = files.length === 0;
}

function entry(name) {
  const item = document.createElement("li");
  item.textContent = name;
  return item;
}

function distanceToEnd() {
  const page = scroller();
  return page.scrollHeight - page.scrollTop - page.clientHeight;
}

function toEnd() {
  const page = scroller();
  page.scrollTo({ top: page.scrollHeight });
}

// On a page of another room a chat scrolls in a place of its own.
function room() {
  return document.querySelector("[data-chat-scroll]");
}

function scroller() {
  return room() ?? document.scrollingElement;
}

growing();
if (document.getElementById("chat") && !window.location.hash.startsWith("#m-")) toEnd();
