// What this reader may see has changed: their role, their team, their session. The page asks for its own address as a
// poll does. Where that is still given, its live parts look again; where it is not, the page goes, and what it showed.
const JITTER_MS = 500; // a session ends a moment after it is announced, and not all pages ask at once
const AGAIN_MS = 5000;
let planned = 0;

document.addEventListener("redress:changed", ({ detail }) => {
  if (detail.kind === "access_changed") plan(JITTER_MS / 2 + Math.random() * JITTER_MS);
});

function plan(wait) {
  clearTimeout(planned);
  planned = setTimeout(look, wait);
}

async function look() {
  try {
    const address = location.pathname + location.search;
    const answer = await fetch(address, { headers: { "X-Redress-Poll": "1" }, redirect: "manual", cache: "no-store" });
    if (answer.ok) {
      document.dispatchEvent(new CustomEvent("redress:changed", { detail: { topic: "*", kind: "changed" } }));
    } else if (answer.type === "opaqueredirect" || answer.status < 500) {
      location.reload();
    } else {
      plan(AGAIN_MS);
    }
  } catch {
    plan(AGAIN_MS); // offline: it cannot be known yet
  }
}
