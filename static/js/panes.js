// One pane at a time where three do not fit: a tab at the foot names the pane on .panes[data-pane].
document.addEventListener("click", (event) => {
  const tab = event.target.closest?.("[data-show-pane]");
  const panes = document.querySelector(".panes");
  if (!tab || !panes) return;
  event.preventDefault();
  show(panes, tab.dataset.showPane);
});

function show(panes, name) {
  panes.dataset.pane = name;
  for (const tab of document.querySelectorAll("[data-show-pane]")) {
    if (tab.dataset.showPane === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}

// A ticket opened from the queue by htmx is what the reader wants to see next.
document.addEventListener("redress:show-pane", (event) => {
  const panes = document.querySelector(".panes");
  if (panes) show(panes, event.detail?.value ?? event.detail?.pane);
});
