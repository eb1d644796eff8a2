// A list by keys: j k move, x selects, enter opens, e edits; its menus, its drawer, and the bulk bar over what is selected.
import { htmx } from "./htmx.js";
import { place } from "./menus.js";
import { announce } from "./say.js";

const rows = (grid) => [...grid.querySelectorAll(".tn-grid-row")];
const picks = (grid) => [...grid.querySelectorAll(".tn-row-pick .tn-checkbox[name=ids]")];
const grids = () => [...document.querySelectorAll(".tn-grid")];
const drawer = () => document.getElementById("tn-drawer");
const address = (grid, name, row) => grid.dataset[name]?.replace("{id}", row.dataset.id);
const marked = (grid) => grid.querySelector(".tn-grid-row.tn-at") ?? grid.querySelector(".tn-grid-row.tn-opened");

function mark(grid, row) {
  for (const each of grid.querySelectorAll(".tn-at")) each.classList.remove("tn-at");
  row.classList.add("tn-at");
  row.scrollIntoView({ block: "nearest" });
  (row.querySelector(".tn-name-title[href]") ?? row.querySelector(".tn-checkbox"))?.focus({ preventScroll: true });
}

function move(grid, step) {
  const all = rows(grid), at = all.indexOf(marked(grid));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!next) return;
  mark(grid, next);
  if (drawer() && !drawer().hidden) open(grid, next);
}

// The drawer follows the keys: of many moves in a row only the last is fetched.
let wished = 0;
function open(grid, row) {
  const path = address(grid, "drawer", row);
  if (!path) return false;
  const opened = drawer().hidden;
  for (const each of grid.querySelectorAll(".tn-opened")) each.classList.remove("tn-opened");
  row.classList.add("tn-opened");
  clearTimeout(wished);
  const fetch = () => htmx.ajax("GET", path, { source: row.querySelector(".tn-name-title") ?? row, target: "#tn-drawer", swap: "innerHTML" });
  if (opened) fetch(); else wished = setTimeout(fetch, 80);
  return true;
}

// --- selecting

const selections = new Map(); // what was selected outlives a refresh of the list

function count(grid, told = true) {
  const all = picks(grid);
  const chosen = all.filter((box) => box.checked);
  const every = grid.querySelector("[data-tn-pick-all]");
  const bulk = grid.querySelector(".tn-bulk");
  if (every) {
    every.checked = chosen.length > 0 && chosen.length === all.length;
    every.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  if (!bulk) return;
  bulk.hidden = chosen.length === 0;
  const whole = bulk.querySelector("input[name=all]");
  if (chosen.length < all.length) whole.value = "";
  bulk.querySelector("[data-tn-every]").hidden = Boolean(whole.value) || !grid.querySelector("[rel=next], [rel=prev]");
  const words = whole.value ? bulk.dataset.every : bulk.dataset.words.replace("{n}", String(chosen.length));
  bulk.querySelector("[data-tn-chosen]").textContent = words;
  selections.set(grid.id, new Set(chosen.map((box) => box.value)));
  if (told) announce(chosen.length ? words : "");
  fitBulk(bulk);
}

// Verbs that do not fit move under the dots.
function fitBulk(bulk) {
  const more = bulk.querySelector("[data-tn-more]");
  if (bulk.hidden || !more) return;
  const menu = bulk.querySelector(".tn-menu"), acts = [...bulk.querySelectorAll(".tn-bulk-act")];
  for (const act of acts) { act.className = "tn-button tn-bulk-act"; more.before(act); }
  more.hidden = true;
  const kept = Number(bulk.dataset.most);
  const over = () => bulk.scrollWidth > bulk.clientWidth + 1;
  for (let at = acts.length - 1; at >= 1 && (at >= kept || over()); at -= 1) {
    more.hidden = false;
    acts[at].className = "tn-menu-item tn-bulk-act";
    menu.prepend(acts[at]);
  }
}
addEventListener("resize", () => { for (const bulk of document.querySelectorAll(".tn-bulk")) fitBulk(bulk); });

function clear(grid) {
  for (const box of picks(grid)) box.checked = false;
  count(grid);
}

let last = null;
function select(grid, box, range) {
  const all = picks(grid), to = all.indexOf(box), from = all.findIndex((each) => each.value === last);
  if (range && from >= 0) {
    for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = box.checked;
  }
  last = box.value;
  count(grid);
}

document.addEventListener("change", (event) => {
  const grid = event.target.closest(".tn-grid");
  if (!grid || !event.target.matches("[data-tn-pick-all]")) return;
  for (const box of picks(grid)) box.checked = event.target.checked;
  count(grid);
});

// --- what is pressed

document.addEventListener("click", (event) => {
  const grid = event.target.closest(".tn-grid");
  if (!grid) return;
  const at = (selector) => event.target.closest(selector);
  if (at("[data-tn-clear]")) clear(grid);
  if (at("[data-tn-every]")) {
    for (const box of picks(grid)) box.checked = true;
    grid.querySelector(".tn-bulk input[name=all]").value = "1";
    count(grid);
  }
  if (event.target.matches(".tn-checkbox[name=ids]")) select(grid, event.target, event.shiftKey);
  if (at("[data-tn-menu]")) rowMenu(grid, at("[data-tn-menu]"));
  if (at("[data-tn-move]")) shift(at("[data-tn-move]"));
  if (at("[data-tn-field]")) unfold(grid, at("[data-tn-field]").dataset.tnField);
  const link = at(".tn-name-title[href]"), plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (link && plain && innerWidth >= 720 && open(grid, link.closest(".tn-grid-row"))) {
    event.preventDefault();
    mark(grid, link.closest(".tn-grid-row"));
  }
});

async function rowMenu(grid, button) {
  const menu = grid.querySelector(`#menu-${CSS.escape(grid.dataset.key)}`);
  for (const each of grid.querySelectorAll("[data-tn-menu][aria-expanded]")) each.removeAttribute("aria-expanded");
  const path = `${location.pathname}?row=${button.closest(".tn-grid-row").dataset.id}`;
  await htmx.ajax("GET", path, { source: button, target: menu, swap: "innerHTML" });
  if (!button.isConnected || !menu.childElementCount) return;
  menu.tnButton = button;
  menu.showPopover({ source: button });
  place(menu, button);
  menu.querySelector(".tn-menu-item")?.focus();
}

function shift(button) {
  const row = button.closest("li"), step = Number(button.dataset.tnMove);
  if (step < 0) row.previousElementSibling?.before(row); else row.nextElementSibling?.after(row);
  button.focus();
  announce(row.textContent.trim());
}

// A chip opens the filters at its own field, which may still be on its way.
let field = "";
function unfold(grid, name) {
  field = name;
  const details = grid.querySelectorAll(".tn-filters details");
  for (const each of details) each.open = each.dataset.field === name;
}

// --- keys

const busy = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], .tn-menu")
  || document.querySelector("dialog[open], .tn-menu:popover-open");

document.addEventListener("keydown", (event) => {
  const grid = grids()[0];
  if (!grid || event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
  const at = marked(grid);
  if (event.key === "j") move(grid, 1);
  if (event.key === "k") move(grid, -1);
  if (event.key.toLowerCase() === "x" && at) {
    const box = at.querySelector(".tn-checkbox");
    if (box) { box.checked = !box.checked; select(grid, box, event.shiftKey); }
  }
  if (event.key === "Enter" && at && event.target === document.body) at.querySelector(".tn-name-title[href]")?.click();
  if (event.key === "e" && at && grid.dataset.edit) location.assign(address(grid, "edit", at));
  if (event.key === "Escape" && !event.defaultPrevented) clear(grid);
});

// the drawer's own arrows
document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-tn-step]"), grid = grids()[0];
  if (step && grid) move(grid, Number(step.dataset.tnStep));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.matches?.(".tn-grid-search input")) return;
  event.target.blur();
});

// --- after the list, a part or a dialog has come

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "tn-asked" && !event.target.open) event.target.showModal();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const grid = event.detail.target;
  if (!grid.matches?.(".tn-grid")) return;
  const typed = document.activeElement;
  if (grid.contains(typed) && typed.matches(".tn-grid-search input")) grid.ownerDocument.tnTyped = { key: grid.dataset.key, text: typed.value, at: typed.selectionStart };
  grid.ownerDocument.tnScrolled = grid.querySelector(".tn-grid-scroll")?.scrollLeft ?? 0;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.matches?.(".tn-part") && field) { unfold(event.target.closest(".tn-grid"), field); field = ""; }
  for (const grid of grids()) settle(grid, event.target === grid || event.detail.target?.matches?.(".tn-grid"));
});

function settle(grid, swapped) {
  if (swapped) restore(grid);
  const kept = swapped ? selections.get(grid.id) : null;
  for (const box of kept ? picks(grid) : []) box.checked = kept.has(box.value);
  count(grid, false);
}

function restore(grid) {
  const { tnTyped: typed, tnScrolled: scrolled } = document;
  if (scrolled) grid.querySelector(".tn-grid-scroll")?.scrollTo({ left: scrolled });
  const box = typed?.key === grid.dataset.key && grid.querySelector(".tn-grid-search input");
  document.tnTyped = null;
  if (!box) return;
  box.value = typed.text;
  box.focus();
  box.setSelectionRange(typed.at, typed.at);
  if (box.value.trim() !== box.defaultValue) box.dispatchEvent(new Event("input", { bubbles: true })); // typed meanwhile
}
