// Commands for links: from a way out of one step to the next step.

import { Refused, drop, leadsTo, linked, linksFrom, put } from "./graph.js";
import { stepOf } from "./loops.js";

// The way out by which a step goes on if nobody says otherwise; null if it ends there.
export const firstWay = (views, id) => views.get(id)?.ways[0]?.port ?? null;

// A new link. A second one from the same way out is fine: then both steps run.
export const connect =
  (source, port, target) =>
  (graph, { views }) => {
    refuseWrongLink(graph, views, source, port, target);
    return linked(graph, source, port, target);
  };

// A link with another beginning ({source, port}) or another end ({target}).
export const reconnect =
  (id, { source, port, target }) =>
  (graph, { views }) => {
    const link = graph.links.get(id);
    if (!link) throw new Refused("This link is no longer in the flow.");
    const moved = {
      ...link,
      source: source ?? link.source,
      source_port: port ?? link.source_port,
      target: target ?? link.target,
    };
    if (
      moved.source === link.source &&
      moved.source_port === link.source_port &&
      moved.target === link.target
    ) {
      return graph;
    }
    const without = drop(graph, "links", [id]);
    refuseWrongLink(without, views, moved.source, moved.source_port, moved.target);
    return put(graph, "links", [moved]);
  };

export const cut = (ids) => (graph) => drop(graph, "links", ids);

// Why a link cannot be made, as a sentence; "" if it can. For marking what a wire may end at.
export function whyNot(graph, views, source, port, target) {
  try {
    refuseWrongLink(graph, views, source, port, target);
    return "";
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

function refuseWrongLink(graph, views, source, port, target) {
  const [from, to] = [stepOf(graph, source), stepOf(graph, target)];
  if (source === target) throw new Refused("A step cannot lead to itself.");
  if (!views.get(source)?.ways.some((way) => way.port === port)) {
    throw new Refused(`“${from.name}” does not have this way out.`);
  }
  if (views.get(target)?.is_start)
    throw new Refused(`“${to.name}” begins the flow, so no step can lead to it.`);
  if (from.parent !== to.parent) {
    throw new Refused(
      `“${from.name}” and “${to.name}” are not in the same loop, so no link can join them.`,
    );
  }
  if (linksFrom(graph, source, port).some((link) => link.target === target)) {
    throw new Refused(`“${from.name}” leads to “${to.name}” already.`);
  }
  if (leadsTo(graph, target, source)) {
    throw new Refused(`“${to.name}” comes before “${from.name}”. A flow never goes back.`);
  }
}
