// What was made in a dialog is chosen where the dialog was opened. Wired by data-makes="id of the
// choice" on the button that opens it, and data-made="id" on the answer in the dialog.

export function start(page) {
  let choice = "";
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-makes]");
    if (button) choice = button.dataset.makes;
  });
  page.addEventListener("htmx:after:swap", () => {
    const made = page.querySelector("dialog [data-made]");
    const select = page.getElementById(choice);
    if (!made || !select) return;
    const { made: id, madeName: name } = made.dataset;
    made.removeAttribute("data-made");
    made.closest("dialog").close();
    const option = [...select.options].find((one) => one.value === id) ?? new Option(name, id);
    select.append(option);
    select.value = id;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    select.focus();
  });
}
