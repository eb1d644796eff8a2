// Dialogs, the drawer, toasts, copying.
import { announce, tell } from "./say.js";

const TOAST_MS = 8000;
const drawer = () => document.getElementById("tn-drawer");
let opener = null;

document.addEventListener("click", (event) => {
  const open = event.target.closest("[data-tn-open]");
  if (open) document.getElementById(open.dataset.tnOpen)?.showModal();
  if (event.target.closest("[data-tn-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog.tn-dialog")) event.target.close();
  if (event.target.closest("[data-tn-away]")) event.target.closest("[data-tn-toast]")?.remove();
  if (event.target.closest("[data-tn-drawer-close]")) closeDrawer();
  if (event.target.closest("[data-tn-disabled]")) event.preventDefault();
  const copy = event.target.closest("[data-tn-copy]");
  if (copy) navigator.clipboard.writeText(copy.dataset.tnCopy).then(() => tell(copy.dataset.tnDone));
});

export function closeDrawer() {
  const panel = drawer();
  if (!panel || panel.hidden) return false;
  panel.hidden = true;
  panel.replaceChildren();
  for (const row of document.querySelectorAll(".tn-opened")) row.classList.remove("tn-opened");
  opener?.focus();
  return true;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target === drawer()) opener = event.detail.elt;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const panel = drawer();
  if (!panel || event.detail.target !== panel) return;
  panel.hidden = false;
  for (const row of document.querySelectorAll(".tn-opened")) row.classList.remove("tn-opened");
  opener?.closest(".tn-grid-row")?.classList.add("tn-opened");
  announce(panel.querySelector("h2")?.textContent ?? "");
  if (!opener?.closest(".tn-grid-row")) panel.focus();
});

document.addEventListener("keydown", (event) => {
  const above = document.querySelector("dialog[open], .tn-menu:popover-open");
  if (event.key === "Escape" && !above && closeDrawer()) event.stopImmediatePropagation();
});

new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const toast of addedNodes) {
      if (toast instanceof Element && !toast.querySelector("form, [hx-post]")) setTimeout(() => toast.remove(), TOAST_MS);
    }
  }
}).observe(document.getElementById("tn-toasts") ?? document.createElement("div"), { childList: true });
