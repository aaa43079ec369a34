import { vitePlugin as remix } from "@remix-run/dev";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig, type Plugin } from "vite";
import tsconfigPaths from "vite-tsconfig-paths";

import remixOptions from "./remix.config.js";

/**
 * Builds our own entrances (HTTP server, worker, shell) with the Remix server build inside: one module graph, so that
 * `app/domain` exists once in every process, and nothing needs a TypeScript loader in production.
 */
function entrances(): Plugin {
  return {
    name: "rapport-entrances",
    enforce: "post",
    config(_config, { command, isSsrBuild }) {
      if (command !== "build" || !isSsrBuild) return;
      return {
        build: {
          rollupOptions: {
            input: { server: "app/server.ts", worker: "app/worker.ts", cli: "app/cli.ts" },
            output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
          },
        },
      };
    },
    configResolved(config) {
      if (config.build.ssr)
        config.build.rollupOptions.input = { server: "app/server.ts", worker: "app/worker.ts", cli: "app/cli.ts" };
    },
  };
}

export default defineConfig({
  plugins: [tailwindcss(), remix(remixOptions), tsconfigPaths(), entrances()],
  // Nothing inline: the policy of our pages takes fonts and pictures from our own files only.
  build: { target: "es2022", assetsInlineLimit: 0, sourcemap: false, reportCompressedSize: false },
  ssr: { noExternal: ["@fontsource-variable/inter"] },
});
