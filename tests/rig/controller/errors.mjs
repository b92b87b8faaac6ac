// The errors that a client is told of, with the numbers that the websocket API gives them.

export const Code = Object.freeze({
  UNKNOWN: 0,
  COMMISSIONING_FAILED: 1,
  NODE_NOT_EXISTS: 5,
  SDK_STACK: 7,
  INVALID_ARGUMENTS: 8,
  INVALID_COMMAND: 9,
});

/** A failure with a number of the API. */
export class ApiError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}

/** The error message for a client: Matter's own status goes along where the device gave one. */
export function errorMessage(id, error) {
  const message = {
    message_id: id ?? "",
    error_code: error instanceof ApiError ? error.code : Code.UNKNOWN,
    details: error instanceof Error ? error.message : String(error),
  };
  if (typeof error?.code === "number" && !(error instanceof ApiError)) message.status = error.code;
  if (typeof error?.clusterCode === "number") message.cluster_status = error.clusterCode;
  return message;
}
