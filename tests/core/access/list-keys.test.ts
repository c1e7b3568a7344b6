import { expect, it } from "vitest";
import { ListKeys } from "../../../core/access/list-keys.ts";
import { openAccess } from "../../support/access.ts";

it("shows all keys, oldest first, with nothing that could be used to call", async () => {
  const access = openAccess();
  for (const name of ["one", "two"]) {
    await access.createKey.execute({ owner: "Acme", name, expiresAt: null, monthlyQuota: null });
  }
  const listed = await new ListKeys(access).execute();
  expect(listed.map((key) => key.name)).toEqual(["one", "two"]);
  for (const key of listed) expect(key).not.toHaveProperty("hash");
});
