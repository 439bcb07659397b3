// Forms that make a passkey or ask for one: data-passkey is "create" or "get", data-options says
// where the options come from, the form's action where the answer goes; with data-confirm, the
// passkey that is there answers first.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const letters = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function made(options) {
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  options.excludeCredentials = named(options.excludeCredentials);
  const { id, type, response } = await navigator.credentials.create({ publicKey: options });
  return {
    id, rawId: id, type,
    response: {
      clientDataJSON: letters(response.clientDataJSON),
      attestationObject: letters(response.attestationObject),
    },
  };
}

async function asked(options) {
  options.challenge = bytes(options.challenge);
  options.allowCredentials = named(options.allowCredentials);
  const { id, type, response } = await navigator.credentials.get({ publicKey: options });
  return {
    id, rawId: id, type,
    response: {
      clientDataJSON: letters(response.clientDataJSON),
      authenticatorData: letters(response.authenticatorData),
      signature: letters(response.signature),
      userHandle: response.userHandle ? letters(response.userHandle) : null,
    },
  };
}

class Told extends Error {}

async function sent(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const data = await answer.json();
  if (!answer.ok) throw new Told(data.error);
  return data;
}

async function performed(form) {
  const fields = Object.fromEntries(new FormData(form));
  const asking = { form_token: fields.form_token ?? "" };
  if (form.dataset.confirm) asking.answer = await asked(await sent(form.dataset.confirm, {}));
  const options = await sent(form.dataset.options, asking);
  const answer = await (form.dataset.passkey === "create" ? made(options) : asked(options));
  return sent(form.getAttribute("action"), { ...fields, answer });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const told = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  const tell = (text) => {
    told.textContent = text;
    told.hidden = !text;
  };
  if (!window.PublicKeyCredential) tell(form.dataset.unsupported);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    tell("");
    button.disabled = true;
    try {
      location.assign((await performed(form)).to);
    } catch (error) {
      const known = error.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
      tell(error instanceof Told ? error.message : known);
      button.disabled = false;
    }
  });
}

// Forms that are sent as any other once the passkey answered; data-confirm says where to ask.
for (const form of document.querySelectorAll("form[data-confirm]:not([data-passkey])")) {
  const told = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.hidden = button.disabled = true;
    try {
      const answer = await asked(await sent(form.dataset.confirm, {}));
      form.elements.answer.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      told.textContent = error instanceof Told ? error.message : form.dataset.failed;
      told.hidden = button.disabled = false;
    }
  });
}
