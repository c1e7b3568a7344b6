import { FakeClock } from "../fakes/fake-clock.ts";
import { MemoryChatRequests } from "../fakes/memory-chat-requests.ts";
import { MemoryConversations } from "../fakes/memory-conversations.ts";
import { describeConversations } from "./conversations.contract.ts";

describeConversations("MemoryConversations", async () => {
  const clock = new FakeClock();
  const requests = new MemoryChatRequests(clock);
  const conversations = new MemoryConversations({ clock, requests });
  return { conversations, requests, expire: async (key) => conversations.expire(key) };
});
