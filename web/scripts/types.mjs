// Types of the interface from its own description: node scripts/types.mjs [openapi.json].
// Without a file the built program is asked.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";

const root = new URL("../../", import.meta.url).pathname;

function described() {
  const given = process.argv[2];
  if (given) return readFileSync(given, "utf8");
  const program = process.env.BANGFU ?? ["asan", "debug", "release"].map((v) => `${root}build/${v}/bangfu`).find(existsSync);
  if (!program) throw new Error("there is no bangfu yet: make");
  const folder = mkdtempSync(join(tmpdir(), "bangfu-types-"));
  try {
    const db = join(folder, "t.db");
    execFileSync(program, ["--db", db, "init"], { stdio: "ignore" });
    return execFileSync(program, ["--db", db, "--lang", "en", "api", "GET", "/api/v1/openapi.json"], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const text = astToString(await openapiTS(JSON.parse(described())));
writeFileSync(`${root}web/src/api/schema.d.ts`, text);
console.log(`web/src/api/schema.d.ts: ${text.split("\n").length} lines`);
