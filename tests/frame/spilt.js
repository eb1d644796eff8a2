(() => {
  // What does not fit: the page itself, or words in a control, a head or a title.
  const page = document.documentElement;
  const found = page.scrollWidth > page.clientWidth ? [`the page is ${page.scrollWidth} px wide`] : [];
  const words = "button, .tn-button, th, .tn-tab, .tn-badge, .tn-segment, .tn-rail-word, h1, h2, legend, dt, label";
  const scrolls = ".tn-hidden, .tn-scroll, .tn-grid-scroll, .tn-tabs";
  for (const element of document.querySelectorAll(words)) {
    const hidden = !element.checkVisibility({ visibilityProperty: true }) || element.closest(scrolls);
    if (hidden || !element.clientWidth || getComputedStyle(element).display === "inline") continue;
    if (element.scrollWidth > element.clientWidth + 1) found.push(`${element.className}: ${element.innerText.slice(0, 60)}`);
  }
  return found;
})()
