import type { Answer } from "../../core/chat/answer.ts";
import type { ClaimedConversation, ConversationKey, Conversations, Turn } from "../../core/chat/ports.ts";
import { AppError } from "../../core/shared/errors.ts";
import type { Clock } from "../../core/shared/ports.ts";
import type { MemoryChatRequests } from "./memory-chat-requests.ts";

interface Conversation {
  turns: Turn[];
  summary: string | undefined;
  summarySeq: number;
  lastUsedAt: Date;
}

export class MemoryConversations implements Conversations {
  private readonly clock: Clock;
  private readonly requests: MemoryChatRequests;
  private readonly conversations = new Map<string, Conversation>();
  private readonly claims = new Map<string, { holder: string; expiresAt: number }>();

  constructor(deps: { clock: Clock; requests: MemoryChatRequests }) {
    this.clock = deps.clock;
    this.requests = deps.requests;
  }

  async claim(
    key: ConversationKey,
    holder: string,
    ttlMs: number,
    budget: number,
  ): Promise<ClaimedConversation | undefined> {
    const other = this.held(key);
    if (other !== undefined && other.holder !== holder) return undefined;
    this.claims.set(nameOf(key), { holder, expiresAt: this.now() + ttlMs });
    const { turns = [], summary, summarySeq = 0 } = this.conversations.get(nameOf(key)) ?? {};
    const window = newestWithin(
      budget,
      turns.filter((turn) => turn.seq > summarySeq),
    );
    const lastSeq = turns.at(-1)?.seq ?? 0;
    const overflows = (window[0]?.seq ?? lastSeq + 1) > summarySeq + 1;
    return { summary, lastSeq, summarySeq, turns: window, overflows };
  }

  async renew(key: ConversationKey, holder: string, ttlMs: number): Promise<boolean> {
    const claim = this.held(key);
    if (claim?.holder !== holder) return false;
    claim.expiresAt = this.now() + ttlMs;
    return true;
  }

  async release(key: ConversationKey, holder: string): Promise<void> {
    if (this.claims.get(nameOf(key))?.holder === holder) this.claims.delete(nameOf(key));
  }

  async saveTurn(
    key: ConversationKey,
    holder: string,
    turn: Turn & { at: Date },
    request: { requestId: string; answer: Answer } | undefined,
  ): Promise<void> {
    const conversation = this.conversations.get(nameOf(key));
    const newest = conversation?.turns.at(-1)?.seq;
    const holds = this.held(key)?.holder === holder;
    if (holds) this.claims.delete(nameOf(key));
    if (!holds || (newest !== undefined && newest !== turn.seq - 1)) {
      throw new AppError("conflict", "session_busy", "another message of this session is being answered", {
        retryAfterSeconds: 2,
      });
    }
    const { at, ...stored } = turn;
    const turns = [...(conversation?.turns ?? []), stored];
    this.conversations.set(nameOf(key), { summary: undefined, summarySeq: 0, ...conversation, turns, lastUsedAt: at });
    if (request !== undefined) this.requests.keep(key.owner, request.requestId, holder, request.answer);
  }

  async listTurns(key: ConversationKey, afterSeq: number, limit: number): Promise<Turn[]> {
    const { turns = [] } = this.conversations.get(nameOf(key)) ?? {};
    return turns
      .filter((turn) => turn.seq > afterSeq)
      .slice(0, limit)
      .map((turn) => ({ ...turn }));
  }

  async saveSummary(key: ConversationKey, summary: string, fromSeq: number, toSeq: number): Promise<void> {
    const conversation = this.conversations.get(nameOf(key));
    if (conversation?.summarySeq !== fromSeq) return;
    conversation.summary = summary;
    conversation.summarySeq = toSeq;
  }

  async deleteUnusedSince(before: Date): Promise<number> {
    const gone = [...this.conversations].filter(([, conversation]) => conversation.lastUsedAt < before);
    for (const [name] of gone) this.conversations.delete(name);
    return gone.length;
  }

  /** Lets the claim on a conversation run out. */
  expire(key: ConversationKey): void {
    const claim = this.claims.get(nameOf(key));
    if (claim !== undefined) claim.expiresAt = this.now() - 1;
  }

  /** Who holds a conversation now. */
  holderOf(key: ConversationKey): string | undefined {
    return this.held(key)?.holder;
  }

  private held(key: ConversationKey): { holder: string; expiresAt: number } | undefined {
    const claim = this.claims.get(nameOf(key));
    return claim !== undefined && claim.expiresAt >= this.now() ? claim : undefined;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

function newestWithin(budget: number, turns: readonly Turn[]): Turn[] {
  let used = 0;
  const tooOld = turns.findLastIndex((turn) => {
    used += turn.modelTokens;
    return used > budget;
  });
  return turns.slice(tooOld + 1).map((turn) => ({ ...turn }));
}

function nameOf(key: ConversationKey): string {
  return JSON.stringify([key.owner, key.sessionId]);
}
