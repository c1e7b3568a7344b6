import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestProduct, type TestProduct } from "../../support/product.ts";

let t: TestProduct;
beforeAll(async () => {
  t = await startTestProduct({ environment: { PUBLIC_URL: "https://agent.example" } });
});
afterAll(() => t.close());

it("shows a page that loads nothing from elsewhere and names the server's address", async () => {
  const response = await t.request("/");
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const page = await response.text();
  expect(page).toContain("https://agent.example/chat");
  for (const path of ["/docs", "/openapi.json", "/health", "/api"]) expect(page).toContain(`href="${path}"`);
  expect(page).not.toMatch(/(src|href)="https?:/);
});
