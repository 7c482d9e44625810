// An answer with a refund: a [data-insert-answer] control may carry data-refund-payment, -amount (minor units),
// -currency, -reason and data-send-label ("Send and refund $125.00"). They go into the composer's hidden fields, and the
// primary button then says what it will do. The server shows all of it again, from its own records, before money moves.
const FIELDS = { payment_id: "refundPayment", amount_minor: "refundAmount", currency: "refundCurrency", reason: "refundReason" };

const strip = () => document.querySelector("[data-refund-strip]");

document.addEventListener("click", (event) => {
  const insert = event.target.closest?.("[data-insert-answer]");
  if (insert?.dataset.refundPayment && strip()) carry(insert.dataset);
  if (event.target.closest?.("[data-refund-drop]")) drop();
  if (event.target.closest?.("[data-refund-payment], [data-refund-drop]")) document.dispatchEvent(new CustomEvent("redress:draft"));
});

function carry(data) {
  for (const [name, key] of Object.entries(FIELDS)) {
    const field = strip().querySelector(`[name="${name}"]`);
    field.value = data[key] ?? "";
    field.disabled = false;
  }
  for (const place of document.querySelectorAll("[data-refund-words]")) place.textContent = data.sendLabel ?? "Send and refund";
  // Money on its way is the bank's move, not the customer's.
  const then = strip().closest("form").querySelector('[name="then"]');
  if (then) then.value = "waiting_others";
  show(true);
}

function drop() {
  if (!strip()) return;
  for (const field of strip().querySelectorAll("input")) {
    field.value = "";
    field.disabled = true;
  }
  for (const place of document.querySelectorAll("[data-refund-words]")) place.textContent = "";
  show(false);
}

function show(shown) {
  strip().hidden = !shown;
  document.querySelector("[data-refund-send]").hidden = !shown;
}

// The amount is payment data: it goes when the lock closes, and comes back with the words that promise it.
let held = null;
document.addEventListener("redress:locked", () => {
  if (!strip() || strip().hidden) return;
  held = { address: location.pathname, sendLabel: document.querySelector("[data-refund-words]").textContent };
  for (const [name, key] of Object.entries(FIELDS)) held[key] = strip().querySelector(`[name="${name}"]`).value;
  drop();
});
document.addEventListener("redress:unlocked", () => {
  if (held?.address === location.pathname && strip()) carry(held); // another ticket is another refund
  held = null;
});
