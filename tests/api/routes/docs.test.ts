import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestProduct, type TestProduct } from "../../support/product.ts";

let t: TestProduct;
beforeAll(async () => {
  t = await startTestProduct();
});
afterAll(() => t.close());

it("serves the page and the files it names, all from here", async () => {
  const response = await t.request("/docs");
  expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
  const page = await response.text();
  const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    expect(file).toMatch(/^\//);
    expect((await t.request(file)).status).toBe(200);
  }
});

it("serves no other file of the package", async () => {
  for (const path of ["/docs/package.json", "/docs/..%2fpackage.json", "/docs/index.html"]) {
    expect((await t.request(path)).status).toBe(404);
  }
});
