import { describe, expect, it } from "vitest";
import { addressBucket, DEFAULT_RATE_LIMITS, rateLimitTable } from "../../../core/access/rate-limits.ts";

describe("the limits in force", () => {
  it("are the defaults", () => {
    const table = rateLimitTable(1, {});
    expect(Object.keys(table)).toEqual(Object.keys(DEFAULT_RATE_LIMITS));
    expect(table).toMatchObject({ chat: { perMinute: 60 }, "bypass-cache": { perMinute: 6 } });
  });

  it("can be replaced one by one, and multiplied all together", () => {
    const table = rateLimitTable(2, { chat: 5 });
    expect(table).toMatchObject({ chat: { perMinute: 10 }, usage: { perMinute: 120 } });
  });

  it("are whole calls, at least one", () => {
    const table = rateLimitTable(0.001, { chat: 1_499 });
    expect(table).toMatchObject({ chat: { perMinute: 1 }, "tool-routes": { perMinute: 1 } });
  });
});

describe("the bucket of an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002:ffff::", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:1::2:3:4:5", "2001:db8:1:0::/64"],
    ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
    ["::2:3:4:5:6:7:8", "0:2:3:4::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["fe80::1%25", "fe80:0:0:0::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
  ])("%s is %s", (address, bucket) => {
    expect(addressBucket(address)).toBe(bucket);
  });

  it("is one for all addresses of a /64, and another for the next", () => {
    const bucket = addressBucket("2001:db8:1:2::1");
    expect(addressBucket("2001:db8:1:2:ffff:ffff:ffff:ffff")).toBe(bucket);
    expect(addressBucket("2001:db8:1:3::1")).not.toBe(bucket);
  });

  it.each([[""], ["unknown"], ["not:an:address"], ["::::"], [":"], ["g::1"]])("is some text for %j", (address) => {
    expect(typeof addressBucket(address)).toBe("string");
  });
});
