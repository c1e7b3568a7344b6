import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findVerb, HELP } from "../../../adapters/command-line/verbs.ts";
import { startTestProduct, type TestProduct } from "../../support/product.ts";

let t: TestProduct;
beforeAll(async () => {
  t = await startTestProduct();
});
afterAll(() => t.close());

const run = async (line: string) => {
  const verb = findVerb(line.split(" "));
  if (verb === undefined) throw new Error(`no verb in "${line}"`);
  return verb(t.product.resolver);
};
const keyIn = (text: string) => /atk_[A-Za-z0-9_-]{43}/.exec(text)?.[0] ?? "";
const works = async (key: string) => (await t.request("/usage", { headers: { "api-key": key } })).status === 200;

describe("keys", () => {
  it("are created, listed without their text, rotated and revoked", async () => {
    const created = await run("keys create --owner Acme --name prod --expires 2099-01-31 --monthly-quota 10000");
    const [first, id] = [keyIn(created.text), /Key (\d+)/.exec(created.text)?.[1] ?? ""];
    expect([created.exitCode, await works(first)]).toEqual([0, true]);

    const listed = (await run("keys list")).text;
    const row = listed.split("\n").find((line) => line.startsWith(`${id} `)) ?? "";
    expect(row).toMatch(/Acme +prod +active .*2099-01-31T00:00:00Z +10000$/);
    expect(keyIn(listed)).toBe("");

    const second = keyIn((await run(`keys rotate ${id}`)).text);
    expect([await works(first), await works(second)]).toEqual([false, true]);

    expect((await run(`keys quota ${id} none`)).text).toBe(`Key ${id} has no quota.`);
    expect((await run(`keys quota ${id} 5`)).text).toBe(`Key ${id} has 5 calls a month.`);

    expect((await run(`keys revoke ${id}`)).exitCode).toBe(0);
    expect(await works(second)).toBe(false);
    expect((await run(`keys rotate ${id}`)).exitCode).toBe(1);
  });
});

describe("wrong words", () => {
  it("are no command", () => {
    for (const line of ["", "key list", "keys", "keys lst", "keys constructor"]) {
      expect(findVerb(line.split(" "))).toBeUndefined();
    }
  });

  it.each([
    ["keys create --owner Acme", 2, /--name is missing/],
    ["keys create --owner Acme --name x --expires soon", 2, /--expires should be a date/],
    ["keys create --owner Acme --name x --monthly-quota many", 2, /should be a whole number/],
    ["keys create --owner Acme --name x --colour red", 2, /colour/],
    ["keys revoke", 2, /takes 1 words/],
    ["keys revoke abc", 2, /should be a whole number/],
    ["keys revoke 999999", 1, /there is no key 999999/],
    ["keys quota 1", 2, /takes 2 words/],
    ["keys list all", 2, /Unexpected argument|takes 0 words/],
  ])("%s", async (line, exitCode, said) => {
    const result = await run(line);
    expect(result.exitCode).toBe(exitCode);
    expect(result.text).toMatch(said);
  });

  it("are answered with all commands", () => {
    for (const name of ["create", "list", "revoke", "rotate", "quota"]) expect(HELP).toContain(`keys ${name}`);
  });
});
