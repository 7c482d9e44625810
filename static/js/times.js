// <time datetime="…" data-relative="ago|short">: keeps "3 h ago" true while the page stays open, in the words the
// server used. The exact time is the title, in the reader's own zone.
const EVERY_MS = 20_000;
const STEPS = [
  [60, 1, "s"],
  [3600, 60, "min"],
  [86_400, 3600, "h"],
  [7 * 86_400, 86_400, "d"],
];
const exact = new Intl.DateTimeFormat(document.documentElement.lang || "en", {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
  hourCycle: "h23", timeZoneName: "short",
});

function words(seconds, style) {
  const step = STEPS.find(([below]) => seconds < below);
  if (!step) return null; // older than a week: the date the server wrote says more
  if (seconds < 60 && style !== "seconds") return style === "ago" ? "just now" : "now";
  const amount = `${Math.floor(seconds / step[1])} ${step[2]}`;
  return style === "short" ? amount : `${amount} ago`;
}

function refresh(scope = document) {
  for (const time of scope.querySelectorAll("time[data-relative][datetime]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    if (!time.title) time.title = exact.format(moment);
    const seconds = (Date.now() - moment.getTime()) / 1000;
    const text = seconds >= 0 ? words(seconds, time.dataset.relative) : null;
    if (text && text !== time.textContent) time.textContent = text;
  }
}

setInterval(() => {
  if (!document.hidden) refresh();
}, EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
document.addEventListener("htmx:load", (event) => refresh(event.detail.elt.parentElement ?? document));
refresh();
