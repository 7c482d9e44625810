// data-open-dialog="ID" opens a native dialog; data-close-dialog, or a redress:close-dialog from the server, closes it.
// With an hx-get beside it, the dialog opens when its content has come, so that it never opens empty.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open-dialog]");
  if (opener && !opener.matches("[hx-get], [hx-post]")) {
    event.preventDefault();
    showDialog(document.getElementById(opener.dataset.openDialog));
  }
  if (event.target.closest?.("[data-close-dialog]")) event.target.closest("dialog")?.close();
  if (event.target.matches?.("dialog[data-dialog]") && isOutside(event)) event.target.close();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const opener = event.detail.requestConfig?.elt?.closest?.("[data-open-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.openDialog);
  if (dialog?.contains(event.detail.target) && event.detail.successful !== false) showDialog(dialog);
});

document.addEventListener("redress:close-dialog", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});

function showDialog(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}

// A click on the backdrop reaches the dialog element itself, outside its box.
function isOutside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
