import { FlushUsage } from "../core/access/flush-usage.ts";
import { ForgetWindows } from "../core/access/forget-windows.ts";
import { ForgetConversations } from "../core/chat/forget-conversations.ts";
import type { Resolver } from "../core/shared/resolver.ts";
import type { Job } from "./scheduler.ts";

/** The whole timetable. `process`: in each process, for what it keeps in memory; `cluster`: once over all of them. */
export function schedule(resolver: Resolver): Job[] {
  return [
    {
      name: "flush-usage",
      cron: "*/5 * * * * *",
      scope: "process",
      run: () => resolver.resolve(FlushUsage).execute(),
    },
    {
      name: "forget-windows",
      cron: "7 */10 * * * *",
      scope: "cluster",
      run: () => resolver.resolve(ForgetWindows).execute(),
    },
    {
      name: "forget-conversations",
      cron: "0 17 3 * * *",
      scope: "cluster",
      run: () => resolver.resolve(ForgetConversations).execute(),
    },
  ];
}
