// Builds the one entry script and the one style sheet, and the sprite of the icons that the templates name.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";

const here = import.meta.dirname;

function symbol(name) {
  const [style, file] = name.endsWith("-filled") ? ["filled", name.slice(0, -7)] : ["outline", name];
  const svg = readFileSync(resolve(here, `node_modules/@tabler/icons/icons/${style}/${file}.svg`), "utf8");
  const lines = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\/?>(<\/path>)?/, "").replace(/\s*\n\s*/g, "").trim();
  const paint = style === "filled" ? ' fill="currentColor" stroke="none"' : "";
  return `<symbol id="${name}" viewBox="0 0 24 24"${paint}>${lines}</symbol>`;
}

function icons() {
  return {
    name: "icons",
    generateBundle() {
      const names = JSON.parse(readFileSync(resolve(here, "src/icons.json"), "utf8"));
      const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>`;
      const fileName = `assets/icons-${createHash("sha256").update(sprite).digest("hex").slice(0, 8)}.svg`;
      this.emitFile({ type: "asset", fileName, source: sprite });
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify({ sprite: fileName, names }) });
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
