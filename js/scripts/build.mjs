// node scripts/build.mjs widgets [--watch] | lab
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const js = dirname(dirname(fileURLToPath(import.meta.url)));
const library = join(dirname(js), "hml_jupyter");
const require = createRequire(import.meta.url);
const common = {
  absWorkingDir: js,
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  logLevel: "info",
  target: "es2022",
};

/** The licences of every package in the bundle, in one text beside it. */
function writeLicences(inputs) {
  const packages = Object.keys(inputs).flatMap(
    (path) => path.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? [],
  );
  const texts = [...new Set(packages)].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(js, folder, "package.json"), "utf8"));
    const file = readdirSync(join(js, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} ships no licence text`);
    return `${name} ${version}\n\n${readFileSync(join(js, folder, file), "utf8").trim()}\n`;
  });
  const rule = `\n${"-".repeat(78)}\n\n`;
  writeFileSync(join(library, "static", "third-party-licenses.txt"), texts.join(rule));
}

async function buildWidgets(watch) {
  const shared = {
    ...common,
    outdir: join(library, "static"),
    minify: !watch,
    metafile: true,
  };
  const builds = [
    { ...shared, entryPoints: { lab: "src/widgets/lab.ts", board: "src/widgets/alone.ts" } },
    // A saved page carries its script inside.
    { ...shared, entryPoints: { page: "src/page.ts" }, format: "iife" },
  ];
  if (watch) {
    for (const options of builds) await (await esbuild.context(options)).watch();
    return;
  }
  const inputs = {};
  for (const options of builds)
    Object.assign(inputs, (await esbuild.build(options)).metafile.inputs);
  writeLicences(inputs);
}

/** JupyterLab's builder reads JavaScript only, so esbuild strips the types first. */
async function buildLab() {
  await esbuild.build({
    ...common,
    entryPoints: { plugin: "src/lab/plugin.ts" },
    outdir: "lib",
    packages: "external",
  });
  const builder = require.resolve("@jupyter/builder/lib/build-labextension.js");
  const core = join(
    dirname(require.resolve("@jupyterlab/core-meta/package.json")),
    "core.package.json",
  );
  execFileSync(process.execPath, [builder, "--core-package-file", core, js], { stdio: "inherit" });
}

const [what, flag] = process.argv.slice(2);
if (what === "widgets") await buildWidgets(flag === "--watch");
else if (what === "lab") await buildLab();
else throw new Error(`build what? widgets or lab, not ${what}`);
