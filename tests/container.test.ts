import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestProduct, type TestProduct } from "./support/product.ts";

let t: TestProduct;
beforeAll(async () => {
  t = await startTestProduct();
});
afterAll(() => t.close());

const useCases = readdirSync("core", { recursive: true, encoding: "utf8" })
  .filter(
    (file) => file.endsWith(".ts") && /^ {2}(async \*?)?execute\(/m.test(readFileSync(join("core", file), "utf8")),
  )
  .sort();

it("finds the use cases at all", () => {
  expect(useCases.length).toBeGreaterThan(12);
});

it.each(useCases)("core/%s is wired with everything it needs", async (file) => {
  const exported = (await import(/* @vite-ignore */ resolve("core", file))) as Record<string, unknown>;
  const classes = Object.values(exported).filter(
    (value): value is new (deps: unknown) => { execute: unknown } =>
      typeof value === "function" && typeof value.prototype?.execute === "function",
  );
  expect(classes.length).toBeGreaterThan(0);
  for (const one of classes) {
    const made = t.product.resolver.resolve(one);
    expect(made).toBeInstanceOf(one);
    // A class that nobody registered would be made without its dependencies.
    const fields = Object.values(made as Record<string, unknown>);
    expect(fields.length).toBeGreaterThan(0);
    expect(fields).not.toContain(undefined);
  }
});
