// [data-passkey="prove|register"]: asks data-begin for a challenge, the browser for a passkey, and posts the answer to
// data-complete, which says where to go on. Its button appears only where the browser can do it: passkeys need a name
// in the address bar, an address made of numbers has none.
const able = Boolean(globalThis.PublicKeyCredential && isSecureContext && !/^[\d.]+$|^\[/.test(location.hostname));

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(address, body) {
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail || "The desk did not accept this passkey. Try again.");
  return answer;
}

const described = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

async function register(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: described(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return {
    ...common(made),
    response: {
      clientDataJSON: toText(made.response.clientDataJSON),
      attestationObject: toText(made.response.attestationObject),
      transports: made.response.getTransports?.() || [],
    },
  };
}

async function prove(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: described(options.allowCredentials),
  };
  const shown = await navigator.credentials.get({ publicKey });
  return {
    ...common(shown),
    response: {
      clientDataJSON: toText(shown.response.clientDataJSON),
      authenticatorData: toText(shown.response.authenticatorData),
      signature: toText(shown.response.signature),
      userHandle: shown.response.userHandle ? toText(shown.response.userHandle) : null,
    },
  };
}

function common(credential) {
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function run(place) {
  const ceremony = place.dataset.passkey === "register" ? register : prove;
  const name = place.querySelector("[data-passkey-name]")?.value.trim();
  const complete = new URL(place.dataset.complete, location.href);
  if (name) complete.searchParams.set("name", name);
  const answer = await post(complete, await ceremony(await post(place.dataset.begin, {})));
  location.assign(answer.redirect_url);
}

function say(place, error) {
  const line = place.querySelector("[data-passkey-error]");
  line.hidden = false;
  line.textContent =
    error.name === "NotAllowedError" ? "Nothing was confirmed. Try again, or use a code." : error.message;
}

for (const place of able ? document.querySelectorAll("[data-passkey]") : []) {
  const button = place.querySelector("[data-passkey-start]");
  button.hidden = false;
  const missing = place.querySelector("[data-passkey-missing]");
  if (missing) missing.hidden = true;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await run(place);
    } catch (error) {
      say(place, error);
      button.disabled = false;
    }
  });
}
