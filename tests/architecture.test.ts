import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

/** Inside core a feature imports only features to its left. */
const FEATURES = [
  "shared",
  "access",
  "payments",
  "tasks",
  "documents",
  "graph",
  "chat",
  "images",
  "tokens",
  "agents",
  "messaging",
  "commands",
];

const TOP_LEVEL = new Set([
  ...["core", "adapters", "api", "jobs", "tests", "bench", "docs", ".ci"],
  ...["main.ts", "config.ts", "container.ts", "drizzle.config.ts", "vitest.config.ts"],
  ...["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json", "biome.json", "knip.json"],
  ...[".dependency-cruiser.cjs", ".npmrc", ".gitignore", ".editorconfig", ".env.example"],
  ...["Dockerfile", ".dockerignore", "compose.yaml"],
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"],
]);

interface Cruise {
  modules: { source: string; dependencies: { resolved: string }[] }[];
  summary: { violations: { rule: { name: string }; from: string; to: string }[] };
}

// Files that are committed or would be: what git ignores is nobody's architecture.
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && existsSync(file));

const code = files.filter((file) => /^(core|adapters|api|jobs)\/.*\.ts$/.test(file));
const tests = files.filter((file) => file.startsWith("tests/") && file.endsWith(".test.ts"));

const mirrored = (file: string): string => `tests/${file.replace(/\.ts$/, ".test.ts")}`;
const kebab = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();

function exported<T extends ts.Statement & ts.NamedDeclaration>(file: string, is: (node: ts.Node) => node is T): T[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  return source.statements
    .filter(is)
    .filter((node) => ts.canHaveModifiers(node) && ts.getModifiers(node)?.some((m) => m.kind === EXPORT));
}
const EXPORT = ts.SyntaxKind.ExportKeyword;

const isUseCase = (file: string): boolean =>
  exported(file, ts.isClassDeclaration).some((node) => node.members.some((m) => m.name?.getText() === "execute"));

const implementsPort = (file: string): boolean =>
  exported(file, ts.isClassDeclaration).some((node) =>
    node.heritageClauses?.some((clause) => clause.token === ts.SyntaxKind.ImplementsKeyword),
  );

/** Paths, relative to the root, of the files of ours that `file` imports. */
function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, "utf8"), true, true)
    .importedFiles.map((imported) => imported.fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => join(dirname(file), name));
}

const useCases = code.filter((file) => file.startsWith("core/") && isUseCase(file));

describe("the arrows between the parts", () => {
  let cruise: Cruise;

  beforeAll(() => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const [, ...args] = (scripts["check:arrows"] ?? "").split(" ");
    const tool = "node_modules/dependency-cruiser/bin/dependency-cruise.mjs";
    cruise = JSON.parse(
      execFileSync(process.execPath, [tool, ...args, "--output-type", "json"], {
        encoding: "utf8",
        maxBuffer: 256 * 1024 * 1024,
      }),
    );
  });

  it("are looked at in every file: a tool that reads a part of the code finds nothing and says so proudly", () => {
    const seen = new Set(cruise.modules.map((module) => module.source));
    expect(code.filter((file) => !seen.has(file))).toEqual([]);
  });

  it("break no rule", () => {
    expect(cruise.summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`)).toEqual([]);
  });

  it("inside core point only at earlier features", () => {
    const place = (path: string): number => FEATURES.indexOf(/^core\/([^/]+)\//.exec(path)?.[1] ?? "");
    const wrong = cruise.modules.flatMap((module) =>
      module.dependencies
        .filter((to) => place(module.source) >= 0 && place(to.resolved) > place(module.source))
        .map((to) => `${module.source} -> ${to.resolved}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("the layout", () => {
  it("has no folder in core outside the list of features, and no file beside them", () => {
    const wrong = files.filter((file) => /^core\//.test(file) && !FEATURES.includes(file.split("/")[1] ?? ""));
    expect(wrong).toEqual([]);
  });

  it("has no surprise at the top level", () => {
    const top = new Set(files.map((file) => file.split("/")[0] ?? ""));
    expect([...top].filter((name) => !TOP_LEVEL.has(name))).toEqual([]);
  });

  it("gives each use case a file name of its own", () => {
    const names = useCases.map((file) => basename(file));
    expect(useCases.filter((file) => names.filter((name) => name === basename(file)).length > 1)).toEqual([]);
  });
});

describe("tests stand where they are looked for", () => {
  it("for each use case", () => {
    expect(useCases.map(mirrored).filter((file) => !existsSync(file))).toEqual([]);
  });

  it("for each route", () => {
    const routes = code.filter((file) => file.startsWith("api/routes/"));
    expect(routes.map(mirrored).filter((file) => !existsSync(file))).toEqual([]);
  });

  it("for each adapter folder", () => {
    const folders = new Set(code.filter((file) => file.startsWith("adapters/")).map((file) => file.split("/")[1]));
    const without = [...folders].filter((name) => !tests.some((file) => file.startsWith(`tests/adapters/${name}/`)));
    expect(without).toEqual([]);
  });

  it("for each class that implements a port: its own, or one that runs a contract on it", () => {
    const underContract = tests
      .map((file) => importsOf(file))
      .filter((imports) => imports.some((file) => file.startsWith("tests/contracts/")))
      .flat();
    const wrong = code
      .filter((file) => file.startsWith("adapters/") && implementsPort(file))
      .filter((file) => !existsSync(mirrored(file)) && !underContract.includes(file));
    expect(wrong).toEqual([]);
  });

  it("for each port: a contract that at least one test runs", () => {
    const imported = new Set(tests.flatMap(importsOf));
    const wrong = code
      .filter((file) => /^core\/[^/]+\/ports\.ts$/.test(file))
      .flatMap((file) => exported(file, ts.isInterfaceDeclaration))
      .filter((node) => node.members.some((member) => ts.isMethodSignature(member)))
      .map((node) => `tests/contracts/${kebab(node.name.text)}.contract.ts`)
      .filter((file) => !imported.has(file) || !existsSync(file));
    expect(wrong).toEqual([]);
  });
});

describe("what the documents name exists", () => {
  // Decision notes are never rewritten, so they may name what is gone.
  const pages = files.filter(
    (file) => /^(docs\/.*|[A-Z]+)\.md$/.test(file) && !/^(docs\/decisions\/|CHANGELOG\.md)/.test(file),
  );
  const textOf = (page: string): string => readFileSync(page, "utf8").replace(/^```[\s\S]*?^```/gm, "");

  it("each path of ours in backticks", () => {
    const path = /`((?:core|adapters|api|jobs|tests|bench|docs|\.ci)\/[\w./-]+)`/g;
    const gone = pages.flatMap((page) =>
      [...textOf(page).matchAll(path)].filter(([, p]) => !existsSync(p ?? "")).map(([, p]) => `${page}: ${p}`),
    );
    expect(gone).toEqual([]);
  });

  it("each relative link", () => {
    const gone = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\((?![a-z]+:|#|\/)([^)#\s]+)/g)]
        .filter(([, link]) => !existsSync(join(dirname(page), link ?? "")))
        .map(([, link]) => `${page}: ${link}`),
    );
    expect(gone).toEqual([]);
  });
});
