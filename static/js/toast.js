// Says what happened in the live region: on redress:toast ({text, tone}), which a server may send in HX-Trigger,
// and whenever htmx could not get or use an answer. What was typed stays where it is.
const STAYS_MS = 8000;
const region = () => document.querySelector("[data-toasts]");

function sentence(code) {
  const all = document.querySelector("template[data-error-sentences]");
  const found = all?.content.querySelector(`[data-code="${code}"]`) ?? all?.content.querySelector('[data-code="other"]');
  return found ? found.textContent : String(code);
}

function show(text, tone = "") {
  const pattern = document.querySelector("template[data-toast-template]");
  if (!pattern || !region() || !text) return;
  const toast = pattern.content.firstElementChild.cloneNode(true);
  if (tone) toast.classList.add(`notice-${tone}`);
  toast.querySelector("p").textContent = text;
  // The same trouble twice is one message, not a pile.
  for (const old of region().children) {
    if (old.querySelector("p")?.textContent === text) old.remove();
  }
  region().append(toast);
  if (tone !== "loss") leaveLater(toast);
}

// A message being read (pointed at or focused) waits.
function leaveLater(toast) {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leaveLater(toast);
    else toast.remove();
  }, STAYS_MS);
}

document.addEventListener("redress:toast", (event) => show(event.detail?.text ?? event.detail?.value, event.detail?.tone));
document.addEventListener("redress:trouble", (event) => show(sentence(event.detail.code), "loss"));
document.addEventListener("htmx:sendError", (event) => {
  if (!isPoll(event)) show(sentence("network"), "loss");
});
document.addEventListener("htmx:timeout", (event) => {
  if (!isPoll(event)) show(sentence("timeout"), "loss");
});
document.addEventListener("htmx:responseError", (event) => {
  if (!isPoll(event)) show(sentence(event.detail.xhr.status), "loss");
});
document.addEventListener("click", (event) => {
  event.target.closest?.(".notice-close")?.closest(".notice")?.remove();
});

// A refresh nobody asked for fails in silence; the stream says by itself that it lost its way.
function isPoll(event) {
  return Boolean(event.detail.requestConfig?.headers?.["X-Redress-Poll"]);
}
