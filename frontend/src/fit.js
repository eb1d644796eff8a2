// Chips in one line: what fits by measured width stays, the rest is told as +n.
const watched = new ResizeObserver((entries) => fit(entries.map((entry) => entry.target)));

function fit(lines) {
  const open = lines.filter((line) => line.isConnected);
  for (const line of open) {
    line.querySelector(".tn-fit-more")?.remove();
    for (const chip of line.children) chip.hidden = false;
  }
  const over = open.map((line) => {
    const room = line.clientWidth, chips = [...line.children];
    const ends = chips.map((chip) => chip.offsetLeft + chip.offsetWidth);
    if (!chips.length || ends.at(-1) <= room + 1) return null;
    const kept = Math.max(1, ends.filter((end) => end <= room - 28).length);
    return { line, rest: chips.slice(kept) };
  });
  for (const found of over) {
    if (!found?.rest.length) continue;
    for (const chip of found.rest) chip.hidden = true;
    const more = document.createElement("span");
    more.className = "tn-fit-more";
    more.textContent = `+${found.rest.length}`;
    more.title = found.rest.map((chip) => chip.textContent).join(", ");
    found.line.append(more);
  }
}

function watch(root) {
  for (const line of root.querySelectorAll("[data-tn-fit]")) {
    watched.observe(line);
  }
}
watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target));
