// A deed that needs a younger proof: the server's answer goes into dialog[data-prove] instead of where it was meant to,
// so nothing on the page is lost. Once a code was right the dialog closes, and the button that was pressed has the focus
// and can be pressed again. Nothing is sent by itself.
const prove = document.querySelector("dialog[data-prove]");
let pressed = null;

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const { elt, triggeringEvent } = detail.requestConfig;
  if (!prove?.contains(detail.target) || prove.contains(elt)) return; // a wrong code is answered inside
  pressed = triggeringEvent?.submitter ?? elt;
  if (!prove.open) prove.showModal();
});

document.addEventListener("factor-proved", () => {
  if (!prove?.open) return;
  prove.close();
  if (pressed?.isConnected) pressed.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("redress:toast", { detail: { text: prove.dataset.provedText } }));
});

prove?.addEventListener("close", () => prove.querySelector("#prove-body").replaceChildren());
