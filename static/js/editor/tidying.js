// "Tidy up" comes with its first use, and with a flow that is not fit to be seen as it is.

import { isUntidy } from "./heaped.js";

export function start(editor, page) {
  let coming = null;
  const use = (act) => {
    coming ??= import("./tidy.js").then((tidy) => tidy.start(editor, page));
    return coming.then(act);
  };
  if (isUntidy(editor)) use((tidy) => tidy.once()).catch(() => {}); // then it stays as it is
  return () => use((tidy) => tidy.tidy()).catch(() => {
    coming = null;
    editor.say("Tidying up could not be loaded. Try again when you are online.", "bad");
  });
}
