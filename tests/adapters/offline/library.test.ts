import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Library, type LibraryOptions } from "../../../adapters/offline/library.ts";
import { AbortedError } from "../../../core/shared/errors.ts";
import { WordEmbeddings } from "../../fakes/word-embeddings.ts";

const BOATS = "# Boats\n\n## Colours\n\nThe ferry is red and white. The tug is `black`.\n";
const TREES = "# Trees\n\n## Oaks\n\nAn oak grows slowly.\n";

describe("Library", () => {
  let root: string;
  let embeddings: WordEmbeddings;
  const library = (options: Partial<LibraryOptions> = {}): Library =>
    new Library({ embeddings, folder: join(root, "pages"), reference: "docs/guide", threshold: 0.39, ...options });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "agent-t-library-"));
    await mkdir(join(root, "pages"));
    await writeFile(join(root, "pages", "boats.md"), BOATS);
    await writeFile(join(root, "pages", "trees.md"), TREES);
    await writeFile(join(root, "pages", "notes.txt"), "The ferry is green.");
    embeddings = new WordEmbeddings();
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  it("quotes its Markdown files, with title, section and reference", async () => {
    const { quotes } = await library().search("Is the ferry red?");
    expect(quotes[0]).toMatchObject({
      sentence: "The ferry is red and white.",
      passage: { title: "Boats", section: "Colours", ref: "docs/guide/boats.md#colours" },
    });
  });

  it("quotes nothing below its threshold", async () => {
    expect((await library({ threshold: 1.3 }).search("Is the ferry red?")).quotes).toEqual([]);
  });

  it("embeds sentences without the marks of literal text, and quotes them with them", async () => {
    const { quotes } = await library().search("tug black");
    expect(embeddings.embedded).toContain("The tug is black.");
    expect(quotes[0]?.sentence).toBe("The tug is `black`.");
  });

  it("embeds its documents once, however many ask while it begins", async () => {
    const one = library();
    one.start();
    await Promise.all([one.search("ferry"), one.search("oak"), one.ready()]);
    expect(embeddings.embedded.filter((text) => text.startsWith("The ferry"))).toHaveLength(1);
  });

  it("needs no model for its documents at the second start", async () => {
    const cacheFolder = join(root, "cache");
    await library({ cacheFolder }).ready();
    embeddings.embedded.length = 0;
    const second = library({ cacheFolder });
    await second.ready();
    expect(embeddings.embedded).toEqual([]);
    expect((await second.search("Is the ferry red?")).quotes[0]?.sentence).toBe("The ferry is red and white.");
  });

  it("embeds again what has changed, or what another model embedded", async () => {
    const cacheFolder = join(root, "cache");
    await library({ cacheFolder }).ready();
    await writeFile(join(root, "pages", "trees.md"), `${TREES}A beech is smooth.\n`);
    await library({ cacheFolder }).ready();
    expect(embeddings.embedded).toContain("A beech is smooth.");
    const other = new WordEmbeddings("fake/other");
    await library({ cacheFolder, embeddings: other }).ready();
    expect(other.embedded).not.toEqual([]);
    expect(await readdir(cacheFolder)).toHaveLength(3);
  });

  it("works without its cache and tells that it could not be kept", async () => {
    const told: unknown[] = [];
    const cacheFolder = join(root, "pages", "boats.md");
    const one = library({ cacheFolder, onCacheError: (error) => told.push(error) });
    expect((await one.search("Is the ferry red?")).quotes).not.toEqual([]);
    expect(told).toHaveLength(1);
  });

  it("tries again after a failure", async () => {
    const one = library();
    embeddings.failure = new Error("down");
    one.start();
    await expect(one.ready()).rejects.toThrow("down");
    embeddings.failure = undefined;
    expect((await one.search("Is the ferry red?")).quotes).not.toEqual([]);
  });

  it("lets a caller who leaves go while it begins, and goes on for the others", async () => {
    let finish = (): void => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = {
      name: "fake/slow",
      embed: async (texts: readonly string[]) => {
        await gate;
        return embeddings.embed(texts);
      },
    };
    const one = library({ embeddings: slow });
    const caller = new AbortController();
    const leaving = one.ready(caller.signal);
    caller.abort();
    await expect(leaving).rejects.toBeInstanceOf(AbortedError);
    finish();
    await expect(one.ready()).resolves.toBeDefined();
  });

  it("searches sentences of a conversation in the same way", async () => {
    const one = library();
    const { quotes } = await one.searchSentences("what is my name", ["I like tea.", "My name is Ada."]);
    expect(quotes[0]?.sentence).toBe("My name is Ada.");
    expect(await one.searchSentences("anything", [])).toEqual({ score: -1, quotes: [] });
  });

  it("knows which words its documents hold", async () => {
    const one = library();
    expect(await one.knowsWordsOf("Do oaks grow, and is the tug red?")).toBe(true);
    expect(await one.knowsWordsOf("Is the zebra red?")).toBe(false);
  });
});
