// data-key="n" on a link, button or field: the key presses or focuses it. "mod+enter" is Ctrl or Cmd with Enter and
// works while writing; single keys do not, and can be switched off in the dialog that "?" opens (WCAG 2.1.4).
const OFF = "redress-single-keys-off";
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const isWriting = (element) =>
  element?.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");

function pressed(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase().replace("escape", "esc");
  if (event.altKey) return null;
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

function target(key) {
  const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document; // they stand in the order they open in
  return [...top.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === key && element.checkVisibility?.() !== false && !element.disabled,
  );
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const key = pressed(event);
  if (!key) return;
  const single = !key.startsWith("mod+");
  if (single && (isWriting(event.target) || localStorage.getItem(OFF))) {
    if (key === "esc" && event.target.matches?.("[data-key]")) event.target.blur();
    return;
  }
  if (key === "?") {
    event.preventDefault();
    openList();
    return;
  }
  const element = target(key);
  if (!element) return;
  event.preventDefault();
  if (isWriting(element)) {
    element.focus();
    if (element.matches("input")) element.select(); // a search is replaced; a draft is gone on with
  } else {
    element.click();
  }
});

function shown(key) {
  return key.split("+").map((part) => (part === "mod" ? (isMac ? "⌘" : "Ctrl") : part === "enter" ? "↵" : part.toUpperCase()));
}

function nameOf(element) {
  if (element.dataset.keyName) return element.dataset.keyName;
  if (element.ariaLabel) return element.ariaLabel;
  const copy = (element.labels?.[0] ?? element).cloneNode(true);
  for (const hint of copy.querySelectorAll(".key")) hint.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function openList() {
  const dialog = document.querySelector("dialog[data-shortcuts]");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-shortcuts-list]");
  const there = [...document.querySelectorAll("[data-key]")].filter((element) => element.checkVisibility?.() !== false);
  const rows = there.map((element) => [nameOf(element), shown(element.dataset.key)]);
  if (document.querySelector("[data-roving]")) rows.push(["Next and previous in the list", ["J", "K"]]);
  rows.push(["This list", ["?"]]);
  list.replaceChildren(...rows.map(([name, keys]) => row(name, keys)));
  dialog.querySelector("[data-single-keys]").checked = !localStorage.getItem(OFF);
  dialog.showModal();
}

function row(name, keys) {
  const line = document.createElement("div");
  const what = document.createElement("dt");
  const how = document.createElement("dd");
  what.textContent = name;
  how.append(...keys.flatMap((key, index) => [index ? " " : "", Object.assign(document.createElement("kbd"), { className: "key", textContent: key })]));
  line.append(what, how);
  return line;
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-single-keys]")) return;
  if (event.target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.('[data-open-dialog="shortcuts"]')) {
    event.preventDefault();
    event.stopImmediatePropagation();
    openList();
  }
}, { capture: true });

// Says the keys to assistive technology, and the right modifier to the eye.
function announce(scope) {
  for (const element of scope.querySelectorAll("[data-key]")) {
    const keys = element.dataset.key.replace("mod", isMac ? "Meta" : "Control").replace("enter", "Enter");
    element.setAttribute("aria-keyshortcuts", keys);
  }
  for (const hint of scope.querySelectorAll("kbd[data-mod-hint]")) hint.textContent = isMac ? "⌘ ↵" : "Ctrl ↵";
}

document.addEventListener("htmx:load", (event) => announce(event.detail.elt.parentElement ?? document));
announce(document);
