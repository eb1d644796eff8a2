// Says a sentence of the page to readers and shows it as a toast; the sentences stand in the live region.
const live = () => document.getElementById("tn-live");

export function say(name) {
  const words = live()?.dataset[name];
  if (words) tell(words, "failed");
}

export function tell(words, kind = "done") {
  const toast = document.createElement("div");
  toast.className = `tn-toast tn-is-${kind}`;
  toast.setAttribute("role", kind === "failed" ? "alert" : "status");
  toast.dataset.tnToast = "";
  toast.append(Object.assign(document.createElement("p"), { textContent: words }));
  document.getElementById("tn-toasts")?.append(toast);
}

export function announce(words) {
  const region = live();
  if (region) region.textContent = words;
}
