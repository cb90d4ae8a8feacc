// What requests have to hold, and how they are refused.
import { Code, ConnectError } from "@connectrpc/connect";

const LONGEST_NAME = 256;

/** Throws INVALID_ARGUMENT unless the text can name something. */
export function requireName(field: string, value: string): void {
  if (value === "") throw invalid(`${field} is empty`);
  if (value.length > LONGEST_NAME)
    throw invalid(`${field} has ${value.length} characters; it may have ${LONGEST_NAME}`);
  // Names end up in an operator's terminal.
  if (/\p{Cc}/u.test(value)) throw invalid(`${field} has a control character`);
}

export function invalid(what: string): ConnectError {
  return new ConnectError(what, Code.InvalidArgument);
}

export function notFound(what: string): ConnectError {
  return new ConnectError(what, Code.NotFound);
}

export function wrongState(what: string): ConnectError {
  return new ConnectError(what, Code.FailedPrecondition);
}
