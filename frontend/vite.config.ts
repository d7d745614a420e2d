import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// `npm run dev` asks the server of `brushite serve` for data.
export default defineConfig({
  plugins: [svelte()],
  base: "./",
  resolve: { alias: { zarrita: new URL("./src/ct/no-zarr.ts", import.meta.url).pathname } },
  build: { outDir: "../src/brushite/web/static", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});
