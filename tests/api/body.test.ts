import { H3Event } from "h3";
import { describe, expect, it } from "vitest";
import { checkDeclaredBody, parseJsonObject, readText } from "../../api/body.ts";

const TOO_LARGE = {
  code: "too_large",
  reason: "payload_too_large",
  message: "the body may hold at most 10 bytes here",
};

/** A body without a declared length, in these parts; `read` counts those that were taken. */
function partsOf(...texts: string[]): { body: ReadableStream<Uint8Array>; read: () => number } {
  const left = texts.map((text) => new TextEncoder().encode(text));
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const part = left.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(part);
      },
    },
    { highWaterMark: 0 },
  );
  return { body, read: () => texts.length - left.length };
}

function eventOf(body: BodyInit | null, headers: Record<string, string> = {}): H3Event {
  return new H3Event(
    new Request("http://localhost/", { method: "POST", body, headers, duplex: "half" } as RequestInit),
  );
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("what the headers announce", () => {
  it.each([["identity"], ["Identity"], [" identity "]])("Content-Encoding %j is fine", (encoding) => {
    expect(() => checkDeclaredBody(eventOf("{}", { "content-encoding": encoding }), 10)).not.toThrow();
  });

  it.each([["gzip"], ["br"], ["identity, gzip"]])("Content-Encoding %j is refused", (encoding) => {
    const error = thrownBy(() => checkDeclaredBody(eventOf("{}", { "content-encoding": encoding }), 10));
    expect(error).toMatchObject({ code: "unsupported_type", reason: "unsupported_content_encoding" });
  });

  it("a length over the limit is refused, one of exactly the limit is not", () => {
    const announced = (length: string) => () => checkDeclaredBody(eventOf("{}", { "content-length": length }), 10);
    expect(announced("10")).not.toThrow();
    expect(thrownBy(announced("11"))).toMatchObject(TOO_LARGE);
  });

  it("nothing is announced for a body without a length", () => {
    expect(() => checkDeclaredBody(eventOf(partsOf("x".repeat(50)).body), 10)).not.toThrow();
  });
});

describe("reading", () => {
  it("joins the parts, also where they cut a character in two", async () => {
    const [first, second] = [new Uint8Array([0x61, 0xc3]), new Uint8Array([0xa9, 0x62])];
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(first);
        controller.enqueue(second);
        controller.close();
      },
    });
    expect(await readText(eventOf(body), 10)).toBe("aéb");
  });

  it("gives an empty text for no body", async () => {
    expect(await readText(eventOf(null), 10)).toBe("");
  });

  it("reads a body of declared length", async () => {
    expect(await readText(eventOf("0123456789", { "content-length": "10" }), 10)).toBe("0123456789");
  });

  it("takes a body of exactly the limit and refuses one byte more", async () => {
    expect(await readText(eventOf(partsOf("01234", "56789").body), 10)).toBe("0123456789");
    await expect(readText(eventOf(partsOf("01234", "56789a").body), 10)).rejects.toMatchObject(TOO_LARGE);
  });

  it("counts bytes, not characters", async () => {
    await expect(readText(eventOf(partsOf("éééééé").body), 10)).rejects.toMatchObject(TOO_LARGE);
  });

  it("stops reading once it is too much", async () => {
    const { body, read } = partsOf("012345", "678901", "234567", "890123");
    await expect(readText(eventOf(body), 10)).rejects.toMatchObject(TOO_LARGE);
    expect(read()).toBe(2);
  });

  it("refuses a body longer than it was declared", async () => {
    const event = eventOf("x".repeat(11), { "content-length": "5" });
    await expect(readText(event, 10)).rejects.toMatchObject(TOO_LARGE);
  });
});

describe("a JSON object", () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

  it.each([
    ["as it is", '{"a":1}'],
    ["with white space around it", ' \n{"a":1}\t'],
    ["after a byte order mark", '\uFEFF{"a":1}'],
  ])("is read %s", (_name, text) => {
    expect(parseJsonObject(text)).toEqual({ a: 1 });
  });

  it.each([[""], [" \n"], ["\uFEFF"]])("is empty for %j", (text) => {
    expect(parseJsonObject(text)).toEqual({});
  });

  it.each([
    ["broken JSON", "{", "json_invalid"],
    ["two values", "{}{}", "json_invalid"],
    ["no JSON", "undefined", "json_invalid"],
    ["a list", "[]", "object_type"],
    ["null", "null", "object_type"],
    ["a number", "5", "object_type"],
    ["a text", '"{}"', "object_type"],
  ])("is not %s", (_name, text, kind) => {
    const error = thrownBy(() => parseJsonObject(text));
    expect(error).toMatchObject({ code: "invalid_input", issues: [{ path: ["body"], kind }] });
  });

  it("is nested at most 100 deep, in lists as well", () => {
    expect(() => parseJsonObject(nested(100))).not.toThrow();
    const kinds = [nested(101), `{"a":${"[".repeat(100)}${"]".repeat(100)}}`].map((text) =>
      thrownBy(() => parseJsonObject(text)),
    );
    for (const error of kinds) expect(error).toMatchObject({ issues: [{ kind: "json_invalid" }] });
  });

  it("is refused, not fatal, when it is nested a million deep", () => {
    const error = thrownBy(() => parseJsonObject(nested(1_000_000)));
    expect(error).toMatchObject({ code: "invalid_input", issues: [{ kind: "json_invalid" }] });
  });

  it("keeps a field called __proto__ a field", () => {
    const read = parseJsonObject('{"__proto__":{"polluted":true}}');
    expect(Object.keys(read)).toEqual(["__proto__"]);
    expect("polluted" in read).toBe(false);
  });
});
