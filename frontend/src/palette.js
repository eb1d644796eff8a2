// The search box: typing asks, arrow keys walk through what was found, enter opens it.
import { htmx } from "./htmx.js";

const box = () => document.getElementById("tn-search");
const hits = () => [...box().querySelectorAll("[role=option]")];

export function search() {
  const dialog = box();
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const input = dialog.querySelector("input");
  input.select();
  htmx.trigger(input, "tn:search");
}

function point(hit) {
  for (const other of hits()) other.setAttribute("aria-selected", String(other === hit));
  const input = box().querySelector("input");
  if (hit) input.setAttribute("aria-activedescendant", hit.id);
  else input.removeAttribute("aria-activedescendant");
  hit?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "tn-search-found") return;
  const input = box().querySelector("input");
  input.setAttribute("aria-expanded", String(hits().length > 0));
  event.target.scrollTop = 0;
  point(input.value.trim() ? hits()[0] : null);
});

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#tn-search .tn-search-line")) return;
  const all = hits(), at = all.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    point(all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
  }
  if (event.key === "Enter" && at >= 0 && !event.isComposing) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) open(all[at].href, "_blank", "noopener");
    else all[at].click();
  }
});

document.addEventListener("pointermove", (event) => {
  const hit = event.target.closest?.("#tn-search [role=option]");
  if (hit && hit.getAttribute("aria-selected") !== "true") point(hit);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-tn-search]")) search();
  if (event.target.closest("#tn-search [role=option]")) box().close();
});
