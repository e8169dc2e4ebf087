import { register } from "node:module";

register("./assets.mjs", import.meta.url);
