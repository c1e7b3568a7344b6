import { describe, expect, it } from "vitest";
import { addressBucket, DEFAULT_RATE_LIMITS, rateLimitTable } from "../../../core/access/rate-limits.ts";

describe("the limits in force", () => {
  it("are the documented ones, single ones replaced, all scaled", () => {
    expect(rateLimitTable(1, {}).chat).toEqual({ perMinute: DEFAULT_RATE_LIMITS.chat });
    const table = rateLimitTable(2, { chat: 5 });
    expect([table.chat.perMinute, table.usage.perMinute]).toEqual([10, 120]);
  });

  it("never fall below one call", () => {
    expect(rateLimitTable(0.001, {})["bypass-cache"].perMinute).toBe(1);
  });
});

describe("the bucket of an address", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["2001:0db8:0001:0002::1", "2001:db8:1:2::/64"],
  ])("%s is %s", (address, bucket) => {
    expect(addressBucket(address)).toBe(bucket);
  });
});
