// The same bundler and the same "$" alias as Reflex's build; translation, notices and shortcuts are small stand-ins.
import { resolve } from "node:path";
import { defineConfig } from "vite";

const here = import.meta.dirname;
export default defineConfig({
  base: "/",
  logLevel: "warn",
  resolve: {
    mainFields: ["browser", "module", "jsnext"],
    alias: [{ find: /^\$\/localmind\/(\w+)$/, replacement: `${here}/$1.jsx` }],
  },
  oxc: { jsx: { runtime: "automatic" } },
  // lightningcss would rewrite light-dark() for older browsers
  build: { cssTarget: "chrome125", outDir: resolve(here, "dist"), emptyOutDir: true, chunkSizeWarningLimit: 5000, reportCompressedSize: false },
});
