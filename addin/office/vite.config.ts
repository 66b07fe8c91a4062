import { readdirSync } from "node:fs";
import { parse } from "smol-toml";
import { defineConfig } from "vitest/config";

/** TOML as a module, so that the ribbon's words are written down once. */
const toml = {
  name: "toml",
  transform(text: string, id: string) {
    if (!id.endsWith(".toml")) return undefined;
    return { code: `export default ${JSON.stringify(parse(text))};`, moduleType: "js" as const, map: null };
  },
};

export default defineConfig({
  // Relative addresses, so that the pane may be served under any path.
  base: "./",
  plugins: [toml],
  build: {
    target: "es2022",
    // index.html is the task pane; every other page is for those without Excel.
    rolldownOptions: { input: readdirSync(import.meta.dirname).filter((name) => name.endsWith(".html")) },
    modulePreload: { polyfill: false },
    // Nothing inline: the pages are served with a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    // What is built holds others' code, so it holds their licences too.
    license: { fileName: "third-party.txt" },
  },
  // Generous: the machine may be busy with much else.
  test: { include: ["tests/**/*.test.ts", "fake/**/*.test.ts"], testTimeout: 60_000 },
});
