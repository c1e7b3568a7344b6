import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestProduct, type TestProduct } from "../../support/product.ts";

let t: TestProduct;
beforeAll(async () => {
  t = await startTestProduct();
});
afterAll(() => t.close());

it("wants a key, and shows a key itself alone", async () => {
  expect((await t.request("/usage")).status).toBe(401);
  const other = await t.newKey({ name: "other" });
  await t.post("/chat", { message: "a" });
  const seen = async (key: string) =>
    (await (await t.request("/usage", { headers: { "api-key": key } })).json()) as Record<string, unknown>;
  expect(await seen(other.text)).toMatchObject({ key_id: other.id, name: "other", lifetime_calls: 0 });
  expect(await seen(t.key)).toMatchObject({ name: "test", lifetime_calls: 1 });
});

it("counts a stream like any other answer, and no replay", async () => {
  const { text } = await t.newKey();
  const send = async () => {
    await (await t.post("/chat", { message: "a", stream: true, request_id: "r" }, { "api-key": text })).text();
  };
  await send();
  await send();
  const response = await t.request("/usage", { headers: { "api-key": text } });
  expect(await response.json()).toMatchObject({ usage: { by_endpoint: { "/chat": { calls: 1 } } } });
});
