// [data-live="topic other:42"] asks again for itself when one of its topics changed: put hx-get and
// hx-trigger="redress:refresh" on it. Nothing moves under a hand: while the element is pointed at, written in or has
// selected text, the change waits, and a [data-live-offer] inside offers it instead. With an id and data-live-mark, which
// says what it shows, nothing is offered that it shows already: one's own deed, mostly.
const JITTER_MS = 500;
const due = new Map();
const waiting = new Set();

document.addEventListener("redress:changed", ({ detail }) => {
  for (const element of document.querySelectorAll("[data-live]")) {
    if (detail.topic === "*" || element.dataset.live.split(/\s+/).includes(detail.topic)) plan(element);
  }
});

// A burst of changes is one request, at a moment of this page's own: else a thousand pages ask at once.
function plan(element) {
  if (due.has(element)) return;
  due.set(element, setTimeout(() => {
    due.delete(element);
    if (element.isConnected) refreshOrWait(element);
  }, Math.random() * JITTER_MS));
}

async function refreshOrWait(element) {
  if (!document.hidden && !inUse(element)) return refresh(element);
  if (!document.hidden && (await showsItAlready(element))) return;
  waiting.add(element);
  offer(element, true);
}

async function showsItAlready(element) {
  if (!element.id || !element.dataset.liveMark) return false;
  try {
    const headers = { "HX-Request": "true", "X-Redress-Poll": "1" };
    const answer = await fetch(element.getAttribute("hx-get"), { headers, redirect: "manual", cache: "no-store" });
    const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    return page?.getElementById(element.id)?.dataset.liveMark === element.dataset.liveMark;
  } catch {
    return false; // not known, so it is offered
  }
}

function refresh(element) {
  waiting.delete(element);
  offer(element, false);
  htmx.trigger(element, "redress:refresh");
}

function inUse(element) {
  const active = document.activeElement;
  if (element.contains(active) && active.matches("input, textarea, select, [contenteditable]")) return true;
  if (element.matches(":hover") && matchMedia("(hover: hover)").matches) return true;
  const selection = getSelection();
  return Boolean(selection && !selection.isCollapsed && element.contains(selection.anchorNode));
}

function offer(element, shown) {
  for (const line of element.querySelectorAll("[data-live-offer]")) line.hidden = !shown;
}

function catchUp() {
  for (const element of [...waiting]) {
    if (!element.isConnected) waiting.delete(element);
    else if (!document.hidden && !inUse(element)) refresh(element);
  }
}

document.addEventListener("click", (event) => {
  const line = event.target.closest?.("[data-live-offer]");
  if (line) refresh(line.closest("[data-live]"));
});
for (const kind of ["visibilitychange", "mouseout", "focusout", "selectionchange"]) {
  document.addEventListener(kind, () => {
    if (waiting.size) setTimeout(catchUp, 50);
  });
}

// A refreshed part that scrolls by itself is a new element: it goes on where the old one stood, and one that showed its
// end still shows it.
let place = null;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const old = detail.target;
  if (!old.id || !old.matches("[data-live]")) return;
  place = { id: old.id, top: old.scrollTop, atEnd: old.scrollTop > 0 && old.scrollHeight - old.clientHeight - old.scrollTop < 4 };
});
document.addEventListener("htmx:afterSwap", () => {
  const now = place && document.getElementById(place.id);
  if (now) now.scrollTop = place.atEnd ? now.scrollHeight : place.top;
  place = null;
});

// A refresh by the stream is not a person at work: it must not keep a session or a factor young. htmx tells nobody that
// the clock made a request, so an element that asks by itself (hx-trigger="every …") says so with hx-headers.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.type === "redress:refresh") event.detail.headers["X-Redress-Poll"] = "1";
});
