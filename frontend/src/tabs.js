// A strip of tabs: what does not fit stands under More; the open tab always stays. On a telephone the strip scrolls.
const NARROW = matchMedia("(max-width: 719.98px)");
const strips = new Map();
let number = 0;

function begin(nav) {
  const own = nav.querySelector(":scope > button[popovertarget^='more-']");
  const kept = own && { button: own, menu: document.getElementById(own.getAttribute("popovertarget")), fixed: true };
  strips.set(nav, { tabs: [...nav.querySelectorAll(":scope > a.tn-tab")], ...(kept ?? made(nav)) });
  watched.observe(nav);
}

function made(nav) {
  const id = `tn-more-${(number += 1)}`;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "tn-tab tn-tab-more", hidden: true });
  button.append(nav.dataset.tnMore);
  button.setAttribute("popovertarget", id);
  button.setAttribute("aria-haspopup", "true");
  button.setAttribute("aria-expanded", "false");
  const menu = Object.assign(document.createElement("div"), { className: "tn-menu", id, popover: "auto" });
  const end = [...nav.querySelectorAll(":scope > a.tn-tab")].at(-1)?.nextSibling ?? null;
  nav.insertBefore(button, end);
  nav.insertBefore(menu, end);
  return { button, menu, fixed: false };
}

function lay(nav) {
  const { button, menu, tabs, fixed } = strips.get(nav);
  for (const tab of tabs) put(nav, button, tab, false);
  button.hidden = !fixed;
  if (NARROW.matches || nav.scrollWidth <= nav.clientWidth + 1) return keepInView(nav);
  button.hidden = false;
  const open = tabs.find((tab) => tab.matches(".tn-active, [aria-current]"));
  for (const tab of [...tabs].reverse()) {
    if (nav.scrollWidth <= nav.clientWidth + 1) break;
    if (tab !== open) put(menu, menu.firstChild, tab, true);
  }
}

function put(parent, before, tab, inMenu) {
  tab.classList.toggle("tn-menu-item", inMenu);
  tab.classList.toggle("tn-tab", !inMenu);
  parent.insertBefore(tab, before);
}

function keepInView(nav) {
  const open = nav.querySelector(".tn-active, [aria-current]");
  if (open && nav.scrollWidth > nav.clientWidth) nav.scrollLeft = open.offsetLeft - (nav.clientWidth - open.offsetWidth) / 2;
}

const watched = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.isConnected) lay(target);
    else { watched.unobserve(target); strips.delete(target); }
  }
});

function watch(root) {
  for (const nav of root.querySelectorAll?.(".tn-tabs[data-tn-more]") ?? []) if (!strips.has(nav)) begin(nav);
}
watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target));
document.fonts?.ready.then(() => { for (const nav of strips.keys()) if (nav.isConnected) lay(nav); });
