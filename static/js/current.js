// The row of the queue whose ticket is open: marked after the address or the list has changed, so that the list itself
// need not be asked for again when another ticket opens.
function mark() {
  for (const link of document.querySelectorAll("[data-current-link]")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

for (const moment of ["htmx:pushedIntoHistory", "htmx:afterSettle", "htmx:replacedInHistory"]) {
  document.addEventListener(moment, mark);
}
mark();

// Note or reply: choosing one is the wish to write it.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-composer-mode]")) event.target.form?.querySelector("[data-composer]")?.focus();
});
