import { byId } from "./dom.js";

/** Say something for a few seconds. @param {string} message */
export function toast(message) {
  const place = byId("toast");
  place.textContent = message;
  place.classList.add("on");
  setTimeout(() => place.classList.remove("on"), 2500);
}
