import type { Call } from "../shared/call.ts";
import { ABORTED, AbortedError, AppError } from "../shared/errors.ts";
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
/** How long a repeated request waits for the answer to the first: as long as a stream may take. */
const REQUEST_WAIT_MS = 600_000;

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
  private readonly renewals = new Set<() => Promise<unknown>>();
  private beating = false;

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
    const name = `${key.owner} ${key.sessionId}`;
    const claim = () => this.conversations.claim(key, holder, CLAIM_MS, budget);
    const until = this.clock.now().getTime() + WAIT_MS;
    const first = this.queue.enterIfFree(name);
    const leave = first ?? (await this.waiting(call, until, (giveUp) => this.queue.enter(name, giveUp)));
    try {
      const memory = (await claim()) ?? (await this.waiting(call, until, (giveUp) => this.poll(giveUp, claim)));
      return this.held(key, holder, memory, leave);
    } catch (error) {
      leave();
      throw error;
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
    const attempt = async () => {
      const state = await this.requests.claim(owner, request.id, request.digest, holder, CLAIM_MS);
      return state.state === "running" ? undefined : state;
    };
    const claim =
      (await attempt()) ??
      (await this.waiting(call, this.clock.now().getTime() + REQUEST_WAIT_MS, (giveUp) => this.poll(giveUp, attempt)));
    if (claim.state === "answered") return { answer: claim.answer };
    if (claim.state === "other-body") {
      throw new AppError("conflict", "request_id_conflict", "this request_id was used with another body");
    }
    const stop = this.keepAlive(() => this.requests.renew(owner, request.id, holder, CLAIM_MS));
    return {
      settle: stop,
      release: async () => {
        stop();
        await this.requests.release(owner, request.id, holder);
      },
    };
  }

  private held(key: ConversationKey, holder: string, memory: ClaimedConversation, leave: () => void): HeldConversation {
    const stop = this.keepAlive(() => this.conversations.renew(key, holder, CLAIM_MS));
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
      await this.clock.sleep(POLL_MS, giveUp);
      const found = giveUp.aborted ? undefined : await attempt();
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What `wait` finds before its signal aborts, at `untilMs` or when the caller leaves. */
  private async waiting<T>(
    call: Call,
    untilMs: number,
    wait: (giveUp: AbortSignal) => Promise<T | undefined>,
  ): Promise<T> {
    const over = new AbortController();
    const callOff = this.clock.after(untilMs - this.clock.now().getTime(), () => over.abort(ABORTED));
    const result = await wait(AbortSignal.any([call.signal, over.signal])).finally(callOff);
    if (result !== undefined) return result;
    if (call.signal.aborted) throw new AbortedError();
    const message = "another message of this session is being answered";
    throw new AppError("conflict", "session_busy", message, { retryAfterSeconds: 2 });
  }

  /** Renews until the returned function is called; one beat serves all claims of the process. */
  private keepAlive(renew: () => Promise<unknown>): () => void {
    this.renewals.add(renew);
    if (!this.beating) void this.beat();
    return () => this.renewals.delete(renew);
  }

  private async beat(): Promise<void> {
    this.beating = true;
    while (this.renewals.size > 0) {
      await this.clock.sleep(RENEW_MS);
      // Best effort: a claim that could not be renewed runs out, and saving then fails as a lost race.
      await Promise.all([...this.renewals].map((renew) => renew().catch(() => {})));
    }
    this.beating = false;
  }
}
