import { beforeEach, describe, expect, it } from "vitest";
import { GetHealth } from "../../../core/shared/get-health.ts";
import type { HealthProbe } from "../../../core/shared/ports.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";

let clock: FakeClock;
let stopping: AbortController;
beforeEach(() => {
  clock = new FakeClock("2026-11-22T12:00:00Z");
  stopping = new AbortController();
});

const open = (...probes: HealthProbe[]): GetHealth =>
  new GetHealth({ probes, facts: { name: "Agent T", version: "1.2.3" }, clock, stopping: stopping.signal });
const fine = (name: string): HealthProbe => ({ name, mode: "embedded", check: async () => {} });
const broken = (name: string): HealthProbe => ({
  name,
  mode: "external",
  check: async () => {
    throw new Error("postgres://user:secret@host is gone");
  },
});

describe("health", () => {
  it("is healthy when every part that is on is", async () => {
    expect(await open(fine("database"), { name: "chain", check: undefined }).execute()).toEqual({
      ...{ status: "healthy", at: new Date("2026-11-22T12:00:00Z"), version: "1.2.3" },
      checks: { database: { status: "ok", mode: "embedded", latencyMs: 0 }, chain: { status: "disabled" } },
    });
  });

  it("is degraded when a part fails that the product can do without, and says no more than that", async () => {
    const health = await open(fine("database"), broken("model")).execute();
    expect(health).toMatchObject({ status: "degraded", checks: { model: { status: "failing", mode: "external" } } });
    expect(JSON.stringify(health)).not.toContain("secret");
  });

  it("is unhealthy when the database fails", async () => {
    expect(await open(broken("database"), fine("model")).execute()).toMatchObject({ status: "unhealthy" });
  });

  it("is unhealthy while the server stops", async () => {
    const health = open(fine("database"));
    stopping.abort();
    expect(await health.execute()).toMatchObject({ status: "unhealthy", checks: { database: { status: "ok" } } });
  });

  it("survives a check that throws at once", async () => {
    const check = () => {
      throw new Error("bug");
    };
    expect(await open({ name: "model", check }).execute()).toMatchObject({ status: "degraded" });
  });

  it("waits a second for a check, then tells it to end and calls it failing", async () => {
    let told: AbortSignal | undefined;
    const health = open(fine("database"), {
      name: "model",
      check: (signal) => {
        told = signal;
        return new Promise(() => {});
      },
    }).execute();
    await clock.advance(999);
    expect(told?.aborted).toBe(false);
    await clock.advance(1);
    expect(await health).toMatchObject({ status: "degraded", checks: { model: { status: "failing" } } });
    expect(told?.aborted).toBe(true);
    expect(clock.sleeping).toBe(0);
  });

  it("says how long a check took", async () => {
    const health = open({ name: "model", check: () => clock.sleep(250) }).execute();
    await clock.advance(250);
    expect((await health).checks.model).toEqual({ status: "ok", latencyMs: 250 });
  });
});

describe("checks", () => {
  it("are made once in 10 s, however many ask", async () => {
    let made = 0;
    const health = open({
      name: "model",
      check: async () => {
        made++;
      },
    });
    await Promise.all([health.execute(), health.execute(), health.execute()]);
    await clock.advance(9_999);
    await health.execute();
    expect(made).toBe(1);
    await clock.advance(1);
    await health.execute();
    expect(made).toBe(2);
  });

  it("show the time of the asking, not of the check", async () => {
    const health = open(fine("database"));
    await health.execute();
    await clock.advance(5_000);
    expect((await health.execute()).at).toEqual(new Date("2026-11-22T12:00:05Z"));
  });

  it("find a part well again once it is", async () => {
    let down = true;
    const health = open({
      name: "database",
      check: async () => {
        if (down) throw new Error("gone");
      },
    });
    expect((await health.execute()).status).toBe("unhealthy");
    down = false;
    await clock.advance(10_000);
    expect((await health.execute()).status).toBe("healthy");
  });
});
