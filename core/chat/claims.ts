import type { Call } from "../shared/call.ts";
import { AbortedError, AppError } from "../shared/errors.ts";
import type { Clock, Ids } from "../shared/ports.ts";
import type { Answer } from "./answer.ts";
import { ConversationQueue } from "./conversation-queue.ts";
import type { ChatRequests, ClaimedConversation, ConversationKey, Conversations, Turn } from "./ports.ts";

/** A claim lives this long without being renewed: what a killed process held is free again after it. */
const CLAIM_MS = 15_000;
const RENEW_MS = 5_000;
const POLL_MS = 100;
/** How long a message waits for the one before it (http-api.md 6.3). */
const WAIT_MS = 30_000;

export interface HeldConversation {
  memory: ClaimedConversation;
  /** Writes the turn and ends the claim; with a request, its answer is kept in the same step. */
  save(turn: Turn & { at: Date }, request: { requestId: string; answer: Answer } | undefined): Promise<void>;
  /** Ends the claim without a turn; without effect after `save`. */
  release(): Promise<void>;
}

export interface TakenRequest {
  /** The answer is stored: nothing more to hold. */
  settle(): void;
  /** Forgets the request after a failure, so that it can be sent again. */
  release(): Promise<void>;
}

/** Takes conversations and request ids for the length of one answer, across all processes on one database. */
export class Claims {
  private readonly conversations: Conversations;
  private readonly requests: ChatRequests;
  private readonly clock: Clock;
  private readonly ids: Ids;
  private readonly queue = new ConversationQueue();

  constructor(deps: { conversations: Conversations; requests: ChatRequests; clock: Clock; ids: Ids }) {
    this.conversations = deps.conversations;
    this.requests = deps.requests;
    this.clock = deps.clock;
    this.ids = deps.ids;
  }

  /** A name for the claims of one answer. */
  newHolder(): string {
    return this.ids.hex(16);
  }

  /** Waits for its turn, at most 30 s, then throws AppError conflict `session_busy`. */
  async conversation(call: Call, key: ConversationKey, holder: string, budget: number): Promise<HeldConversation> {
    const waiting = this.deadline(call.signal, WAIT_MS);
    const leave = await this.queue.enter(`${key.owner} ${key.sessionId}`, waiting.signal);
    try {
      if (leave === undefined) throw this.busy(call);
      const memory = await this.poll(waiting.signal, () => this.conversations.claim(key, holder, CLAIM_MS, budget));
      if (memory === undefined) throw this.busy(call);
      return this.held(key, holder, memory, leave);
    } catch (error) {
      leave?.();
      throw error;
    } finally {
      waiting.cancel();
    }
  }

  /**
   * Takes a request id; returns the kept answer when there is one.
   * Waits while the first of equal requests is being answered. Throws AppError conflict `request_id_conflict`.
   */
  async request(
    call: Call,
    owner: string,
    request: { id: string; digest: string },
    holder: string,
  ): Promise<{ answer: Answer } | TakenRequest> {
    const waiting = this.deadline(call.signal, WAIT_MS * 20);
    try {
      const claim = await this.poll(waiting.signal, async () => {
        const state = await this.requests.claim(owner, request.id, request.digest, holder, CLAIM_MS);
        return state.state === "running" ? undefined : state;
      });
      if (claim === undefined) throw this.busy(call);
      if (claim.state === "answered") return { answer: claim.answer };
      if (claim.state === "other-body") {
        throw new AppError("conflict", "request_id_conflict", "this request_id was used with another body");
      }
    } finally {
      waiting.cancel();
    }
    const stop = this.renewing(() => this.requests.renew(owner, request.id, holder, CLAIM_MS));
    return {
      settle: stop,
      release: async () => {
        stop();
        await this.requests.release(owner, request.id, holder);
      },
    };
  }

  private held(key: ConversationKey, holder: string, memory: ClaimedConversation, leave: () => void): HeldConversation {
    const stop = this.renewing(() => this.conversations.renew(key, holder, CLAIM_MS));
    let open = true;
    const end = async (work: () => Promise<void>) => {
      if (!open) return;
      open = false;
      stop();
      try {
        await work();
      } finally {
        leave();
      }
    };
    return {
      memory,
      save: (turn, request) => end(() => this.conversations.saveTurn(key, holder, turn, request)),
      release: () => end(() => this.conversations.release(key, holder)),
    };
  }

  private async poll<T>(giveUp: AbortSignal, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    while (!giveUp.aborted) {
      const found = await attempt();
      if (found !== undefined) return found;
      await this.clock.sleep(POLL_MS, giveUp);
    }
    return undefined;
  }

  private renewing(renew: () => Promise<unknown>): () => void {
    const stopped = new AbortController();
    const loop = async () => {
      while (!stopped.signal.aborted) {
        await this.clock.sleep(RENEW_MS, stopped.signal);
        // Best effort: a claim that could not be renewed runs out, and saving then fails as a lost race.
        if (!stopped.signal.aborted) await renew().catch(() => {});
      }
    };
    void loop();
    return () => stopped.abort();
  }

  private deadline(signal: AbortSignal, milliseconds: number): { signal: AbortSignal; cancel(): void } {
    const over = new AbortController();
    const cancelled = new AbortController();
    void this.clock.sleep(milliseconds, cancelled.signal).then(() => over.abort());
    return { signal: AbortSignal.any([signal, over.signal]), cancel: () => cancelled.abort() };
  }

  private busy(call: Call): Error {
    if (call.signal.aborted) return new AbortedError();
    const message = "another message of this session is being answered";
    return new AppError("conflict", "session_busy", message, { retryAfterSeconds: 2 });
  }
}
