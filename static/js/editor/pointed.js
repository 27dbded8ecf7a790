// What a pointer points at.

// The point of the world under a pointer.
export const at = (page, event) => page.view.toWorld(event.clientX, event.clientY);

// The ids of the parts of the flow that an element belongs to; null for each that it does not.
export function partsOf(element) {
  const closest = (selector) => element.closest?.(selector) ?? null;
  const way = closest("[data-port]");
  return {
    step: closest("[data-step]")?.dataset.step ?? null,
    port: way?.dataset.port ?? null,
    isWayIn: Boolean(closest("[data-way-in]")),
    link: closest("[data-link]")?.dataset.link ?? null,
    note: closest("[data-note]")?.dataset.note ?? null,
    frame: closest("[data-frame]")?.dataset.frame ?? null,
  };
}

// The id of the part of the flow that an element belongs to, or null.
export function idOf(element) {
  const { step, link, note, frame } = partsOf(element);
  return step ?? link ?? note ?? frame;
}

// The click that the browser sends after the end of a gesture belongs to nobody.
export function swallowClick() {
  const stop = (event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
}
