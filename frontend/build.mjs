// Builds the module that Home Assistant serves from frontend/src; --check only says whether it is up to date.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = fileURLToPath(
  new URL("../custom_components/aqara_lock/frontend/aqara-lock.js", import.meta.url),
);

/** Takes the white space out of templates, which the bundler leaves as they are. */
const small = {
  name: "small-templates",
  setup({ onLoad }) {
    onLoad({ filter: /frontend\/src\/[\w-]+\.js$/ }, async ({ path }) => {
      const parts = (await readFile(path, "utf8")).split(/(css`[^`]*`)/);
      const done = parts.map(async (part, n) => {
        // Between two lines of markup there is no more than a space.
        if (n % 2 === 0) return part.replace(/\n\s+/g, "\n");
        const { code } = await transform(part.slice(4, -1), { loader: "css", minify: true });
        return `css\`${code.trim()}\``;
      });
      return { contents: (await Promise.all(done)).join(""), loader: "js" };
    });
  },
};

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
    plugins: [small],
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
