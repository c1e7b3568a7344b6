import { apiKeys, quotaUses, rateBuckets, usageDaily } from "./schema/access.ts";
import { chatRequests, chatSessions, chatTurns } from "./schema/chat.ts";
import { leases } from "./schema/shared.ts";

export const schema = { apiKeys, quotaUses, usageDaily, rateBuckets, leases, chatSessions, chatTurns, chatRequests };
