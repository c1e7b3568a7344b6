import { describe, expect, it } from "vitest";
import { DescribeApi } from "../../../core/shared/describe-api.ts";

describe("what this server says of itself", () => {
  it("is its name, its version, its features, and that nothing is to be paid", () => {
    const describeApi = new DescribeApi({ facts: { name: "Agent T", version: "1.2.3" }, features: ["chat", "usage"] });
    expect(describeApi.execute()).toEqual({
      ...{ name: "Agent T", version: "1.2.3", payments: { enabled: false }, features: ["chat", "usage"] },
    });
  });
});
