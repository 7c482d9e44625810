// [data-copy]: one click selects the reference and puts it on the clipboard. The value is the attribute, else the text.
document.addEventListener("click", async (event) => {
  const source = event.target.closest?.("[data-copy]");
  if (!source) return;
  const text = source.dataset.copy || source.textContent.trim();
  getSelection()?.selectAllChildren(source);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return; // no right to the clipboard (plain http): it is selected, so the copy key still works
  }
  document.dispatchEvent(new CustomEvent("redress:toast", { detail: { text: `Copied ${text}`, tone: "good" } }));
});
