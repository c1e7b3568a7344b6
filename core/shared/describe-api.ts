import type { PackageFacts } from "./package-facts.ts";

/** What this server offers, for a program that looks around (http-api.md 5). */
export class DescribeApi {
  private readonly facts: PackageFacts;
  private readonly features: readonly string[];

  constructor(deps: { facts: PackageFacts; features: readonly string[] }) {
    this.facts = deps.facts;
    this.features = deps.features;
  }

  execute(): { name: string; version: string; payments: { enabled: false }; features: readonly string[] } {
    return {
      name: this.facts.name,
      version: this.facts.version,
      payments: { enabled: false },
      features: this.features,
    };
  }
}
