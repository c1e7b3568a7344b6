export interface StartFacts {
  version: string;
  url: string;
  roles: readonly string[];
  readyMs: number;
  database: { embedded: boolean; place: string };
  model: { embedded: boolean; place: string };
  /** How the example may name a key: the key itself when it was just made, else where it lies. */
  key: string | undefined;
}

/** What somebody sees who has just started the program: what runs, what is built in and how to replace it. */
export function startScreen(facts: StartFacts): string {
  const part = (name: string, text: string) => `  ${name.padEnd(10)}${text}`;
  const built = (embedded: boolean, instead: string) => (embedded ? `   (built in; replace it with ${instead})` : "");
  const lines = [
    `Agent T ${facts.version} is ready after ${(facts.readyMs / 1000).toFixed(1)} s`,
    "",
    part(
      "address",
      facts.roles.includes("api") ? `${facts.url}   API and docs: ${facts.url}/docs` : "none (the role api is off)",
    ),
    part("roles", facts.roles.join(", ")),
    part("database", facts.database.place + built(facts.database.embedded, "DATABASE_URL=postgres://…")),
    part("model", facts.model.place + built(facts.model.embedded, "OPENAI_API_KEY=… or OPENAI_BASE_URL=http://…/v1")),
  ];
  if (facts.key !== undefined && facts.roles.includes("api")) {
    lines.push(
      "",
      "Try it:",
      "",
      `  curl -s ${facts.url}/chat -H "api-key: ${facts.key}" -H "Content-Type: application/json" \\`,
      `    -d '{"message":"What is Cardano?","session_id":"my-session-1"}'`,
    );
  }
  return `\n${lines.join("\n")}\n`;
}
