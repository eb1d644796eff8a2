// Two minutes before a session ends its person is asked whether to stay; once it has, what was typed waits in the page.
const ASK_BEFORE = 120, SLACK = 10;
const box = document.getElementById("tn-session");
let timer = 0;

const ask = (method) => fetch(box.dataset.at, {
  method, headers: { "HX-Request": "true", "Tn-Unasked": "1", "X-CSRFToken": box.querySelector("[name=csrfmiddlewaretoken]").value },
});

function show(state) {
  for (const part of box.querySelectorAll("[data-tn-when]")) part.hidden = part.dataset.tnWhen !== state;
  if (!box.open) box.showModal();
  box.querySelector(`[data-tn-when="${state}"] .tn-primary`)?.focus();
}

function wait(seconds) {
  clearTimeout(timer);
  timer = setTimeout(check, Math.max(seconds, 1) * 1000);
}

async function check(method = "GET") {
  let answer;
  try { answer = await ask(method); } catch { wait(30); return; }
  if (answer.status === 401) { show("ended"); return; }
  if (!answer.ok) { wait(30); return; }
  const { left, person, longest } = await answer.json();
  if (String(person) !== box.dataset.person) { location.assign("/"); return; }
  if (left > ASK_BEFORE + SLACK) {
    box.close();
    wait(left - ASK_BEFORE);
  } else {
    show(longest ? "last" : "ending");
    wait(left + 1);
  }
}

if (box) {
  wait(Number(box.dataset.left) - ASK_BEFORE);
  box.addEventListener("cancel", (event) => event.preventDefault());
  box.querySelector("[data-tn-stay]").addEventListener("click", () => check("POST"));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && box.open) check();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.requestConfig?.triggeringEvent) wait(Number(box.dataset.idle) - ASK_BEFORE);
  });
}

// A request that nobody asked for keeps nobody signed in; one that comes too late says so and changes nothing.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.triggeringEvent) event.detail.headers["Tn-Unasked"] = "1";
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 401) return;
  event.detail.shouldSwap = false;
  if (box) show("ended"); else location.reload();
});
