import type { Cleanup } from "./cleanup.ts";
import { launch } from "./processes.ts";

export interface LoadJob {
  url: string;
  connections: number;
  seconds: number;
  headers: Record<string, string>;
}

export interface LoadResult {
  answered: number;
  /** Other statuses, broken connections, requests without an answer. */
  failed: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

export type Load = (job: LoadJob) => Promise<LoadResult>;

/** Clients in one process of their own, the same for every line. */
export function startLoad(cleanup: Cleanup, file: string): Load {
  const running = launch(cleanup, file, { talks: true });
  const { child } = running;
  return (job) =>
    new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the load ended:\n${running.output()}`));
      child.once("close", ended);
      child.once("message", (result: LoadResult | { broken: string }) => {
        child.off("close", ended);
        if ("broken" in result) reject(new Error(result.broken));
        else resolve(result);
      });
      child.send(job);
    });
}
