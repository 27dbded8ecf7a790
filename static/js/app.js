// What every page does in the browser. Each behaviour stands alone and is wired by data attributes;
// pages read and post without any of them.

import { start as autoSubmit } from "./behaviours/auto_submit.js";
import { start as busy } from "./behaviours/busy.js";
import { start as changedWords } from "./behaviours/changed_words.js";
import { start as confirm } from "./behaviours/confirm.js";
import { start as copy } from "./behaviours/copy.js";
import { start as dialogs } from "./behaviours/dialogs.js";
import { start as draft } from "./behaviours/draft.js";
import { start as filterList } from "./behaviours/filter_list.js";
import { start as focus } from "./behaviours/focus.js";
import { start as insertValue } from "./behaviours/insert_value.js";
import { start as keepOpen } from "./behaviours/keep_open.js";
import { start as madeHere } from "./behaviours/made_here.js";
import { start as menus } from "./behaviours/menus.js";
import { start as panelFocus } from "./behaviours/panel_focus.js";
import { start as requests } from "./behaviours/requests.js";
import { start as reveal } from "./behaviours/reveal.js";
import { start as theme } from "./behaviours/theme.js";
import { start as timeZone } from "./behaviours/time_zone.js";
import { start as toasts } from "./behaviours/toasts.js";
import { start as uploads } from "./behaviours/uploads.js";

// confirm comes before busy: a form that is still being asked about is not busy yet
for (const start of [
  confirm, busy, autoSubmit, changedWords, copy, dialogs, draft, filterList, focus, insertValue, keepOpen, madeHere,
  menus, panelFocus, requests, reveal, theme, timeZone, toasts, uploads,
]) {
  start(document);
}
