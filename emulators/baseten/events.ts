/** What really happened in the emulated account, so that a test can assert that nothing forbidden was asked or done. */
export interface BasetenEvent {
  at: number
  what: 'deleted' | 'deactivated' | 'canceled' | 'promoted' | 'demoted' | 'created' | 'refused'
  kind: 'model' | 'deployment' | 'environment' | 'chain' | 'chain-deployment'
  /** The ID, or an environment's name. */
  id: string
  /** The model or chain it belongs to. */
  parent?: string
  /** A deployment's status at that moment. */
  status?: string
  /** Why it was refused, or in the course of what it happened. */
  reason?: string
  /** `client`: through the API; `world`: somebody else, that is the test. */
  by: 'client' | 'world'
  /** HTTP status the client got. */
  answer?: number
}

/** Who did it and what was answered. */
export type Cause = Pick<BasetenEvent, 'by' | 'answer' | 'reason'>

/** Somebody else, not the client under test. */
export const ELSEWHERE: Cause = { by: 'world' }
