// Builds the one entry script and the one style sheet, and the icons that the templates name.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";

const here = import.meta.dirname;

function icons() {
  return {
    name: "icons",
    generateBundle() {
      const found = {};
      for (const name of JSON.parse(readFileSync(resolve(here, "src/icons.json"), "utf8"))) {
        const [style, file] = name.endsWith("-filled") ? ["filled", name.slice(0, -7)] : ["outline", name];
        const svg = readFileSync(resolve(here, `node_modules/@tabler/icons/icons/${style}/${file}.svg`), "utf8");
        found[name] = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace("</svg>", "")
          .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\/?>(<\/path>)?/, "").replace(/\s*\n\s*/g, "").trim();
      }
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(found) });
    },
  };
}

export default defineConfig({
  root: here,
  base: "/static/built/",
  plugins: [icons()],
  build: {
    outDir: resolve(here, "../tenantry/kernel/web/static/built"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: { input: resolve(here, "src/main.js") },
  },
});
