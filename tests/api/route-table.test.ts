import { describe, expect, it } from "vitest";
import { defineRoute, type Method, type Route } from "../../api/route.ts";
import { allowedMethods, h3Path, pathTable } from "../../api/route-table.ts";

function route(method: Method, path: string, auth: Route["auth"] = "key"): Route {
  return defineRoute({ method, path, auth, doc: { tag: "t", summary: "s" }, handle: async () => null });
}

const table = pathTable([
  route("GET", "/", "none"),
  route("GET", "/openapi.json", "none"),
  route("POST", "/chat", "key-or-pay"),
  route("GET", "/files/{id}"),
  route("DELETE", "/files/{id}"),
  route("GET", "/price", "key-or-pay"),
  route("POST", "/price", "key-or-pay"),
  route("POST", "/plain"),
]);

describe("the methods of a path", () => {
  it.each([
    ["/", ["GET", "HEAD"]],
    ["/openapi.json", ["GET", "HEAD"]],
    ["/chat", ["POST", "HEAD"]],
    ["/chat/", ["POST", "HEAD"]],
    ["/plain", ["POST"]],
    ["/files/abc", ["GET", "HEAD", "DELETE"]],
    ["/files/a%2Fb/", ["GET", "HEAD", "DELETE"]],
  ])("%s", (path, methods) => {
    expect(allowedMethods(table, path)).toEqual(methods);
  });

  it("names each method once", () => {
    expect([...allowedMethods(table, "/price")].sort()).toEqual(["GET", "HEAD", "POST"]);
  });

  it.each([["/zzz"], ["/chatter"], ["/a/chat"], ["/chat//"], ["/files"], ["/files/"], ["/files/a/b"], ["/Chat"]])(
    "%s has none",
    (path) => {
      expect(allowedMethods(table, path)).toEqual([]);
    },
  );

  it("takes a dot in a path for a dot", () => {
    expect(allowedMethods(table, "/openapi-json")).toEqual([]);
  });
});

describe("a path for the router", () => {
  it.each([
    ["/chat", "/chat"],
    ["/files/{id}", "/files/:id"],
    ["/a/{one}/b/{two_words}", "/a/:one/b/:two_words"],
  ])("%s is %s", (path, expected) => {
    expect(h3Path(path)).toBe(expected);
  });
});
