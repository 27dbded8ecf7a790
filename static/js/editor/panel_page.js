// The panel as the server sends it: asked for, read, and put in place without losing the focus.

import { wordsFor } from "../behaviours/requests.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

// {status, panel, draft, sentence}: the answer that holds the panel, null when there is none; status 0
// when the server cannot be reached. `form` is sent by POST.
export async function panelPage(address, form = null, { keepalive = false } = {}) {
  try {
    const answer = await fetch(address, {
      method: form ? "POST" : "GET", body: form, keepalive, redirect: "manual",
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
    });
    const text = await answer.text();
    const isHtml = answer.headers.get("Content-Type")?.includes("html");
    const page = isHtml ? new DOMParser().parseFromString(text, "text/html") : null;
    const draft = page?.querySelector("script[data-draft]");
    return {
      status: answer.status, sentence: wordsFor(answer.status),
      panel: page?.querySelector("#panel") ? text : null, draft: draft ? JSON.parse(draft.textContent) : null,
    };
  } catch {
    return { status: 0, panel: null, draft: null, sentence: "" };
  }
}

// Put the panel in place. The one of the same step is changed only where it is different, so what
// has the focus keeps it.
export async function swap(place, panel, { isNew = false } = {}) {
  const target = isNew ? null : place.querySelector("#panel");
  const body = place.querySelector(".body")?.scrollTop ?? 0;
  const how = { text: panel, select: "#panel" };
  if (target) await window.htmx.swap({ ...how, sourceElement: target, target, swap: "outerMorph" });
  else place.replaceChildren(); // what has the same name in another panel is something else
  if (!target) await window.htmx.swap({ ...how, sourceElement: place, target: place, swap: "beforeend" });
  if (target) place.querySelector(".body")?.scrollTo(0, body);
}

// What was typed before is not what the step has now.
export function showWritten(form) {
  for (const one of form?.querySelectorAll('input:not([type="checkbox"], [type="hidden"]), textarea') ?? []) {
    if (one.value !== one.defaultValue) one.value = one.defaultValue;
  }
}

// Choices and boxes show what the server says also where a person had touched them.
export function showChosen(form) {
  for (const option of form?.querySelectorAll("option") ?? []) {
    if (option.selected !== option.defaultSelected) option.selected = option.defaultSelected;
  }
  for (const box of form?.querySelectorAll('input[type="checkbox"]') ?? []) {
    if (box !== document.activeElement) box.checked = box.defaultChecked;
  }
}
