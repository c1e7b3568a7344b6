import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { type Program, startProgram } from "../support/program.ts";

const KEY = `atk_${"b".repeat(43)}`;
/** Pictures for people to look at, when a folder for them is named. */
const SHOTS = process.env.SCREENSHOTS;

let folder: string;
let program: Program;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agent-t-browser-"));
  program = await startProgram({ DATA_DIR: folder, BOOTSTRAP_API_KEY: KEY, LOG_LEVEL: "error" });
  browser = await startBrowser();
}, 90_000);

afterAll(async () => {
  await browser?.close();
  await program?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A page that fails the test on errors, and on requests to anywhere else. */
async function open(
  path: string,
  options: { width: number; dark?: boolean },
): Promise<{ page: Page; trouble: string[] }> {
  const page = await browser.newPage({
    viewport: { width: options.width, height: 900 },
    colorScheme: options.dark ? "dark" : "light",
  });
  const trouble: string[] = [];
  page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("request", (request) => {
    const { protocol } = new URL(request.url());
    if (!request.url().startsWith(program.url) && protocol !== "data:") trouble.push(request.url());
  });
  await page.goto(program.url + path, { waitUntil: "networkidle" });
  return { page, trouble };
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

describe("the landing page", { timeout: 60_000 }, () => {
  it.each([{ width: 320 }, { width: 768, dark: true }, { width: 1280 }])(
    "fits $width px (dark: $dark) and leads on",
    async (size) => {
      const { page, trouble } = await open("/", size);
      await shoot(page, `landing-${size.width}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      await page.getByText("API documentation").click();
      await page.waitForURL(`${program.url}/docs`);
      expect(trouble).toEqual([]);
      await page.close();
    },
  );
});

describe("the API page", { timeout: 60_000 }, () => {
  it("lists the routes and answers a request tried from it", async () => {
    const { page, trouble } = await open("/docs", { width: 1280 });
    await page.getByText("Send a message, get a reply").waitFor();
    await shoot(page, "docs");
    await page.locator("button.authorize").first().click();
    await page.locator(".auth-container input").fill(KEY);
    await page.locator(".auth-container button[type=submit]").click();
    await page.locator(".auth-btn-wrapper .btn-done").click();
    await page.locator("#operations-Chat-postChat .opblock-summary-control").click();
    await page.locator("#operations-Chat-postChat button.execute").click();
    const answer = page.locator("#operations-Chat-postChat .live-responses-table .response-col_description");
    await answer.getByText("What Cardano is").first().waitFor({ timeout: 20_000 });
    await shoot(page, "docs-tried");
    expect(trouble).toEqual([]);
    await page.close();
  });
});
