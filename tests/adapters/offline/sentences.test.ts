import { describe, expect, it } from "vitest";
import { sentencesOf } from "../../../adapters/offline/sentences.ts";

describe("sentencesOf", () => {
  it("parts sentences and keeps their words", () => {
    expect(sentencesOf("One ends here. Does two?  Three!")).toEqual(["One ends here.", "Does two?", "Three!"]);
  });

  it("reads a line break inside a sentence as a space", () => {
    expect(sentencesOf("It goes\non here.")).toEqual(["It goes on here."]);
  });

  it("does not part numbers and names with dots", () => {
    expect(sentencesOf("Fees are 0.17 ada with Node.js 20.19 here.")).toHaveLength(1);
  });

  it("finds none in white space", () => {
    expect(sentencesOf(" \n ")).toEqual([]);
  });
});
