// Every edit of a flow: each makes a command(graph, editor) for `editor.apply`.

export { copied, duplicate, paste } from "./clipboard.js";
export { addStep, chainOf, putOnLink } from "./commands_add.js";
export { held, moveBy, moveTo, outermost, putInto } from "./commands_move.js";
export { remove } from "./commands_remove.js";
export { disable, rename, restore } from "./commands_step.js";
export { COLOURS, addFrame, addNote, setDrawing } from "./drawings.js";
export { connect, cut, firstWay, reconnect, whyNot } from "./ways.js";
