// Forms: a second press while the first is on its way sends nothing, and after a refusal the first wrong field has the
// focus. A plain form stays pressed until the next page; htmx's own forms are freed by its events.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.matches("[hx-post], [hx-get]")) return;
  if (form.dataset.sending === "yes") {
    event.preventDefault();
    return;
  }
  if (form.method === "post") form.dataset.sending = "yes";
});

// Back from the browser's cache: the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll('form[data-sending="yes"]')) delete form.dataset.sending;
});

function focusFirstError(scope) {
  scope.querySelector?.('[aria-invalid="true"]')?.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status === 422) focusFirstError(event.detail.elt);
});

// form[data-takes-focus]: opened by a press, it is what comes next; its first control, never a button that does it.
document.addEventListener("htmx:load", ({ detail }) => {
  const form = detail.elt.matches?.("form[data-takes-focus]") ? detail.elt : detail.elt.querySelector?.("form[data-takes-focus]");
  if (!form || form.querySelector('[aria-invalid="true"]')) return;
  const first = form.querySelector("input:not([type=hidden]), select, textarea");
  (first ?? form).focus();
});
focusFirstError(document);
