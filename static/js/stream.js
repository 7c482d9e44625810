// One event stream a browser, whatever the number of tabs. The tab that holds the lock asks for a pass, listens, and
// tells the others over a BroadcastChannel; when it closes, another takes over. An event says only "this topic
// changed": it becomes redress:changed on the document, and live.js asks for fragments with this page's own rights.
//
// <meta name="stream" data-url="/stream/" data-pass-url="…" data-since="cursor when the page was made">
// The pass address gets ?topics=a,b (the data-live topics of all tabs) and answers {"pass": "…", "cursor": 7}; a pass lives a minute
// and a stream five, so both are asked for again. htmx's own SSE extension loses the cursor then; we keep it in the URL.
const meta = document.querySelector('meta[name="stream"]');
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const LIVED_MS = 10_000; // a stream that lived this long ended in good order
const FALLBACK_AFTER = 3; // failures; from then on fragments are asked for by the clock until a stream opens
const FALLBACK_MS = 30_000;
const KEPT = 200;

if (meta && "EventSource" in window) start();

function start() {
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("redress-stream") : null;
  const me = { id: Math.random().toString(36).slice(2), leads: false };
  const wants = new Map(); // tab → its topics
  let recent = [];
  let cursor = Number(meta.dataset.since) || 0;
  let asked = "";
  let source = null;
  let failures = 0;
  let timer = 0;
  let fallback = 0;

  const mine = () => [...document.querySelectorAll("[data-live]")].flatMap((element) => element.dataset.live.split(/\s+/)).filter(Boolean);
  const union = () => [...new Set([...mine(), ...[...wants.values()].flat()])].sort().join(",");
  const tell = (message) => channel?.postMessage({ from: me.id, ...message });
  const spread = (change) => {
    cursor = Math.max(cursor, change.cursor ?? 0);
    dispatch(change);
    tell({ say: "changed", change });
  };

  function dispatch(change) {
    document.dispatchEvent(new CustomEvent("redress:changed", { detail: change }));
  }

  function state(name) {
    document.documentElement.dataset.stream = name;
    for (const line of document.querySelectorAll("[data-stream-state]")) line.hidden = name === "open";
  }

  async function open() {
    close();
    const topics = union();
    if (!topics) return;
    asked = topics;
    const opener = asked;
    const pass = await getPass(topics);
    if (pass === null || opener !== asked) return;
    if (pass === "") return again();
    const url = new URL(meta.dataset.url, location.href);
    url.searchParams.set("pass", pass);
    if (cursor) url.searchParams.set("since", String(cursor));
    listen(new EventSource(url));
  }

  // A pass, "" to try again later, null where there is nobody to give one to.
  async function getPass(topics) {
    const url = new URL(meta.dataset.passUrl, location.href);
    url.searchParams.set("topics", topics);
    try {
      const answer = await fetch(url, { headers: { "X-Redress-Poll": "1", Accept: "application/json" }, redirect: "manual" });
      if (answer.ok) {
        const given = await answer.json();
        cursor ||= Number(given.cursor) || 0;
        return given.pass ?? "";
      }
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        document.dispatchEvent(new CustomEvent("redress:trouble", { detail: { code: 401 } }));
        return null;
      }
    } catch {
      // offline, or the answer was cut short: the same as a server that is busy
    }
    return "";
  }

  function listen(opened) {
    source = opened;
    const began = Date.now();
    source.addEventListener("open", () => {
      clearInterval(fallback);
      fallback = 0;
      state("open");
    });
    source.addEventListener("change", (event) => {
      const change = JSON.parse(event.data);
      recent = [...recent.slice(-KEPT + 1), change];
      spread(change);
    });
    source.addEventListener("reload", () => spread({ topic: "*", kind: "reload" }));
    source.addEventListener("error", () => {
      if (source !== opened) return;
      if (Date.now() - began > LIVED_MS) failures = 0;
      again();
    });
  }

  // Twice as long each time and never in step with the others: after a restart everybody comes back.
  function again() {
    close();
    state("waiting");
    const ceiling = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
    failures += 1;
    timer = setTimeout(open, ceiling * (0.5 + Math.random() / 2));
    if (failures >= FALLBACK_AFTER && !fallback) {
      fallback = setInterval(() => spread({ topic: "*", kind: "clock" }), FALLBACK_MS);
    }
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
    asked = "";
  }

  function lead() {
    me.leads = true;
    wants.clear();
    tell({ say: "who" });
    open();
    return new Promise(() => {}); // the lock is held until the tab goes
  }

  channel?.addEventListener("message", ({ data }) => {
    if (data.say === "changed") {
      cursor = Math.max(cursor, data.change.cursor ?? 0);
      dispatch(data.change);
    } else if (data.say === "who" && !me.leads) {
      want();
    } else if (data.say === "want" && me.leads) {
      wants.set(data.from, data.topics);
      for (const change of recent) {
        if (change.cursor > data.since && data.topics.includes(change.topic)) tell({ say: "changed", change });
      }
      if (union() !== asked) open();
    } else if (data.say === "gone" && me.leads) {
      wants.delete(data.from);
    }
  });

  const want = () => tell({ say: "want", topics: mine(), since: cursor });

  let known = mine().join(",");
  document.addEventListener("htmx:load", () => {
    if (mine().join(",") === known) return;
    known = mine().join(",");
    if (!me.leads) want();
    else if (union() !== asked) open();
  });
  addEventListener("pagehide", () => {
    tell({ say: "gone" });
    if (me.leads) close();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && me.leads) open();
  });

  // Locks need a secure context; without them every tab has a stream of its own.
  if (navigator.locks && channel) {
    navigator.locks.request("redress-stream", lead);
    want();
  } else {
    lead();
  }
}
