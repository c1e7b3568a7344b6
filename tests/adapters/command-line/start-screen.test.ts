import { expect, it } from "vitest";
import { type StartFacts, startScreen } from "../../../adapters/command-line/start-screen.ts";

const FACTS: StartFacts = {
  ...{ version: "0.4.0", url: "http://127.0.0.1:8080", roles: ["api", "jobs"], readyMs: 2_345, key: "$(cat data/key)" },
  ...{ database: { embedded: true, place: "PGlite in data/db" }, model: { embedded: false, place: "m at host" } },
};

it("says what runs, what is built in and how to replace it, and how to try it", () => {
  const screen = startScreen(FACTS);
  expect(screen).toContain("ready after 2.3 s");
  expect(screen).toMatch(/database +PGlite in data\/db +\(built in; replace it with DATABASE_URL/);
  expect(screen).toMatch(/model +m at host$/m);
  expect(screen).toContain('curl -s http://127.0.0.1:8080/chat -H "api-key: $(cat data/key)"');
});

it("shows no example where nothing could answer it", () => {
  expect(startScreen({ ...FACTS, key: undefined })).not.toContain("curl");
  expect(startScreen({ ...FACTS, roles: ["jobs"] })).not.toContain("curl");
});
