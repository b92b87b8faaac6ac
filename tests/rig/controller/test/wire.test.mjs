// Messages: numbers of 64 bits, paths, errors, options.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ApiError, Code, errorMessage } from "../errors.mjs";
import { UsageError, parseOptions } from "../options.mjs";
import { formatPath, parsePath } from "../paths.mjs";
import { encode } from "../wire-json.mjs";

describe("a message", () => {
  it("writes whole numbers of any size", () => {
    assert.equal(encode({ a: 2n ** 64n - 1n, b: [-1n, 7], c: "int:1" }), '{"a":18446744073709551615,"b":[-1,7],"c":"int:1"}');
  });

  it("says what went wrong, with the device's own status where there is one", () => {
    assert.deepEqual(errorMessage("1", new ApiError(Code.NODE_NOT_EXISTS, "gone")), {
      message_id: "1",
      error_code: 5,
      details: "gone",
    });
    const refused = Object.assign(new Error("no"), { code: 1, clusterCode: 2 });
    assert.deepEqual(errorMessage("2", refused), {
      message_id: "2",
      error_code: 0,
      details: "no",
      status: 1,
      cluster_status: 2,
    });
  });
});

describe("a path", () => {
  it("has three parts, any of which may be left open", () => {
    assert.deepEqual(parsePath("1/257/*"), [1, 257, undefined]);
    assert.equal(formatPath(1, 257, undefined), "1/257/*");
  });

  it("of another form is refused", () => {
    for (const text of ["1/257", "a/b/c", "1/257/0/0", ""]) assert.throws(() => parsePath(text), ApiError);
  });
});

describe("the command line", () => {
  const places = ["--store", "s", "--roots", "r"];

  it("has defaults", () => {
    const options = parseOptions(places);
    assert.deepEqual([options.port, options.schema, options.vendor], [5580, 14, 0xfff1]);
  });

  it("refuses what makes no sense", () => {
    for (const more of [["--schema", "12"], ["--port", "x"], ["--nonsense"]])
      assert.throws(() => parseOptions([...places, ...more]), UsageError);
    assert.throws(() => parseOptions(["--store", "s"]), UsageError);
  });
});
