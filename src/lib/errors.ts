/** Anything that was thrown, as an error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return toError(thrown).message
}
