// [data-roving] holds [data-roving-item] links. One of them is in the tab order; j, k and the arrows move among them
// (j and k from anywhere on the page), Enter follows the link by itself. A swap keeps the place by the item's id.
const OFF = "redress-single-keys-off";
let lastId = null;

const items = (list) => [...list.querySelectorAll("[data-roving-item]")];
const isWriting = (element) => element?.closest?.("input, textarea, select, [contenteditable], dialog");

function settle(list) {
  const all = items(list);
  const current = all.find((item) => item.id && item.id === lastId) ?? all.find((item) => item.ariaCurrent) ?? all[0];
  for (const item of all) item.tabIndex = item === current ? 0 : -1;
  return current;
}

function move(list, step) {
  const all = items(list);
  if (!all.length) return;
  const from = all.indexOf(list.contains(document.activeElement) ? document.activeElement.closest("[data-roving-item]") : settle(list));
  const entering = !list.contains(document.activeElement);
  const to = entering ? Math.max(from, 0) : Math.min(Math.max(from + step, 0), all.length - 1);
  focus(list, all[to]);
}

function focus(list, item) {
  lastId = item.id || null;
  for (const other of items(list)) other.tabIndex = other === item ? 0 : -1;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isWriting(event.target)) return;
  const inside = event.target.closest?.("[data-roving]");
  const list = inside ?? document.querySelector("[data-roving]");
  if (!list) return;
  const letter = event.key.toLowerCase();
  const steps = { ArrowDown: inside ? 1 : 0, ArrowUp: inside ? -1 : 0 };
  const byLetter = localStorage.getItem(OFF) ? 0 : { j: 1, k: -1 }[letter];
  const step = steps[event.key] || byLetter;
  if (step) {
    event.preventDefault();
    move(list, step);
  } else if (inside && (event.key === "Home" || event.key === "End")) {
    event.preventDefault();
    focus(list, items(list).at(event.key === "Home" ? 0 : -1));
  }
});

document.addEventListener("focusin", (event) => {
  const item = event.target.closest?.("[data-roving-item]");
  if (item?.id) lastId = item.id;
});

let hadFocus = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  hadFocus = Boolean(document.activeElement?.closest?.("[data-roving-item]")) && event.detail.target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const list of document.querySelectorAll("[data-roving]")) {
    const current = settle(list);
    if (hadFocus && current && document.activeElement === document.body) current.focus({ preventScroll: true });
  }
  hadFocus = false;
});
for (const list of document.querySelectorAll("[data-roving]")) settle(list);
