// Commands about steps as they are: switched off, renamed, and the whole flow as it once was.

import { MAX_NAME_CHARS, Refused, freshKey, keysOf, put, readGraph } from "./graph.js";
import { stepOf } from "./loops.js";
import { withKeys } from "./references.js";

export const disable =
  (ids, disabled = true) =>
  (graph) => {
    const steps = ids
      .map((id) => graph.steps.get(id))
      .filter((step) => step && step.disabled !== disabled);
    return put(
      graph,
      "steps",
      steps.map((step) => ({ ...step, disabled })),
    );
  };

// The step renamed, its key with it, and every reference to it.
export const rename = (id, name) => (graph) => {
  const step = stepOf(graph, id);
  const label = name.split(/\s+/).filter(Boolean).join(" ");
  if (!label) throw new Refused("A step needs a name.");
  if ([...label].length > MAX_NAME_CHARS)
    throw new Refused(`A name can have ${MAX_NAME_CHARS} characters at most.`);
  if (label === step.name) return graph;
  const taken = keysOf(graph);
  taken.delete(step.key);
  const key = freshKey(label, taken);
  const renamed = put(graph, "steps", [{ ...step, name: label, key }]);
  if (key === step.key) return renamed;
  const keys = new Map([[step.key, key]]);
  const steps = [...renamed.steps.values()].map((one) => withKeys(one, keys));
  return put(renamed, "steps", steps);
};

// The flow as `graph_json` has it: an earlier version, brought back as one entry of the history.
export const restore = (json) => () => readGraph(json);
