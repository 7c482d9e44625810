// The style page shows the markup of each specimen under it, taken from the page itself so that it is never stale.
for (const specimen of document.querySelectorAll(".specimen")) {
  const copy = specimen.cloneNode(true);
  copy.querySelector("h2")?.remove();
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const code = document.createElement("pre");
  summary.textContent = "Markup";
  code.textContent = copy.innerHTML.replace(/^\s*\n/gm, "").trim();
  code.tabIndex = 0;
  details.className = "specimen-markup";
  details.append(summary, code);
  specimen.append(details);
}
