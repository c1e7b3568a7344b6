import { NodeHasher } from "../../adapters/node/node-hasher.ts";
import { AdmitCall } from "../../core/access/admit-call.ts";
import { AuthenticateKey } from "../../core/access/authenticate-key.ts";
import { CreateKey } from "../../core/access/create-key.ts";
import { FlushUsage } from "../../core/access/flush-usage.ts";
import { GetUsage } from "../../core/access/get-usage.ts";
import { Meter } from "../../core/access/meter.ts";
import { rateLimitTable } from "../../core/access/rate-limits.ts";
import { UsageBuffer } from "../../core/access/usage-buffer.ts";
import type { Actor, Call } from "../../core/shared/call.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { MemoryApiKeys } from "../fakes/memory-api-keys.ts";
import { MemoryQuotas } from "../fakes/memory-quotas.ts";
import { MemoryRateLimits } from "../fakes/memory-rate-limits.ts";
import { MemoryUsageRecords } from "../fakes/memory-usage-records.ts";
import { SequentialIds } from "../fakes/sequential-ids.ts";

/** Keys, limits, quotas and usage on fakes, at noon of 22 November 2026. */
export function openAccess() {
  const clock = new FakeClock("2026-11-22T12:00:00Z");
  const keys = new MemoryApiKeys();
  const rateLimits = new MemoryRateLimits();
  const quotas = new MemoryQuotas();
  const records = new MemoryUsageRecords();
  const usage = new UsageBuffer();
  const limits = rateLimitTable(1, { chat: 3, "wrong-keys": 2 });
  const parts = {
    clock,
    keys,
    rateLimits,
    quotas,
    records,
    usage,
    limits,
    ids: new SequentialIds(),
    hasher: new NodeHasher(),
  };
  const flushUsage = new FlushUsage(parts);
  return {
    ...parts,
    flushUsage,
    createKey: new CreateKey(parts),
    authenticateKey: new AuthenticateKey(parts),
    admitCall: new AdmitCall(parts),
    meter: new Meter(parts),
    getUsage: new GetUsage({ ...parts, flushUsage }),
  };
}

export function callOf(actor: Actor): Call {
  return { actor, requestId: "req-1", signal: new AbortController().signal };
}

export function keyCall(keyId: number, monthlyQuota: number | null = null): Call {
  return callOf({ kind: "api-key", keyId, monthlyQuota });
}
