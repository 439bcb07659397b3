// The wallet: code from the QR's address, waiting for the counter, key for a license, worker.
const typed = document.querySelector("#activate [name=code]");
if (typed && location.hash.length > 1) {
  typed.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

// Go on as soon as the counter confirmed, or refused.
const waiting = document.querySelector("[data-wait]");
if (waiting) {
  setInterval(async () => {
    const answer = await fetch("/w/activate/phone/state").catch(() => null);
    if (!answer) return;
    const data = await answer.json();
    if (!answer.ok || data.state !== waiting.dataset.wait) location.reload();
  }, 2500);
}

// The key for a license: made here, never exported, kept by the browser for as long as it likes.
function store(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("wallet", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("keys", mode).objectStore("keys"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    };
  });
}

const written = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function keyFor(holder) {
  const kept = await store("readonly", (keys) => keys.get(holder));
  if (kept) return kept;
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const made = await crypto.subtle.generateKey(kind, false, ["sign"]);
  await store("readwrite", (keys) => keys.put(made, holder));
  return made;
}

async function registered({ holder, known, token }) {
  const pair = await keyFor(holder);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  if (known.split(" ").includes(x)) return true;
  const said = ["sealservice-holder-key-v1", holder, x, y, token].join("\0");
  const how = { name: "ECDSA", hash: "SHA-256" };
  const proof = await crypto.subtle.sign(how, pair.privateKey, new TextEncoder().encode(said));
  const body = { form_token: token, jwk: { kty, crv, x, y }, proof: written(proof) };
  const answer = await fetch(`/w/licenses/${holder}/key`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.ok;
}

const held = document.getElementById("holder-key");
if (held) {
  const status = held.querySelector("[role=status]");
  registered(held.dataset)
    .catch(() => false)
    .then((done) => { status.textContent = done ? held.dataset.kept : held.dataset.failed; });
}

if (navigator.serviceWorker) navigator.serviceWorker.register("/w/sw.js", { scope: "/w" });
