// The control channel: POST /<action> with a JSON object over HTTP on a unix socket.
import fs from "node:fs";
import http from "node:http";
import { BadRequest } from "./requests.mjs";

/** Serves the actions on the socket; resolves with the http server when it listens. */
export async function serveControl(socket, actions) {
  fs.rmSync(socket, { force: true });
  const server = http.createServer((request, response) => {
    answer(actions, request).then(
      result => reply(response, 200, result ?? { ok: true }),
      error => refuse(response, error),
    );
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  return server;
}

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function answer(actions, request) {
  const name = request.url.slice(1);
  if (!Object.hasOwn(actions, name)) throw new Refusal(404, `There is no action "${name}".`);
  if (request.method !== "POST") throw new Refusal(405, "Actions are sent with POST.");
  return actions[name](await body(request));
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const value = text ? parse(text) : {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new BadRequest("The body must be a JSON object.");
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest("The body is not JSON.");
  }
}

function refuse(response, error) {
  if (error instanceof BadRequest) return reply(response, 400, { error: error.message });
  if (error instanceof Refusal) return reply(response, error.status, { error: error.message });
  process.stderr.write(`${error?.stack ?? error}\n`);
  reply(response, 500, { error: String(error?.message ?? error), cause: error?.cause ? String(error.cause) : undefined });
}

function reply(response, status, value) {
  response.writeHead(status, { "content-type": "application/json" }).end(toJson(value));
}

/** JSON with 64 bit numbers as numbers where exact, else as text, and bytes as hex. */
export function toJson(value) {
  return JSON.stringify(value, (_key, item) => {
    if (typeof item === "bigint") return item <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(item) : item.toString();
    if (item instanceof Uint8Array) return Buffer.from(item).toString("hex");
    return item;
  });
}
