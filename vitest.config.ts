import { existsSync } from "node:fs";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const shared = { testTimeout: 15_000, hookTimeout: 30_000 };

function projects(): TestProjectInlineConfiguration[] {
  const chosen: TestProjectInlineConfiguration[] = [
    {
      test: {
        ...shared,
        name: "unit",
        include: ["tests/**/*.test.ts"],
        exclude: ["tests/postgres/**", "tests/browser/**", "dist/**"],
        globalSetup: "tests/support/template.ts",
      },
    },
  ];
  if (process.env.TEST_DATABASE_URL) {
    // Several connections race on purpose in these files; files beside each other would race as well.
    chosen.push({
      test: { ...shared, name: "postgres", include: ["tests/postgres/**/*.test.ts"], fileParallelism: false },
    });
  } else {
    say("postgres: not run, TEST_DATABASE_URL is not set");
  }
  if ([process.env.CHROMIUM_PATH ?? "", ...CHROMIUM].some((path) => existsSync(path))) {
    chosen.push({
      test: { ...shared, name: "browser", include: ["tests/browser/**/*.test.ts"], fileParallelism: false },
    });
  } else {
    say("browser: not run, no Chromium at CHROMIUM_PATH or in /usr/bin");
  }
  return chosen;
}

// Other tools read this file as well.
function say(line: string): void {
  if (process.env.VITEST) console.log(line);
}

export default defineConfig({ test: { projects: projects() } });
