// [data-code]: the field for a six-figure code. Strips what people and messages put between figures, shows which box
// is next, and sends the form at the sixth, once.
const LENGTH = 6;

function settle(box) {
  const input = box.querySelector("input");
  const figures = input.value.normalize("NFKC").replace(/\D/g, "").slice(0, LENGTH);
  if (figures !== input.value) input.value = figures;
  box.dataset.at = String(figures.length);
  return figures.length;
}

document.addEventListener("input", (event) => {
  const box = event.target.closest?.("[data-code]");
  if (!box) return;
  event.target.removeAttribute("aria-invalid");
  if (settle(box) === LENGTH && box.dataset.sent !== "yes") {
    box.dataset.sent = "yes";
    event.target.form?.requestSubmit();
  } else if (settle(box) < LENGTH) {
    delete box.dataset.sent;
  }
});

function prepare(scope) {
  const boxes = scope.matches?.("[data-code]") ? [scope] : scope.querySelectorAll("[data-code]");
  for (const box of boxes) {
    settle(box);
    // autofocus counts only when a page loads; a swapped-in lock asks for the focus here. Never out of another field.
    const input = box.querySelector("input[autofocus]");
    const busy = document.activeElement?.matches?.("input, textarea, select, [contenteditable]");
    if (input && !busy) input.focus({ preventScroll: true });
  }
}

document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
prepare(document);
