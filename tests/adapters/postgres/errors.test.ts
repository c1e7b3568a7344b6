import { DrizzleQueryError } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { translateDatabaseError } from "../../../adapters/postgres/errors.ts";
import { AppError } from "../../../core/shared/errors.ts";

const SECRET = "planted-5ecret-value";

/** What a driver throws: a code, and values in its texts. */
const driverError = (code: unknown): Error =>
  Object.assign(new Error(`duplicate key ${SECRET}`), { code, detail: `Key (hash)=(${SECRET})` });
/** What the query builder makes of it. */
const queryError = (code: unknown): Error =>
  new DrizzleQueryError(`insert into "api_keys" values ($1)`, [SECRET], driverError(code));

describe("an error of the database", () => {
  it.each(["23505", "40001", "40P01"])("%s is a lost race", (code) => {
    for (const error of [driverError(code), queryError(code)]) {
      expect(translateDatabaseError(error)).toMatchObject({
        ...{ code: "conflict", reason: "conflict", message: "this was changed by another request; retry" },
        cause: error,
      });
    }
  });

  it.each([
    ...["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "CONNECT_TIMEOUT", "CONNECTION_CLOSED", "CONNECTION_ENDED"],
    ...["53300", "57014", "57P01", "57P03"],
  ])("%s means that it is not there for now", (code) => {
    for (const error of [driverError(code), queryError(code)]) {
      expect(translateDatabaseError(error)).toMatchObject({
        ...{ code: "unavailable", reason: "unavailable", retryAfterSeconds: 5, cause: error },
        message: "the server is starting, stopping or full",
      });
    }
  });

  it("shows neither statement nor values in its message, and keeps them in its cause", () => {
    for (const code of ["23505", "57014"]) {
      const error = translateDatabaseError(queryError(code)) as AppError;
      expect(error).toBeInstanceOf(AppError);
      expect(error.message).not.toMatch(/planted|insert|api_keys/);
      expect(String((error.cause as Error).message)).toContain("api_keys");
    }
  });

  it.each([
    ["of another kind", driverError("42P01")],
    ["without a code", new Error("bug")],
    ["whose code is no text", driverError(42)],
    ["that is none", "a text"],
    ["that is nothing", undefined],
  ])("%s stays what it is: a bug", (_name, error) => {
    expect(translateDatabaseError(error)).toBe(error);
  });

  it("that the core has thrown itself stays what it is", () => {
    const error = new AppError("not_found", "key_not_found", "there is no key 9", { cause: driverError("23505") });
    expect(translateDatabaseError(error)).toBe(error);
  });

  it("is found among causes that go round in circles", () => {
    const [one, other] = [new Error("one"), new Error("other")];
    one.cause = other;
    other.cause = one;
    expect(translateDatabaseError(one)).toBe(one);
  });
});
