(() => {
  // All that a page says, and those parts of it that hold words of ours and never data.
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[lang]:not(html)");
  const plain = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  const data = "tbody, dd, h1, .tn-page-head p, .tn-thing, .tn-thing ~ .tn-meta"; // here tenants and people speak as well, in their own language
  const silent = "script, style, code, kbd, option, svg, svg *";
  const all = [...document.body.querySelectorAll("*")].filter((element) => !element.matches(silent) && shown(element));
  const texts = all.filter((element) => !element.closest(data)).flatMap((element) => [
    plain(element).map((node) => node.data).join(" "),
    ...["title", "aria-label", "placeholder", "alt"].map((name) => element.getAttribute(name)),
  ]);
  const chrome = "th[scope=col], legend, dt, .tn-field > label, .tn-page-head .tn-button, .tn-rail-word";
  const words = all.filter((element) => element.matches(chrome)).map((element) => plain(element).map((node) => node.data).join(" "));
  const tidy = (list) => {
    const kept = list.map((text) => (text ?? "").replace(/\s+/g, " ").trim());
    return [...new Set(kept.filter((text) => /\p{L}{2}/u.test(text)))];
  };
  return { texts: tidy(texts), chrome: tidy(words) };
})()
