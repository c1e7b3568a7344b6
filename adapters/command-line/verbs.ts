import { parseArgs } from "node:util";
import type { z } from "zod";
import type { ApiKey } from "../../core/access/api-key.ts";
import { CreateKey, CreateKeyInput } from "../../core/access/create-key.ts";
import { ListKeys } from "../../core/access/list-keys.ts";
import { RevokeKey } from "../../core/access/revoke-key.ts";
import { RotateKey } from "../../core/access/rotate-key.ts";
import { SetQuota, SetQuotaInput } from "../../core/access/set-quota.ts";
import type { Resolver } from "../../core/shared/resolver.ts";
import { rfc3339 } from "../../core/shared/time.ts";
import { failureOf, UsageError } from "./errors.ts";
import { table } from "./reply.ts";

export const HELP = `agent-t                     starts (all roles, or those of --role <role>, given once or more)
agent-t keys create         --owner <who> --name <what> [--expires <date>] [--monthly-quota <n>]
agent-t keys list
agent-t keys revoke         <id>
agent-t keys rotate         <id>
agent-t keys quota          <id> <n|none>
`;

type Verb = (resolver: Resolver, words: string[]) => Promise<string>;

const KEY_VERBS: Record<string, Verb> = {
  create: async (resolver, words) => {
    const { values } = options(words, ["owner", "name", "expires", "monthly-quota"]);
    const input = checked(CreateKeyInput, {
      owner: required(values.owner, "--owner"),
      name: required(values.name, "--name"),
      expiresAt: values.expires === undefined ? null : date(values.expires),
      monthlyQuota: values["monthly-quota"] === undefined ? null : whole(values["monthly-quota"], "--monthly-quota"),
    });
    const { key, text } = await resolver.resolve(CreateKey).execute(input);
    return `Key ${key.id} for ${key.owner} (${key.name}):\n\n  ${text}\n\nIt is shown this once; only its hash is kept.`;
  },
  list: async (resolver, words) => {
    options(words, []);
    const keys = await resolver.resolve(ListKeys).execute();
    const headings = ["ID", "OWNER", "NAME", "STATE", "CREATED", "EXPIRES", "QUOTA A MONTH"];
    return keys.length === 0 ? "There are no keys yet." : table(headings, keys.map(keyRow));
  },
  revoke: async (resolver, words) => {
    const id = keyId(options(words, [], 1).positionals);
    await resolver.resolve(RevokeKey).execute({ id });
    return `Key ${id} is revoked.`;
  },
  rotate: async (resolver, words) => {
    const id = keyId(options(words, [], 1).positionals);
    const { text } = await resolver.resolve(RotateKey).execute({ id });
    return `Key ${id} is now:\n\n  ${text}\n\nIt is shown this once; the old one has ended.`;
  },
  quota: async (resolver, words) => {
    const { positionals } = options(words, [], 2);
    const [, quota = ""] = positionals;
    const monthlyQuota = quota === "none" ? null : whole(quota, "the quota");
    const input = checked(SetQuotaInput, { id: keyId(positionals), monthlyQuota });
    await resolver.resolve(SetQuota).execute(input);
    return `Key ${input.id} has ${monthlyQuota === null ? "no quota" : `${monthlyQuota} calls a month`}.`;
  },
};

/** The command that the words name, found before anything is opened: a typing mistake costs nothing. */
export function findVerb(
  words: readonly string[],
): ((resolver: Resolver) => Promise<{ text: string; exitCode: number }>) | undefined {
  const [group, name = "", ...rest] = words;
  const verb = group === "keys" && Object.hasOwn(KEY_VERBS, name) ? KEY_VERBS[name] : undefined;
  if (verb === undefined) return undefined;
  return async (resolver) => {
    try {
      return { text: await verb(resolver, rest), exitCode: 0 };
    } catch (error) {
      return failureOf(error);
    }
  };
}

function keyRow(key: Omit<ApiKey, "hash">): string[] {
  const expires = key.expiresAt === null ? "never" : rfc3339(key.expiresAt);
  const state = key.isActive ? "active" : "revoked";
  return [
    String(key.id),
    key.owner,
    key.name,
    state,
    rfc3339(key.createdAt),
    expires,
    String(key.monthlyQuota ?? "none"),
  ];
}

function options(words: string[], names: readonly string[], positionals = 0) {
  const known = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  let parsed: { values: Record<string, string | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({ args: words, options: known, allowPositionals: positionals > 0, strict: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${HELP}`, { cause: error });
  }
  if (parsed.positionals.length !== positionals)
    throw new UsageError(`That command takes ${positionals} words.\n\n${HELP}`);
  return parsed;
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new UsageError(`${name} is missing.\n\n${HELP}`);
  return value;
}

function keyId(positionals: readonly string[]): number {
  return whole(positionals[0] ?? "", "the key's id");
}

function whole(text: string, name: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${name} should be a whole number.`);
  return Number(text);
}

function date(text: string): Date {
  const at = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime())) {
    throw new UsageError("--expires should be a date like 2027-01-31 or 2027-01-31T12:00:00Z.");
  }
  return at;
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n"));
}
