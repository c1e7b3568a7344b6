import type { Clock } from "../shared/ports.ts";
import type { ChatRequests, Conversations } from "./ports.ts";

/** How long a conversation is kept after its last use (http-api.md 6.3). */
const KEPT_DAYS = 90;

/** Erases conversations nobody came back to, and kept answers whose 24 hours are over. */
export class ForgetConversations {
  private readonly conversations: Conversations;
  private readonly requests: ChatRequests;
  private readonly clock: Clock;

  constructor(deps: { conversations: Conversations; requests: ChatRequests; clock: Clock }) {
    this.conversations = deps.conversations;
    this.requests = deps.requests;
    this.clock = deps.clock;
  }

  async execute(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_DAYS * 86_400_000);
    await this.conversations.deleteUnusedSince(before);
    await this.requests.deleteExpired();
  }
}
