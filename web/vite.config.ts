import vue from "@vitejs/plugin-vue";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import { defineConfig, type Plugin } from "vite";

/* FILE.gz and FILE.br beside every file: the server hands out what the browser takes. */
function compressed(): Plugin {
  const walk = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? walk(path) : [path];
    });
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const path of walk(fileURLToPath(new URL("dist", import.meta.url)))) {
        if (/\.(gz|br|png|woff2)$/.test(path)) continue;
        const bytes = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(bytes, {
            params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
          }),
        );
      }
    },
  };
}

const bangfu = process.env.BANGFU_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    vue(),
    Components({ dirs: [], dts: "src/components.d.ts", resolvers: [ElementPlusResolver({ importStyle: "css" })] }),
    compressed(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: true, // Element Plus still needs it here and there
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: "es2020",
    assetsInlineLimit: 0, // the page's policy allows no data: scripts, and files are kept forever anyway
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        // bangfu keeps files forever whose name ends in -HASH with eight letters and digits.
        hashCharacters: "hex",
        entryFileNames: "assets/[name]-[hash:12].js",
        chunkFileNames: "assets/[name]-[hash:12].js",
        assetFileNames: "assets/[name]-[hash:12][extname]",
        manualChunks: (id) =>
          /node_modules\/(vue|@vue|vue-router|pinia|vue-i18n|@intlify)\//.test(id) ? "vue" : undefined,
      },
    },
  },
  // BANGFU_URL: a running bangfu that answers while pages are written (npm run dev).
  server: { proxy: { "/api": { target: bangfu, changeOrigin: true, headers: { origin: bangfu } } } },
});
