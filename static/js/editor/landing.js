// Where something that is dropped on the canvas goes: on a link, into a loop, or just there.

import { linkAt, loopAt } from "./geometry.js";

const NEAR = 14;

// {link, loop} at a point of a graph; `moved` are ids of what is being moved.
export function landing({ graph, views }, point, { moved = new Set(), onLinks = true } = {}) {
  const link = onLinks ? linkAt(graph, views, point, NEAR) : null;
  const { source, target } = graph.links.get(link) ?? {};
  const isOwn = moved.has(source) || moved.has(target);
  return { loop: loopAt(graph, views, point, moved), link: isOwn ? null : link };
}

// Light what would be landed on; the same once more changes nothing.
export function lighter(page) {
  let lit = null;
  return (place) => {
    const found = place?.link ? page.world.querySelector(`[data-link="${place.link}"]`)
      : place?.loop ? page.view.cardOf(place.loop) : null;
    if (found === lit) return;
    lit?.classList.remove("hot");
    found?.classList.add("hot");
    lit = found;
  };
}
