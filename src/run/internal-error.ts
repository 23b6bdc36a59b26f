import { messageOf } from '../lib/errors.ts'

/** An error that no code awaited: a bug in this action. It cancels the run. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
  /** Whether the report of the run contains it. */
  isReported = false

  constructor(cause: unknown) {
    super(unexpected(messageOf(cause)), { cause })
  }
}

/** The message of an internal error. */
export function unexpected(what: string): string {
  return `Undeploy failed unexpectedly: ${what}. Please report this. The log shows what was done before. Run the step again; it continues from there`
}

/** Where it happened, for the debug log; without the message, in which there may be anything. */
export function framesOf(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : []
  return lines
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .join(' ')
}
