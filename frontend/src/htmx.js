// htmx, and what people are told when a request fails.
import htmx from "htmx.org";
import { say } from "./say.js";

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const meant = xhr.status < 400 || xhr.status === 401 || xhr.status === 422 || xhr.getResponseHeader("HX-Retarget");
  if (!meant) {
    event.detail.shouldSwap = false;
    say("failed");
  }
});
document.addEventListener("htmx:sendError", () => say("offline"));

export { htmx };
