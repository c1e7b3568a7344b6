import { describe, expect, it } from "vitest";
import type { Logger } from "../../core/shared/ports.ts";
import type { LogLine } from "../fakes/recording-logger.ts";

interface Subject {
  logger: Logger;
  /** What was written so far, oldest first. */
  lines(): LogLine[];
}

/** What every logger promises. `make` gives one that writes every level. */
export function describeLogger(name: string, make: () => Subject): void {
  describe(`${name} as Logger`, () => {
    it("writes level, message and fields, in order", () => {
      const { logger, lines } = make();
      logger.debug("one", { count: 1 });
      logger.info("two", { path: "/chat", nested: { ok: true, list: [1, "x", null] } });
      logger.warn("three");
      logger.error("four", { code: "internal" });
      expect(lines()).toEqual([
        { level: "debug", message: "one", fields: { count: 1 } },
        { level: "info", message: "two", fields: { path: "/chat", nested: { ok: true, list: [1, "x", null] } } },
        { level: "warn", message: "three", fields: {} },
        { level: "error", message: "four", fields: { code: "internal" } },
      ]);
    });

    it("takes fields that JSON cannot say, without throwing", () => {
      const { logger, lines } = make();
      const circle: Record<string, unknown> = { name: "circle" };
      circle.self = circle;
      const odd = {
        circle,
        money: 12n,
        when: new Date(Number.NaN),
        nothing: undefined,
        work: () => 1,
        sign: Symbol("x"),
      };
      logger.error("odd", odd);
      logger.error("failed", { error: new Error("outer", { cause: circle }) });
      expect(lines().map((line) => line.message)).toEqual(["odd", "failed"]);
    });
  });
}
