import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const CHECKSUM_BYTES = 32;

/**
 * Vectors of one list of texts, kept in a file whose name says which texts and which model made them.
 * A checksum in front of the numbers shows a damaged file.
 */
export class VectorCache {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Undefined when there is none that can be used. */
  async find(model: string, texts: readonly string[]): Promise<Float32Array[] | undefined> {
    // Expected: at the first start there is no file.
    const bytes = await readFile(this.path(model, texts)).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const payload = bytes.subarray(CHECKSUM_BYTES);
    const size = payload.length / Float32Array.BYTES_PER_ELEMENT / texts.length;
    if (!Number.isInteger(size) || size === 0 || !checksum(payload).equals(bytes.subarray(0, CHECKSUM_BYTES))) {
      return undefined;
    }
    // Copied, because a view of 4-byte numbers needs an address divisible by 4.
    const numbers = new Float32Array(new Uint8Array(payload).buffer);
    return texts.map((_, index) => numbers.subarray(index * size, (index + 1) * size));
  }

  /** Either the whole file is there afterwards or none. */
  async save(model: string, texts: readonly string[], vectors: readonly Float32Array[]): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const payload = Buffer.concat(
      vectors.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    );
    const unfinished = join(this.folder, `${randomUUID()}.unfinished`);
    try {
      await writeFile(unfinished, Buffer.concat([checksum(payload), payload]));
      await rename(unfinished, this.path(model, texts));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  private path(model: string, texts: readonly string[]): string {
    const digest = createHash("sha256")
      .update(JSON.stringify([model, texts]))
      .digest("hex");
    return join(this.folder, `library-${digest.slice(0, 32)}.vectors`);
  }
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
