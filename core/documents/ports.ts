/** Turns texts into vectors of unit length whose dot product says how near in meaning they are. */
export interface Embeddings {
  /** Names provider and model; vectors of different names must never be compared. */
  readonly name: string;
  /** One vector a text, in order. Never pass an empty text. Throws AppError upstream_failed `embeddings_unavailable`. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}
