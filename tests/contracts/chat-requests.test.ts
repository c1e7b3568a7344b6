import { FakeClock } from "../fakes/fake-clock.ts";
import { MemoryChatRequests } from "../fakes/memory-chat-requests.ts";
import { MemoryConversations } from "../fakes/memory-conversations.ts";
import { describeChatRequests } from "./chat-requests.contract.ts";

describeChatRequests("MemoryChatRequests", async () => {
  const clock = new FakeClock();
  const requests = new MemoryChatRequests(clock);
  const conversations = new MemoryConversations({ clock, requests });
  return { requests, conversations, expire: async (owner, id) => requests.expire(owner, id) };
});
