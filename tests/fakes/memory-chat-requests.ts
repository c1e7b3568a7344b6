import type { Answer } from "../../core/chat/answer.ts";
import type { ChatRequestClaim, ChatRequests } from "../../core/chat/ports.ts";
import type { Clock } from "../../core/shared/ports.ts";

const DAY_MS = 24 * 60 * 60_000;

interface Kept {
  digest: string;
  /** Undefined once there is an answer. */
  holder: string | undefined;
  /** JSON, so that what is read is never what was written. */
  answer: string | undefined;
  expiresAt: number;
}

export class MemoryChatRequests implements ChatRequests {
  private readonly clock: Clock;
  private readonly kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  async claim(
    owner: string,
    requestId: string,
    digest: string,
    holder: string,
    ttlMs: number,
  ): Promise<ChatRequestClaim> {
    const known = this.kept.get(`${owner} ${requestId}`);
    if (known === undefined || known.expiresAt < this.now()) {
      const expiresAt = this.now() + ttlMs;
      this.kept.set(`${owner} ${requestId}`, { digest, holder, answer: undefined, expiresAt });
      return { state: "fresh" };
    }
    if (known.digest !== digest) return { state: "other-body" };
    return known.answer === undefined ? { state: "running" } : { state: "answered", answer: JSON.parse(known.answer) };
  }

  async renew(owner: string, requestId: string, holder: string, ttlMs: number): Promise<void> {
    const known = this.kept.get(`${owner} ${requestId}`);
    if (known?.holder === holder) known.expiresAt = this.now() + ttlMs;
  }

  async release(owner: string, requestId: string, holder: string): Promise<void> {
    if (this.kept.get(`${owner} ${requestId}`)?.holder === holder) this.kept.delete(`${owner} ${requestId}`);
  }

  async deleteExpired(): Promise<number> {
    const gone = [...this.kept].filter(([, request]) => request.expiresAt < this.now());
    for (const [name] of gone) this.kept.delete(name);
    return gone.length;
  }

  /** What the store of conversations does in the same step in which it writes the turn. */
  keep(owner: string, requestId: string, holder: string, answer: Answer): void {
    const known = this.kept.get(`${owner} ${requestId}`);
    if (known?.holder !== holder) return;
    known.answer = JSON.stringify(answer);
    known.holder = undefined;
    known.expiresAt = this.now() + DAY_MS;
  }

  /** Lets a claim or a kept answer run out. */
  expire(owner: string, requestId: string): void {
    const known = this.kept.get(`${owner} ${requestId}`);
    if (known !== undefined) known.expiresAt = this.now() - 1;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}
