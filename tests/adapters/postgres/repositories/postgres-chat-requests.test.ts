import { PostgresChatRequests } from "../../../../adapters/postgres/repositories/postgres-chat-requests.ts";
import { PostgresConversations } from "../../../../adapters/postgres/repositories/postgres-conversations.ts";
import { describeChatRequests } from "../../../contracts/chat-requests.contract.ts";
import { openTestDatabase } from "../../../support/database.ts";

describeChatRequests("PostgresChatRequests", async () => {
  const database = await openTestDatabase();
  const runOut = database.hot(
    `update chat_requests set expires_at = clock_timestamp() - interval '1 second'
     where owner = $1::text and request_id = $2::text`,
  );
  return {
    requests: new PostgresChatRequests({ database }),
    conversations: new PostgresConversations({ database }),
    expire: async (owner, requestId) => void (await runOut([owner, requestId])),
    close: () => database.close(),
  };
});
