// Rail, theme, and the keys that work on every page.
import { search } from "./palette.js";

const YEAR = 365 * 24 * 3600;
const remember = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax`; };
const body = document.body;

function rail(what) {
  if (what === "fold") {
    remember("rail", body.classList.toggle("tn-folded") ? "folded" : "");
    return;
  }
  const open = body.classList.toggle("tn-sheet", what === "open");
  const button = document.querySelector('[data-tn-rail="open"]');
  button?.setAttribute("aria-expanded", String(open));
  (open ? document.querySelector(".tn-rail-close") : button)?.focus();
}

function theme(name) {
  remember("theme", name);
  if (name) document.documentElement.dataset.bsTheme = name;
  else delete document.documentElement.dataset.bsTheme;
  for (const button of document.querySelectorAll("[data-tn-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.tnTheme === name));
  }
}

document.addEventListener("click", (event) => {
  const at = (name) => event.target.closest(`[data-tn-${name}]`);
  if (at("rail")) rail(at("rail").dataset.tnRail);
  if (at("theme")) theme(at("theme").dataset.tnTheme);
});

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); search(); return; }
  if (event.key === "Escape" && body.classList.contains("tn-sheet")) rail("close");
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "?") document.getElementById("tn-keys")?.showModal();
  if (event.key === "/") {
    event.preventDefault();
    const own = document.querySelector(".tn-grid-search input");
    if (own) own.focus(); else search();
  }
});
