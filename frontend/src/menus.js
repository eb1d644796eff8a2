// Places a menu under its button, and lets the arrow keys walk through it.
const EDGE = 8;

export function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = menu;
  const right = at.left + wide + EDGE > innerWidth ? at.right - wide : at.left;
  const below = at.bottom + 4;
  const top = below + high + EDGE > innerHeight && at.top - 4 - high > EDGE ? at.top - 4 - high : below;
  menu.style.left = `${Math.max(EDGE, Math.min(right, innerWidth - wide - EDGE))}px`;
  menu.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - high - EDGE))}px`;
}

// a menu that many buttons share knows which one opened it
const buttonOf = (menu) => menu.tnButton ?? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof Element) || !menu.matches(".tn-menu[popover]")) return;
  const button = buttonOf(menu);
  const open = event.newState === "open";
  button?.setAttribute("aria-expanded", String(open));
  if (open && button) place(menu, button);
}, true);

addEventListener("resize", () => {
  for (const menu of document.querySelectorAll(".tn-menu:popover-open")) place(menu, buttonOf(menu) ?? menu);
});
document.addEventListener("htmx:afterSettle", (event) => {
  const menu = event.target.closest?.(".tn-menu:popover-open");
  if (menu) place(menu, buttonOf(menu) ?? menu);
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const button = event.target.closest?.("[popovertarget]");
  const menu = event.target.closest?.(".tn-menu") ?? (button && document.getElementById(button.getAttribute("popovertarget")));
  if (!menu?.matches(":popover-open") || event.target.matches("input, select, textarea")) return;
  const entries = [...menu.querySelectorAll(".tn-menu-item")];
  const next = entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length];
  if (next) { event.preventDefault(); next.focus(); }
});
