import { z } from "zod";
import { GetUsage, type UsageSum } from "../../core/access/get-usage.ts";
import type { Resolver } from "../../core/shared/resolver.ts";
import { rfc3339 } from "../../core/shared/time.ts";
import { defineRoute, type Route } from "../route.ts";

const Sum = z.object({ calls: z.int(), total_tokens: z.int() });

const UsageResponse = z.object({
  key_id: z.int(),
  owner: z.string(),
  name: z.string(),
  is_active: z.boolean(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  lifetime_calls: z.int(),
  usage: z.object({
    total_calls: z.int(),
    total_tokens: z.int(),
    by_endpoint: z.record(z.string(), Sum),
    today: Sum,
    this_month: Sum,
  }),
  quota: z.object({ monthly_calls: z.int(), used: z.int(), resets_at: z.string() }).nullable(),
  as_of: z.string(),
  note: z.string(),
});

export function usageRoutes(resolver: Resolver): Route[] {
  const getUsage = resolver.resolve(GetUsage);
  return [
    defineRoute({
      method: "GET",
      path: "/usage",
      auth: "key",
      limit: "usage",
      doc: {
        tag: "Service",
        summary: "What your key has used",
        description: "Days and months are UTC. Only calls that succeeded count; the quota is exact, not delayed.",
        response: UsageResponse,
        errors: [401, 429],
      },
      async handle({ call }) {
        const { key, total, byEndpoint, today, thisMonth, quota, asOf } = await getUsage.execute(call);
        const endpoints = Object.entries(byEndpoint).map(([name, sum]) => [name, toSum(sum)]);
        return {
          key_id: key.id,
          owner: key.owner,
          name: key.name,
          is_active: key.isActive,
          created_at: rfc3339(key.createdAt),
          expires_at: key.expiresAt && rfc3339(key.expiresAt),
          lifetime_calls: total.calls,
          usage: {
            total_calls: total.calls,
            total_tokens: total.modelTokens,
            by_endpoint: Object.fromEntries(endpoints),
            today: toSum(today),
            this_month: toSum(thisMonth),
          },
          quota: quota && {
            monthly_calls: quota.monthlyCalls,
            used: quota.used,
            resets_at: rfc3339(quota.resetsAt),
          },
          as_of: asOf.toISOString().replace("Z", "000Z"),
          note: "Usage is recorded with a delay of up to about 30 seconds.",
        } satisfies z.infer<typeof UsageResponse>;
      },
    }),
  ];
}

function toSum(sum: UsageSum): z.infer<typeof Sum> {
  return { calls: sum.calls, total_tokens: sum.modelTokens };
}
