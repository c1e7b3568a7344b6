import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestProduct, type TestProduct } from "../../support/product.ts";

let t: TestProduct;
// biome-ignore lint/suspicious/noExplicitAny: the document is looked into by name
let document: any;
beforeAll(async () => {
  t = await startTestProduct();
  document = await (await t.request("/openapi.json")).json();
});
afterAll(() => t.close());

it("is OpenAPI 3.1 with every route that is on, what the guides call public first", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toEqual(["/health", "/api", "/chat", "/usage"]);
  expect(document.tags[0].name).toBe("Chat");
});

it("shows the very limits that validate", async () => {
  const { properties, required } = document.paths["/chat"].post.requestBody.content["application/json"].schema;
  expect(required).toEqual(["message"]);
  expect(properties.message).toMatchObject({ type: "string", minLength: 1, maxLength: 32_000 });
  expect(properties.temperature).toMatchObject({ type: "number", minimum: 0, maximum: 2 });
  expect(properties.max_tokens).toMatchObject({ type: "integer", minimum: 1, maximum: 262_144, default: 2_048 });
  const over = await t.post("/chat", { message: "a", max_tokens: properties.max_tokens.maximum + 1 });
  expect(over.status).toBe(422);
});

it("resolves all its references and names each operation once", () => {
  const text = JSON.stringify(document);
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    expect(document.components.schemas).toHaveProperty(name as string);
  }
  const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map((match) => match[1]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(text).not.toContain("$schema");
});

it("asks for a key exactly where one is needed", () => {
  expect(document.paths["/chat"].post.security).toEqual([{ ApiKey: [] }]);
  expect(document.paths["/usage"].get.security).toEqual([{ ApiKey: [] }]);
  expect(document.paths["/health"].get.security).toBeUndefined();
});
