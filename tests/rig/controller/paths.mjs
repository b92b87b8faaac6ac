// Paths of attributes and events as the websocket API writes them: "endpoint/cluster/element", "*" for any.
import { ApiError, Code } from "./errors.mjs";

const PATH = /^(\*|\d+)\/(\*|\d+)\/(\*|\d+)$/;

/** The three parts of a path as numbers, undefined for "*". */
export function parsePath(text) {
  const found = PATH.exec(text);
  if (!found) throw new ApiError(Code.INVALID_ARGUMENTS, `"${text}" is no path`);
  return found.slice(1).map(part => (part === "*" ? undefined : Number(part)));
}

/** The text of a path. */
export function formatPath(endpoint, cluster, element) {
  return [endpoint, cluster, element].map(part => part ?? "*").join("/");
}
