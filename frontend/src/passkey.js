// Passkeys: what the device answers goes into the form's hidden fields, and the form goes its way.
const able = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

async function asked(form) {
  if (form.dataset.tnOptions) return { options: JSON.parse(form.dataset.tnOptions), sealed: form.elements.sealed.value };
  const answer = await fetch(form.dataset.tnPasskey, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function answer(form) {
  const { options, sealed } = await asked(form);
  const found = form.dataset.tnOptions
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.sealed.value = sealed;
  form.elements.credential.value = JSON.stringify(found.toJSON());
  form.submit();
}

for (const form of document.querySelectorAll("form[data-tn-passkey]")) {
  const failed = form.querySelector("[data-tn-failed]");
  form.hidden = !able && !form.dataset.tnOptions;
  const without = form.querySelector("[data-tn-unable]");
  if (without) without.hidden = able;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    failed.hidden = true;
    answer(form).catch(() => { failed.hidden = false; });
  });
}
