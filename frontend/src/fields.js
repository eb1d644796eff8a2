// Fields: the summary takes the focus, a password can be seen, a name must be typed, a filter is sent at once.
for (const summary of document.querySelectorAll("[data-tn-focus]")) summary.focus();
document.addEventListener("htmx:afterSettle", (event) => event.target.querySelector?.("[data-tn-focus]")?.focus());
for (const box of document.querySelectorAll("[data-tn-some]")) box.indeterminate = true;

document.addEventListener("click", (event) => {
  const eye = event.target.closest("[data-tn-eye]");
  if (!eye) return;
  const input = eye.parentElement.querySelector("input");
  input.type = input.type === "password" ? "text" : "password";
  eye.setAttribute("aria-pressed", String(input.type === "text"));
});

document.addEventListener("input", (event) => {
  const wanted = event.target.dataset?.tnTyped;
  if (wanted === undefined) return;
  const button = event.target.form?.querySelector("[data-tn-guarded]");
  if (button) button.disabled = event.target.value.trim() !== wanted;
});

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-tn-send]")) event.target.form?.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post" && !form.matches("[hx-post]")) {
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  }
});

// A form that was kept while its person proved who it is goes on by itself.
document.querySelector("form[data-tn-again]")?.requestSubmit();
