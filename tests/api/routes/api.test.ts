import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestProduct, type TestProduct } from "../../support/product.ts";

let t: TestProduct;
beforeAll(async () => {
  t = await startTestProduct();
});
afterAll(() => t.close());

it("says what the server offers and where", async () => {
  for (const path of ["/api", "/api/"]) {
    const response = await t.request(path);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "max-age=300"]);
    expect(await response.json()).toEqual({
      name: "Agent T",
      version: "0.4.0",
      docs: "/docs",
      openapi: "/openapi.json",
      health: "/health",
      auth: { header: "api-key" },
      payments: { enabled: false },
      features: ["chat", "usage"],
    });
  }
});
