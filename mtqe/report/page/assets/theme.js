import { byId } from "./dom.js";

const KEY = "mtqe.theme";

/** Let the reader choose how the page looks, and keep the choice where the browser allows it. */
export function followTheme() {
  const select = /** @type {HTMLSelectElement} */ (byId("theme"));
  const stored = remembered();
  if ([...select.options].some((option) => option.value === stored)) select.value = stored;
  const apply = () => document.documentElement.setAttribute("data-theme", select.value);
  select.addEventListener("change", () => {
    apply();
    remember(select.value);
  });
  apply();
}

function remembered() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} theme */
function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing for local files still has the theme until the page is closed.
  }
}
