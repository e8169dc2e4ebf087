// Where the page's modules are, as node sees them: plain ES modules whatever their folder says.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ASSETS = new URL("../../../../mtqe/report/page/assets/", import.meta.url);

/** Resolve and load the page's `.js` files as modules; see `node:module` `register`. */
export async function load(url, context, next) {
  if (!url.startsWith(ASSETS.href)) return next(url, context);
  return { format: "module", shortCircuit: true, source: await readFile(fileURLToPath(url)) };
}
