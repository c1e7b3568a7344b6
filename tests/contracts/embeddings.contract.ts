import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Embeddings } from "../../core/documents/ports.ts";
import { AbortedError } from "../../core/shared/errors.ts";

interface Subject {
  embeddings: Embeddings;
  close?: () => Promise<void>;
  /** True for a model that knows meanings, false for a stand-in. */
  semantic: boolean;
}

const CATS = ["A cat sleeps on the sofa.", "A cat is sleeping on a couch."] as const;
const INVOICE = "The invoice must be paid within thirty days.";

/** What every provider of embeddings promises. */
export function describeEmbeddings(name: string, make: () => Promise<Subject>): void {
  describe(`${name} as Embeddings`, () => {
    let subject: Subject;

    beforeAll(async () => {
      subject = await make();
    });

    afterAll(async () => {
      await subject.close?.();
    });

    it("has a name", () => {
      expect(subject.embeddings.name).not.toBe("");
    });

    it("gives one vector of unit length a text, all of one dimension", async () => {
      const vectors = await subject.embeddings.embed([...CATS, INVOICE]);
      expect(vectors).toHaveLength(3);
      expect(new Set(vectors.map((vector) => vector.length)).size).toBe(1);
      for (const vector of vectors) {
        expect(vector).toBeInstanceOf(Float32Array);
        expect(dot(vector, vector)).toBeCloseTo(1, 4);
      }
    });

    it("gives the same text the same vector, alone or among others, in the order asked", async () => {
      const [cat, invoice] = await subject.embeddings.embed([CATS[0], INVOICE]);
      const [invoiceAgain, catAgain] = await subject.embeddings.embed([INVOICE, CATS[0]]);
      const [alone] = await subject.embeddings.embed([INVOICE]);
      expect(dot(cat, catAgain)).toBeCloseTo(1, 4);
      expect(dot(invoice, invoiceAgain)).toBeCloseTo(1, 4);
      expect(dot(invoice, alone)).toBeCloseTo(1, 4);
      expect(dot(cat, invoice)).toBeLessThan(0.999);
    });

    it("puts texts of one meaning nearer than unrelated ones, if it knows meanings", async () => {
      const [cat, sameCat, invoice] = await subject.embeddings.embed([...CATS, INVOICE]);
      const nearer = dot(cat, sameCat) > dot(cat, invoice);
      expect(nearer || !subject.semantic).toBe(true);
    });

    it("gives nothing for nothing", async () => {
      expect(await subject.embeddings.embed([])).toEqual([]);
    });

    it("stops with AbortedError for a caller who has left", async () => {
      await expect(subject.embeddings.embed([INVOICE], AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
    });
  });
}

function dot(left: Float32Array | undefined, right: Float32Array | undefined): number {
  return (left ?? new Float32Array()).reduce((sum, value, at) => sum + value * (right?.[at] ?? Number.NaN), 0);
}
