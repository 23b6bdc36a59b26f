/** What can be asked of SAP AI Core. `withBody`: DELETE with the body that older pages of its documentation send. */
export type SapAction =
  | { verb: 'stop'; final: false }
  | { verb: 'delete'; final: true; withBody?: true }
  /** Of a resource group: an execution in it. */
  | { verb: 'stop-execution'; final: false; execution: string }

/** A stop that was accepted and has no effect for this long is sent again. Milliseconds. */
export const STOP_TRACE_MS = 30_000

/** What was requested, for people: `its deletion`. */
export function requestText(action: SapAction): string {
  switch (action.verb) {
    case 'stop':
      return 'its stop'
    case 'delete':
      return 'its deletion'
    case 'stop-execution':
      return `the stop of execution ${action.execution}`
  }
}
