// A list by keys: j k move, x selects, enter opens; and the bulk bar over what is selected.
import { htmx } from "./htmx.js";
import { announce } from "./say.js";

const rows = (grid) => [...grid.querySelectorAll(".tn-grid-row")];
const picks = (grid) => [...grid.querySelectorAll(".tn-row-pick .tn-checkbox[name=ids]")];
const grids = () => [...document.querySelectorAll(".tn-grid")];

function move(grid, step) {
  const all = rows(grid);
  const marked = all.findIndex((row) => row.classList.contains("tn-at"));
  const at = marked < 0 ? all.findIndex((row) => row.classList.contains("tn-opened")) : marked;
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!next) return;
  all[at]?.classList.remove("tn-at");
  next.classList.add("tn-at");
  next.scrollIntoView({ block: "nearest" });
  const link = next.querySelector(".tn-name-title[href]");
  link?.focus({ preventScroll: true });
  const panel = document.getElementById("tn-drawer");
  if (link?.hasAttribute("hx-get") && panel && !panel.hidden) htmx.trigger(link, "click");
}

function count(grid) {
  const all = picks(grid);
  const chosen = all.filter((box) => box.checked).length;
  const every = grid.querySelector("[data-tn-pick-all]");
  const bulk = grid.querySelector(".tn-bulk");
  if (every) {
    every.checked = chosen > 0 && chosen === all.length;
    every.indeterminate = chosen > 0 && chosen < all.length;
  }
  if (!bulk) return;
  bulk.hidden = chosen === 0;
  const whole = bulk.querySelector("input[name=all]");
  if (whole && chosen < all.length) whole.value = "";
  const words = whole?.value ? bulk.dataset.every : bulk.dataset.words.replace("{n}", String(chosen));
  bulk.querySelector("[data-tn-chosen]").textContent = words;
  announce(chosen ? words : "");
}

document.addEventListener("change", (event) => {
  const grid = event.target.closest(".tn-grid");
  if (!grid) return;
  if (event.target.matches("[data-tn-pick-all]")) for (const box of picks(grid)) box.checked = event.target.checked;
  if (event.target.matches(".tn-checkbox")) count(grid);
  if (event.target.matches("[data-tn-column]")) columns(grid);
});

let last = null;
document.addEventListener("click", (event) => {
  const grid = event.target.closest(".tn-grid");
  if (!grid) return;
  if (event.target.closest("[data-tn-clear]")) clear(grid);
  if (event.target.closest("[data-tn-every]")) {
    for (const box of picks(grid)) box.checked = true;
    grid.querySelector(".tn-bulk input[name=all]").value = "1";
    count(grid);
  }
  if (event.target.matches(".tn-checkbox[name=ids]")) {
    const all = picks(grid), to = all.indexOf(event.target), from = all.indexOf(last);
    if (event.shiftKey && from >= 0) {
      for (const box of all.slice(Math.min(from, to), Math.max(from, to) + 1)) box.checked = event.target.checked;
      count(grid);
    }
    last = event.target;
  }
});

function clear(grid) {
  for (const box of picks(grid)) box.checked = false;
  count(grid);
}

function columns(grid) {
  const shown = [...grid.querySelectorAll("[data-tn-column]")].filter((box) => box.checked).map((box) => box.value);
  document.cookie = `columns_${grid.dataset.key}=${shown.join(".")}; path=/; max-age=31536000; samesite=lax`;
  htmx.ajax("GET", location.pathname + location.search, { target: grid, swap: "outerHTML" });
}

document.addEventListener("keydown", (event) => {
  const grid = grids()[0];
  if (!grid || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open], .tn-menu:popover-open")) return;
  const at = grid.querySelector(".tn-grid-row.tn-at");
  if (event.key === "j") move(grid, 1);
  if (event.key === "k") move(grid, -1);
  if (event.key === "x") at?.querySelector(".tn-checkbox")?.click();
  if (event.key === "Enter" && at && event.target === document.body) at.querySelector(".tn-name-title[href]")?.click();
  if (event.key === "Escape") clear(grid);
});

document.addEventListener("htmx:afterSettle", () => {
  for (const grid of grids()) {
    count(grid);
    if (grid.dataset.told) announce(grid.dataset.told);
  }
});
