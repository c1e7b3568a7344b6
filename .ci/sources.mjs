import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const stamp = join(root, "dist", ".sources");

const FOLDERS = ["core", "adapters", "api", "jobs"];
const FILES = /^(main\.ts|config\.ts|container\.ts|package\.json|tsconfig.*\.json)$/;

/** A digest of all that a build is made of: unlike times of change it survives copies, checkouts and deletions. */
export function digestSources() {
  const digest = createHash("sha256");
  for (const path of [...readdirSync(root).filter((name) => FILES.test(name)), ...FOLDERS.flatMap(filesBelow)].sort()) {
    digest.update(`${path}\0`).update(readFileSync(join(root, path)));
  }
  return digest.digest("hex");
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
