// Requests that htmx sends: they carry the CSRF token, polls rest in hidden tabs, and an answer
// that is an error page is told in a toast instead of being swapped into the page.

import { say } from "./toasts.js";

// The form comes back with its words: something is wrong with them, or somebody else was faster.
const FORM_CAME_BACK = new Set([409, 422]);

export function start(page) {
  page.addEventListener("htmx:config:request", addToken);
  page.addEventListener("htmx:before:request", restWhenHidden);
  page.addEventListener("htmx:before:response", keepErrorPagesOut);
  page.addEventListener("htmx:error", sayUnreachable);
}

function addToken(event) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
}

function restWhenHidden(event) {
  if (document.hidden && isPoll(event)) event.preventDefault();
}

function keepErrorPagesOut(event) {
  const { status } = event.detail.ctx.response;
  if (status < 400 || FORM_CAME_BACK.has(status)) return;
  event.preventDefault();
  if (status === 401) window.location.reload();
  else if (!isPoll(event)) say(wordsFor(status), "bad");
}

function sayUnreachable(event) {
  if (event.detail.ctx && !isPoll(event)) say("We could not reach the server. Try again.", "bad");
}

function isPoll(event) {
  return event.detail.ctx?.sourceElement?.hasAttribute("data-poll") ?? false;
}

export function wordsFor(status) {
  if (status === 403) return "Your role does not allow this.";
  if (status === 404) return "This is no longer here. Reload the page.";
  if (status === 409) return "Somebody else changed this meanwhile. Reload the page.";
  if (status === 413) return "That is too large.";
  if (status === 429) return "Too many tries. Wait a moment.";
  if (status >= 500) return "Something broke on our side. Try again.";
  return "That did not work. Reload the page and try again.";
}
