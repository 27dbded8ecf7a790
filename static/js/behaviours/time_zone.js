// Tell a form in which time zone its reader lives. Wired by data-time-zone on a hidden input.

export function start(page) {
  const inputs = page.querySelectorAll("[data-time-zone]");
  if (!inputs.length) return; // to ask for it costs a new tab more than all other behaviours
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  for (const input of inputs) input.value = timeZone ?? "";
}
