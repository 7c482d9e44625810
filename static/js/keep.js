// [data-keep] keeps what stands in it when the region around it is drawn anew: what was just said about money must not
// be wiped by the news of it. Where the new drawing has no such place (the lock closed), it is gone.
let kept = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const place = event.detail.shouldSwap && event.detail.target.querySelector?.("[data-keep]");
  if (!place || !place.hasChildNodes()) return;
  kept = { id: place.id, nodes: [...place.childNodes] };
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!kept) return;
  const place = event.detail.target.querySelector?.(`#${kept.id}[data-keep]`);
  if (place && !place.hasChildNodes()) place.append(...kept.nodes);
  kept = null;
});
