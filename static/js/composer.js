// textarea[data-composer]: keeps the draft on the server (data-autosave, an address that takes the form's fields),
// says so in [data-composer-state], grows with the text, and takes answers: [data-insert-answer="ID"] puts the text of
// that element at the caret. An inserted answer quotes payment data, so it leaves the page while that is locked.
const PAUSE_MS = 1200;
const RETRY_MS = 10_000;
const saves = new WeakMap();
const put = (textarea, words, state) => {
  const line = textarea.form?.querySelector("[data-composer-state]");
  if (!line) return;
  line.textContent = words;
  line.dataset.state = state;
};

function plan(textarea, wait = PAUSE_MS) {
  if (!textarea.dataset.autosave) return;
  clearTimeout(saves.get(textarea));
  saves.set(textarea, setTimeout(() => save(textarea), wait));
}

async function save(textarea) {
  if (textarea.dataset.held !== undefined || !textarea.isConnected) return;
  const sent = textarea.value;
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  try {
    const answer = await fetch(textarea.dataset.autosave, {
      method: "POST", body: new URLSearchParams(new FormData(textarea.form)), headers, redirect: "manual", keepalive: true,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    if (textarea.value === sent) kept(textarea);
  } catch {
    put(textarea, "Not kept yet. Your text is still here; trying again.", "failed");
    plan(textarea, RETRY_MS);
  }
}

function kept(textarea) {
  const time = document.createElement("time");
  time.dateTime = new Date().toISOString();
  time.dataset.relative = "ago";
  time.textContent = "just now";
  put(textarea, "Kept ", "kept");
  textarea.form?.querySelector("[data-composer-state]")?.append(time);
}

function grow(textarea) {
  if (CSS.supports("field-sizing", "content")) return;
  textarea.style.blockSize = "auto";
  textarea.style.blockSize = `${textarea.scrollHeight + 2}px`;
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-composer]")) return;
  grow(event.target);
  put(event.target, "", "");
  plan(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert-answer]");
  if (!button) return;
  const source = document.getElementById(button.dataset.insertAnswer);
  const textarea = document.querySelector("textarea[data-composer]");
  if (!source || !textarea) return;
  event.preventDefault();
  insert(textarea, (source.content ?? source).textContent.trim());
  if (source.closest("[data-payment]")) textarea.dataset.quotesPayment = "";
});

function insert(textarea, text) {
  const { value } = textarea;
  if (value.includes(text)) return show(textarea); // a kept draft has it already; said twice it helps nobody
  // At the caret while somebody writes; else after what is there, a kept draft say.
  const writes = document.activeElement === textarea;
  const from = writes ? textarea.selectionStart : value.length;
  const to = writes ? textarea.selectionEnd : value.length;
  const before = value.slice(0, from);
  const gap = before && !before.endsWith("\n") ? "\n\n" : "";
  show(textarea);
  textarea.setRangeText(gap + text, from, to, "end");
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(textarea) {
  document.dispatchEvent(new CustomEvent("redress:show-pane", { detail: { pane: "conversation" } }));
  textarea.focus();
}

// What goes with the words has changed: it is part of the draft.
document.addEventListener("redress:draft", () => {
  for (const textarea of document.querySelectorAll("[data-composer]")) plan(textarea);
});

document.addEventListener("redress:locked", () => {
  for (const textarea of document.querySelectorAll("[data-composer][data-quotes-payment]")) {
    if (held.has(textarea)) continue;
    held.set(textarea, textarea.value);
    textarea.value = "";
    textarea.readOnly = true;
    textarea.dataset.held = "";
    put(textarea, "Your draft quotes payment data and opens with it.", "held");
  }
});
document.addEventListener("redress:unlocked", () => {
  for (const textarea of document.querySelectorAll("[data-composer][data-held]")) {
    textarea.value = held.get(textarea) ?? "";
    held.delete(textarea);
    textarea.readOnly = false;
    delete textarea.dataset.held;
    put(textarea, "", "");
    grow(textarea);
  }
});
const held = new Map();

// Sent: a draft that was kept after it would come back as if it had not been.
for (const kind of ["submit", "htmx:beforeRequest"]) {
  document.addEventListener(kind, (event) => {
    const textarea = event.target.querySelector?.("[data-composer]");
    clearTimeout(saves.get(textarea));
    saves.delete(textarea);
  });
}

// Leaving with words that are not kept: the last save is sent as the page goes.
addEventListener("pagehide", () => {
  for (const textarea of document.querySelectorAll("[data-composer][data-autosave]")) {
    if (textarea.value && textarea.value !== textarea.defaultValue && saves.has(textarea)) save(textarea);
  }
});
for (const textarea of document.querySelectorAll("[data-composer]")) grow(textarea);
