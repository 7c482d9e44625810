// When the second factor has grown old, payment data leaves the page. The server says how long it holds in
// data-factor-seconds (the top bar's pill, or any fragment it sends later) or in a redress:factor event ({seconds}).
//
// [data-payment="/address/"] becomes the lock, whose button asks that address again; [data-payment] alone (an amount
// in a queue row, a quoted note) becomes the words in data-locked-text, or dots. The nodes are removed, not hidden.
const GRACE_MS = 500; // the server locks first
let ends = 0;
let began = 0;
let timer = 0;

function hold(seconds) {
  clearTimeout(timer);
  began ||= Date.now();
  ends = Date.now() + seconds * 1000;
  timer = setTimeout(check, seconds * 1000 + GRACE_MS);
  document.dispatchEvent(new CustomEvent("redress:unlocked"));
}

// A timer sleeps with the laptop, so the clock is asked too.
function check() {
  if (ends && Date.now() >= ends) lock();
}

function lock() {
  ends = 0;
  began = 0;
  clearTimeout(timer);
  document.dispatchEvent(new CustomEvent("redress:locked"));
  for (const element of document.querySelectorAll("[data-payment]")) conceal(element);
  const pill = document.querySelector("[data-factor-pill]");
  if (pill) {
    pill.className = "pill";
    const words = pill.querySelector("[data-factor-words]");
    if (words) words.textContent = pill.dataset.lockedText || "Payment data locked";
    delete pill.dataset.factorSeconds;
  }
}

function conceal(element) {
  const address = element.dataset.payment;
  const pattern = document.querySelector("template[data-relock-template]");
  if (!address || !pattern) {
    element.textContent = element.dataset.lockedText || "••••";
    return;
  }
  const panel = pattern.content.cloneNode(true);
  const button = panel.querySelector("[data-relock-open]");
  button.setAttribute("hx-get", address);
  button.setAttribute("hx-target", "closest [data-payment]");
  button.setAttribute("hx-swap", "innerHTML");
  element.replaceChildren(panel);
  htmx.process(element);
}

function read(scope) {
  const found = scope.matches?.("[data-factor-seconds]") ? scope : scope.querySelector?.("[data-factor-seconds]");
  const seconds = Number(found?.dataset.factorSeconds);
  if (found && seconds > 0) hold(seconds);
}

// Where the server says that payment data is locked, it is so for the session: its other tabs, which the browser knows
// without asking anybody, lock with this one. A tab's own clock tells nobody: another may have been worked in since.
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("redress-lock") : null;
tabs?.addEventListener("message", lock);

document.addEventListener("redress:factor", (event) => {
  const seconds = Number(event.detail?.seconds);
  if (seconds > 0) return hold(seconds);
  lock();
  tabs?.postMessage("locked");
});
document.addEventListener("htmx:load", (event) => read(event.detail.elt));
document.addEventListener("visibilitychange", check);
addEventListener("pageshow", check);
read(document);
if (document.querySelector("[data-factor-pill]:not([data-factor-seconds])")) tabs?.postMessage("locked");
