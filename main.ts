import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DatabaseInUseError } from "./adapters/postgres/lock-file.ts";
import { type Config, ConfigError, loadConfig, readEnvironment } from "./config.ts";
import type { Foundations, Product } from "./container.ts";
import type { PackageFacts } from "./core/shared/package-facts.ts";
import type { HealthProbe, Logger } from "./core/shared/ports.ts";
import type { JobState } from "./jobs/job-runs.ts";

/** Streams get this long to end by themselves, then are told; whatever is left after the second is cut. */
const PATIENCE_MS = 5_000;
const LIMIT_MS = 10_000;
const SAME_SIGNAL_MS = 500;

// From here on: the build that may have come before is no part of the start.
const startedAt = performance.now();
const here = dirname(fileURLToPath(import.meta.url));
const packageRoot = basename(here) === "dist" ? dirname(here) : here;

interface Opened extends Foundations {
  product: Product;
  stopper: AbortController;
}

/** Opens what every command needs: settings, log, database, container. */
async function open(config: Config, logger: Logger, probes: readonly HealthProbe[] = []): Promise<Opened> {
  const { openEmbedded, openPostgres } = await import("./adapters/postgres/client.ts");
  const { buildProduct } = await import("./container.ts");
  // The embedded database writes files that anybody may read; the folder around them is ours alone.
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const database =
    config.database.kind === "embedded"
      ? await openEmbedded({ folder: config.database.folder })
      : await openPostgres(config.database.url);
  const stopper = new AbortController();
  const foundations: Foundations = {
    config,
    facts: packageFacts(),
    database,
    logger,
    guideFolder: join(packageRoot, "docs", "guide"),
    stopping: stopper.signal,
    probes,
  };
  try {
    await database.migrate();
    return { ...foundations, product: await buildProduct(foundations), stopper };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function packageFacts(): PackageFacts {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  return { name: "Agent T", version };
}

/** The development key: made at the first start outside production, and shown in full that one time. */
async function developmentKey(opened: Opened): Promise<string | undefined> {
  const { EnsureKey } = await import("./core/access/ensure-key.ts");
  const ensureKey = opened.product.resolver.resolve(EnsureKey);
  const { config } = opened;
  if (config.access.bootstrapKey !== undefined) {
    await ensureKey.execute({ text: config.access.bootstrapKey, owner: "bootstrap", name: "BOOTSTRAP_API_KEY" });
    return "$BOOTSTRAP_API_KEY";
  }
  if (config.production) return undefined;
  const path = join(config.dataDir, "dev-api-key");
  const made = createOnce(path, `atk_${opened.product.ids.secret(32)}`);
  const text = readFileSync(path, "utf8").trim();
  await ensureKey.execute({ text, owner: "development", name: "made at the first start" });
  return made ? text : `$(cat ${path})`;
}

/** False when the file exists: processes that start together must agree on one key. */
function createOnce(path: string, text: string): boolean {
  try {
    writeFileSync(path, `${text}\n`, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function start(config: Config, logger: Logger): Promise<void> {
  const { Scheduler } = await import("./jobs/scheduler.ts");
  const { schedule } = await import("./jobs/schedule.ts");
  const ownJobs = config.roles.includes("jobs");
  let scheduler: InstanceType<typeof Scheduler> | undefined;
  const checkJobs = async () => {
    if (scheduler?.state().some((job) => failedLast(job))) throw new Error("a job fails");
  };
  const opened = await open(config, logger, [{ name: "jobs", check: ownJobs ? checkJobs : undefined }]);
  const { product, stopper } = opened;
  const key = await developmentKey(opened);
  const closing = new AbortController();
  const jobs = schedule(product.resolver).filter((job) => job.scope === "process" || ownJobs);
  scheduler = new Scheduler({ ...product, logger }, jobs);
  scheduler.start();
  const server = config.roles.includes("api") ? await startApi(opened, closing.signal) : undefined;
  product.warmUp();
  const stop = async () => {
    stopper.abort();
    await server?.stop(PATIENCE_MS, LIMIT_MS, () => closing.abort());
    await scheduler?.stop();
    await finish(opened);
  };
  onSignals(stop, logger);
  const { startScreen } = await import("./adapters/command-line/start-screen.ts");
  const screen = startScreen({
    version: opened.facts.version,
    url: config.http.publicUrl,
    roles: config.roles,
    readyMs: performance.now() - startedAt,
    database: databaseFacts(config),
    model: modelFacts(config),
    key,
  });
  process.stdout.write(screen);
}

async function startApi(opened: Opened, closing: AbortSignal) {
  const { createApi } = await import("./api/app.ts");
  const { startServer } = await import("./api/server.ts");
  const { config, product } = opened;
  const app = createApi({
    ...opened,
    ...product,
    trustProxy: config.http.trustProxy,
    publicUrl: config.http.publicUrl,
    closing,
  });
  return startServer(app, config.http);
}

async function finish({ product, database, logger }: Opened): Promise<void> {
  const { FlushUsage } = await import("./core/access/flush-usage.ts");
  await product.resolver
    .resolve(FlushUsage)
    .execute()
    .catch((error: unknown) => logger.error("usage could not be stored", { error })); // best effort: statistics
  await product.afterwork.idle();
  await product.close();
  await database.close();
}

function onSignals(stop: () => Promise<void>, logger: Logger): void {
  let stoppedAt: number | undefined;
  const onSignal = () => {
    // npm passes on a Ctrl-C that the terminal has delivered already: within a moment two are one.
    if (stoppedAt !== undefined && performance.now() - stoppedAt < SAME_SIGNAL_MS) return;
    if (stoppedAt !== undefined) process.exit(1);
    stoppedAt = performance.now();
    logger.info("stopping");
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error("stopping failed", { error });
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

function failedLast({ lastFailureAt, lastSuccessAt }: JobState): boolean {
  return lastFailureAt !== undefined && (lastSuccessAt === undefined || lastSuccessAt < lastFailureAt);
}

function databaseFacts({ database }: Config): { embedded: boolean; place: string } {
  if (database.kind === "postgres") return { embedded: false, place: `PostgreSQL at ${new URL(database.url).host}` };
  return { embedded: true, place: `PGlite in ${relative(process.cwd(), database.folder) || "."}` };
}

function modelFacts({ model }: Config): { embedded: boolean; place: string } {
  if (model.kind === "embedded") return { embedded: true, place: "answerer that quotes its guide, no language model" };
  return {
    embedded: false,
    place: `${model.models.default ?? "first model"} at ${new URL(model.baseUrl ?? "https://api.openai.com").host}`,
  };
}

async function main(): Promise<number | undefined> {
  const words = process.argv.slice(2);
  const verbs = words[0] !== undefined && !words[0].startsWith("-");
  const { values } = verbs
    ? { values: {} as { role?: string[]; help?: boolean } }
    : parseArgs({
        options: { role: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } },
      });
  const { findVerb, HELP } = await import("./adapters/command-line/verbs.ts");
  if (values.help) return say(HELP, 0);
  const verb = verbs ? findVerb(words) : undefined;
  if (verbs && verb === undefined) return say(`There is no command "${words.join(" ")}".\n\n${HELP}`, 2);
  const environment = readEnvironment();
  const config = loadConfig(values.role ? { ...environment, ROLES: values.role.join(",") } : environment);
  const { PinoLogger } = await import("./adapters/pino/pino-logger.ts");
  const logger = new PinoLogger({ level: verb === undefined ? config.logLevel : "error" });
  if (verb === undefined) return void (await start(config, logger));
  const opened = await open(config, logger);
  const { text, exitCode } = await verb(opened.product.resolver);
  await finish(opened);
  return say(text, exitCode);
}

function say(text: string, exitCode: number): number {
  (exitCode === 0 ? process.stdout : process.stderr).write(`${text.trimEnd()}\n`);
  return exitCode;
}

try {
  process.exitCode = (await main()) ?? undefined;
} catch (error) {
  if (error instanceof ConfigError || error instanceof DatabaseInUseError || isUsage(error)) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  } else if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
    process.stderr.write(`The port is in use. Stop what listens there, or choose another with PORT=…\n`);
    process.exit(1);
  } else throw error;
}

function isUsage(error: unknown): boolean {
  return error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}
