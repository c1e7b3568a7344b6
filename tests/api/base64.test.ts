import { describe, expect, it } from "vitest";
import { decodeBase64 } from "../../api/base64.ts";

// In standard base64 `+/+/`, so both alphabets differ in every character.
const BYTES = new Uint8Array([0xfb, 0xff, 0xbf, 0x01]);
const STANDARD = Buffer.from(BYTES).toString("base64");

const decoded = (text: string) => new Uint8Array(decodeBase64("image_data", text));

describe("base64", () => {
  it.each([
    ["standard", STANDARD],
    ["URL-safe", Buffer.from(BYTES).toString("base64url")],
    ["without padding", STANDARD.replaceAll("=", "")],
    ["a data URI", `data:image/png;base64,${STANDARD}`],
    ["a data URI in capitals", `DATA:IMAGE/PNG;BASE64,${STANDARD}`],
    ["a data URI without a type", `data:;base64,${STANDARD}`],
    ["with line breaks", `${STANDARD.slice(0, 4)}\r\n${STANDARD.slice(4)}\n`],
    ["with white space around it", ` ${STANDARD} `],
  ])("%s is read", (_name, text) => {
    expect(decoded(text)).toEqual(BYTES);
  });

  it("is not believed in its label", () => {
    expect(decoded(`data:text/html;base64,${STANDARD}`)).toEqual(BYTES);
  });

  it("of 36 MB is read", () => {
    expect(decodeBase64("image_data", "QUJD".repeat(9_000_000))).toHaveLength(27_000_000);
  });

  it.each([
    ["nothing", ""],
    ["only a label", "data:image/png;base64,"],
    ["other characters", "QUJD%QUJ"],
    ["a length that cannot be", "QUJDR"],
    ["padding in the middle", "QU==QUJD"],
    ["too much padding", "Q==="],
    ["a label without an end", `data:image/png;base64${STANDARD}`],
    ["an address", "https://example.com/a.png"],
  ])("is not %s", (_name, text) => {
    expect(() => decodeBase64("image_data", text)).toThrow("invalid_image: the image is damaged");
  });

  it("that is damaged names the field", () => {
    try {
      decodeBase64("input_images[0]", "%");
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: "invalid_input",
        issues: [{ path: ["input_images[0]"], kind: "value_error" }],
      });
    }
  });
});
