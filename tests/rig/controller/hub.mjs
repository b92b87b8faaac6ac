// The websocket connections, what is told to those that listen, and the recent events.
import http from "node:http";
import { WebSocketServer } from "ws";
import { ApiError, Code, errorMessage } from "./errors.mjs";
import { encode } from "./wire-json.mjs";

/** How many events are kept, as on the public server. */
export const KEPT_EVENTS = 25;
const PATH = "/ws";
const GOING_AWAY = 1001;

/** The hub of all connections; `use` gives it the commands before it listens. */
export class Hub {
  constructor() {
    this._connections = new Set();
    this._history = [];
  }

  /** The recent events, oldest first; one that was told to two listeners is in it twice, as on the public server. */
  get recentEvents() {
    return [...this._history];
  }

  use(commands) {
    this._commands = commands;
  }

  /** Take connections on a port; resolves with it. */
  async listen(address, port) {
    this._http = http.createServer((_request, response) => response.writeHead(404).end());
    this._sockets = new WebSocketServer({ server: this._http, path: PATH });
    this._sockets.on("connection", socket => this._open(socket));
    await new Promise((resolve, reject) => this._http.once("error", reject).listen(port, address, resolve));
    return this._http.address().port;
  }

  /** Tell every connection of the end, and close. */
  async close() {
    const farewell = encode({ event: "server_shutdown", data: {} });
    for (const { socket } of this._connections) {
      socket.send(farewell);
      socket.close(GOING_AWAY);
    }
    await new Promise(resolve => this._http.close(resolve));
  }

  /** Tell those that listen; an event that nobody listens to is not even kept. */
  tell(event, makeData) {
    for (const connection of this._connections) {
      if (!connection.listens) continue;
      const data = makeData();
      if (event === "node_event") this._keep(data);
      connection.socket.send(encode({ event, data }));
    }
  }

  _keep(event) {
    this._history.push(event);
    this._history.splice(0, this._history.length - KEPT_EVENTS);
  }

  _open(socket) {
    const connection = { socket, listens: false };
    this._connections.add(connection);
    socket.on("close", () => this._connections.delete(connection));
    socket.on("error", () => socket.terminate());
    socket.on("message", text => this._answer(connection, text.toString()));
    socket.send(encode(this._commands.server_info()));
  }

  async _answer(connection, text) {
    const { message_id: id, command, args } = JSON.parse(text);
    const answer = await this._run(id, command, args ?? {});
    if (command === "start_listening") connection.listens = true;
    if (connection.socket.readyState === connection.socket.OPEN) connection.socket.send(encode(answer));
  }

  async _run(id, command, args) {
    try {
      if (!Object.hasOwn(this._commands, command)) throw new ApiError(Code.INVALID_COMMAND, `${command} is unknown`);
      return { message_id: id, result: await this._commands[command](args) };
    } catch (error) {
      process.stderr.write(`${command}: ${error?.message ?? error}\n`);
      return errorMessage(id, error);
    }
  }
}
