// The row of the queue whose ticket is open: marked after the address or the list has changed, so that the list itself
// need not be asked for again when another ticket opens.
// It is brought into view once for each ticket: a list that is asked for again stays where the reader scrolled it.
let shown = "";
function mark() {
  for (const link of document.querySelectorAll("[data-current-link]")) {
    if (link.pathname === location.pathname) {
      link.setAttribute("aria-current", "page");
      if (shown !== link.pathname && link.checkVisibility()) {
        link.scrollIntoView({ block: "nearest" });
        shown = link.pathname;
      }
    } else link.removeAttribute("aria-current");
  }
}

for (const moment of ["htmx:pushedIntoHistory", "htmx:afterSettle", "htmx:replacedInHistory"]) {
  document.addEventListener(moment, mark);
}
mark();

// Sent: the hand is back on the keys, so that n, j and k work at once.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt?.id === "composer" && event.detail.successful) document.activeElement?.blur();
});

// A conversation is read from its end. What was opened starts there; what was scrolled back stays where it is.
const opened = new WeakSet();
function readFromEnd() {
  for (const body of document.querySelectorAll("[data-read-from-end]")) {
    if (!opened.has(body)) body.scrollTop = body.scrollHeight;
    opened.add(body);
  }
}
document.addEventListener("htmx:afterSettle", readFromEnd);
readFromEnd();

// Note or reply: choosing one is the wish to write it, and the field says who will read it.
document.addEventListener("change", (event) => {
  const textarea = event.target.matches?.("[data-composer-mode]") && event.target.form?.querySelector("[data-composer]");
  if (!textarea) return;
  const { who } = textarea.dataset;
  const isNote = event.target.checked;
  textarea.placeholder = isNote ? `Note for colleagues. ${who} does not see it` : `Write to ${who} …`;
  textarea.labels[0].textContent = isNote ? "Note for colleagues" : `Answer to ${who}`;
  textarea.focus();
});
