import { describe, expect, it } from "vitest";
import { MAX_PASSAGE_LENGTH, passagesOf } from "../../../adapters/offline/passages.ts";

const PAGE = `# The title

This lead says what the page is for.

## First part

One sentence. **Another** one with a [link](https://example.org).

\`\`\`sh
code is not quoted. never
\`\`\`

## Keys, ids & CIP-30

- A list item.
- Type \`npm start\`.
`;

describe("passagesOf", () => {
  it("keeps title, section and reference of each passage", () => {
    const [first, second] = passagesOf(PAGE, "docs/guide/page.md");
    expect(first).toMatchObject({ title: "The title", section: "First part", ref: "docs/guide/page.md#first-part" });
    expect(second).toMatchObject({ section: "Keys, ids & CIP-30", ref: "docs/guide/page.md#keys-ids--cip-30" });
  });

  it("takes the sentences without marks for links, emphasis and lists, and without code blocks", () => {
    const sentences = passagesOf(PAGE, "page.md").flatMap((passage) => passage.sentences);
    expect(sentences).toEqual(["One sentence.", "Another one with a link.", "A list item.", "Type `npm start`."]);
  });

  it("takes the text of a page without sections", () => {
    expect(passagesOf("# Short\n\nAll there is.", "short.md")).toEqual([
      { title: "Short", section: "Short", ref: "short.md", sentences: ["All there is."] },
    ]);
  });

  it("calls a page without a title by its path", () => {
    expect(passagesOf("Only text.", "a.md")[0]?.title).toBe("a.md");
  });

  it("cuts a long section between sentences so that each passage fits the model", () => {
    const section = Array.from({ length: 30 }, (_, n) => `This is sentence number ${n} of a rather long section.`);
    const passages = passagesOf(`# T\n\n## S\n\n${section.join(" ")}`, "t.md");
    expect(passages.length).toBeGreaterThan(1);
    for (const { sentences } of passages) expect(sentences.join(" ").length).toBeLessThanOrEqual(MAX_PASSAGE_LENGTH);
    expect(passages.flatMap(({ sentences }) => sentences)).toEqual(section);
  });

  it("cuts a sentence that is longer than a passage between words, or anywhere when it has none", () => {
    const text = `${"word ".repeat(150)}${"x".repeat(1000)}`;
    const sentences = passagesOf(`# T\n\n${text}`, "t.md").flatMap((passage) => passage.sentences);
    expect(Math.max(...sentences.map((sentence) => sentence.length))).toBeLessThanOrEqual(MAX_PASSAGE_LENGTH);
    expect(sentences.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });

  it("finds nothing in an empty file", () => {
    expect(passagesOf("", "empty.md")).toEqual([]);
  });
});
