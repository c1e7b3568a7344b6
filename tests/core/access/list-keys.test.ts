import { describe, expect, it } from "vitest";
import { ListKeys } from "../../../core/access/list-keys.ts";
import { MemoryApiKeys } from "../../fakes/memory-api-keys.ts";
import { aKey } from "../../support/api-key.ts";

describe("the list of keys", () => {
  it("shows all, oldest first, without what could be used to call", async () => {
    const keys = new MemoryApiKeys();
    await keys.create(aKey({ name: "z", isActive: false }));
    await keys.create(aKey({ name: "a", monthlyQuota: 5 }));
    const listed = await new ListKeys({ keys }).execute();
    expect(listed).toMatchObject([
      { id: 1, name: "z", isActive: false },
      { id: 2, name: "a", monthlyQuota: 5 },
    ]);
    for (const key of listed) expect(key).not.toHaveProperty("hash");
  });
});
