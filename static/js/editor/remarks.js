// A mark on the cards of steps that colleagues said something about in a review.

import { copyOf } from "./card.js";

export function start(editor, page) {
  const remarks = Object.entries(page.remarks ?? {});
  if (!remarks.length) return;
  const show = () => {
    for (const [id, count] of remarks) markStep(page.view.cardOf(id), count);
  };
  let waiting = 0;
  const soon = () => (waiting ||= requestAnimationFrame(() => ((waiting = 0), show())));
  for (const event of ["camera", "graph", "selection"]) editor.on(event, soon);
  show();
}

function markStep(card, count) {
  if (!card || card.querySelector(":scope > .remark")) return;
  const sign = copyOf("remark");
  sign.lastElementChild.textContent = `${count} comment${count === 1 ? "" : "s"}`;
  card.append(sign);
}
