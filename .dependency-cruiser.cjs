/** Packages that talk to something live in one place; every other file reaches them through a port. */
const HOMES = {
  "adapters/discord/": ["discord.js"],
  "adapters/telegram/": ["grammy", "@grammyjs/*"],
  "adapters/postgres/": ["drizzle-orm", "postgres", "@electric-sql/*"],
  "adapters/openai/": ["openai", "undici"],
  "adapters/offline/": ["@energetic-ai/*"],
  "adapters/sharp/": ["sharp"],
  "adapters/json-schema/": ["@cfworker/json-schema"],
  "adapters/blockfrost/": ["@blockfrost/*"],
  "adapters/pino/": ["pino"],
  "api/": ["h3", "swagger-ui-dist"],
  "jobs/": ["node-cron"],
  "container.ts": ["tsyringe", "reflect-metadata"],
};

const ROOT_FILE = "^[^/]+[.]ts$";
const pattern = (text) => text.replaceAll(".", "[.]").replaceAll("*", "[^/]+");

const homes = Object.entries(HOMES).flatMap(([home, packages]) =>
  packages.map((name) => ({
    name: `home-of-${name.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "")}`,
    comment: `only ${home} may import ${name}`,
    severity: "error",
    from: { pathNot: `^(${pattern(home)}|tests/|bench/|drizzle[.]config[.]ts$)` },
    to: { path: `(^|/)node_modules/${pattern(name)}/` },
  })),
);

module.exports = {
  forbidden: [
    {
      name: "core-stands-alone",
      comment: "core imports itself and zod, nothing else",
      severity: "error",
      from: { path: "^core/" },
      to: { pathNot: "^core/|(^|/)node_modules/zod/", couldNotResolve: false },
    },
    {
      name: "adapters-know-only-core",
      severity: "error",
      from: { path: "^adapters/([^/]+)/" },
      to: { path: `^(adapters|api|jobs|tests|bench)/|${ROOT_FILE}`, pathNot: "^adapters/$1/" },
    },
    {
      name: "api-knows-only-core",
      severity: "error",
      from: { path: "^api/" },
      to: { path: `^(adapters|jobs|tests|bench)/|${ROOT_FILE}` },
    },
    {
      name: "jobs-know-only-core",
      severity: "error",
      from: { path: "^jobs/" },
      to: { path: `^(adapters|api|tests|bench)/|${ROOT_FILE}` },
    },
    ...homes,
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: "^(tests|bench)/" },
      to: { path: "^(tests|bench)/" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-undeclared-packages",
      comment: "add it to package.json, or import something that is there",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-development-packages",
      comment: "a production install does not have it",
      severity: "error",
      from: { pathNot: "^(tests|bench)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-orphans",
      comment: "nothing imports it and it imports nothing: delete it",
      severity: "error",
      from: { orphan: true, pathNot: "^(tests|bench)/" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Without it type-only imports slip through.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
