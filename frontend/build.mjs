// Builds the module that Home Assistant serves from frontend/src; --check only says whether it is up to date.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = fileURLToPath(
  new URL("../custom_components/aqara_lock/frontend/aqara-lock.js", import.meta.url),
);

export async function bundle() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: ["src/main.js"],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    minify: true,
    legalComments: "eof",
    banner: { js: "// Built from frontend/src by frontend/build.mjs; do not edit." },
  });
  return result.outputFiles[0].text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await bundle();
  if (process.argv.includes("--check")) {
    if ((await readFile(target, "utf8")) !== built) {
      console.error("The module is not what frontend/src builds to: run npm run build in frontend/.");
      process.exit(1);
    }
  } else {
    await writeFile(target, built);
    console.log(`${target}: ${Buffer.byteLength(built)} bytes`);
  }
}
