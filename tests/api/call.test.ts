import { H3Event } from "h3";
import { describe, expect, it } from "vitest";
import { addressOf, buildCall, requestIdOf } from "../../api/call.ts";
import { SequentialIds } from "../fakes/sequential-ids.ts";

const SOCKET = "10.0.0.9";

function eventOf(headers: Record<string, string> = {}, ip: string | undefined = SOCKET, signal?: AbortSignal): H3Event {
  const request = new Request("http://localhost/chat", { headers, ...(signal ? { signal } : {}) });
  return new H3Event(Object.assign(request, { ip }));
}

describe("a request id", () => {
  it.each([["a"], ["550e8400-e29b-41d4-a716-446655440000"], ["~!{}"], ["x".repeat(128)]])("of %s is kept", (sent) => {
    expect(requestIdOf(eventOf({ "x-request-id": sent }), new SequentialIds())).toBe(sent);
  });

  it.each([["x".repeat(129)], ["a b"], ["a\tb"], ["é"], [""]])("of %j is replaced by one of ours", (sent) => {
    const id = requestIdOf(eventOf({ "x-request-id": sent }), new SequentialIds());
    expect(id).toBe("req_00000000000000000000000000000001");
  });

  it("is made when none is sent, each time another", () => {
    const ids = new SequentialIds();
    expect(requestIdOf(eventOf(), ids)).not.toBe(requestIdOf(eventOf(), ids));
  });
});

describe("where a request came from", () => {
  const from = (forwarded: string, trusted: number) => addressOf(eventOf({ "x-forwarded-for": forwarded }), trusted);

  it("is the socket while no proxy is trusted, whatever the header says", () => {
    expect(from("1.1.1.1", 0)).toBe(SOCKET);
    expect(from("1.1.1.1, 2.2.2.2", 0)).toBe(SOCKET);
  });

  it("is what the one trusted proxy saw: the last entry", () => {
    expect(from("3.3.3.3", 1)).toBe("3.3.3.3");
  });

  it("does not change when a caller makes entries up", () => {
    expect(from("6.6.6.6, 7.7.7.7, 3.3.3.3", 1)).toBe("3.3.3.3");
    expect(from("6.6.6.6, 3.3.3.3, 10.0.0.1", 2)).toBe("3.3.3.3");
  });

  it("is what the outermost of several trusted proxies saw", () => {
    expect(from("3.3.3.3, 10.0.0.1", 2)).toBe("3.3.3.3");
    expect(from("3.3.3.3,10.0.0.1,10.0.0.2", 3)).toBe("3.3.3.3");
  });

  it("is the socket when fewer proxies wrote than are trusted, or nothing of use", () => {
    expect(from("3.3.3.3", 2)).toBe(SOCKET);
    expect(from("3.3.3.3, ", 1)).toBe(SOCKET);
    expect(addressOf(eventOf(), 1)).toBe(SOCKET);
  });

  it("has a name even without a socket", () => {
    expect(addressOf(new H3Event(new Request("http://localhost/")), 0)).toBe("unknown");
  });
});

describe("the call that the core gets", () => {
  it("ends when the client leaves", () => {
    const client = new AbortController();
    const actor = { kind: "anonymous", address: SOCKET } as const;
    const call = buildCall(eventOf({}, SOCKET, client.signal), actor, "req_1");
    expect(call).toMatchObject({ actor, requestId: "req_1" });
    expect(call.signal.aborted).toBe(false);
    client.abort();
    expect(call.signal.aborted).toBe(true);
  });
});
