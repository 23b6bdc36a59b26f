import { createHash } from 'node:crypto'

/** The identity of a request to release an instance. Equal values are the same request, whoever sends it. */
export interface ReleaseRequest {
  deployment: string
  /** When the deployment was created; Unix ms. */
  createdAt: number | undefined
  instance: string
  /** When the instance was created; Unix ms. Capacity that is bought again has the same ID as before. */
  boughtAt: number | undefined
  /** How many operations for it ended without releasing it. */
  attempt: number
  /** When the run that tries again began; Unix ms. Without it, each night's run would only get the failures of earlier nights. */
  run: number | undefined
}

/**
 * The idempotency key of a release, as a UUID (version 8, RFC 9562). It is derived from the request alone, so that a run that
 * continues an interrupted one joins the operation that is already in progress.
 */
export function releaseKey(request: ReleaseRequest): string {
  const { deployment, createdAt, instance, boughtAt, attempt, run } = request
  const text = JSON.stringify([deployment, createdAt ?? '', instance, boughtAt ?? '', attempt, run ?? ''])
  const hash = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 3) | 8).toString(16)
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, variant + hash.slice(17, 20)]
  return [...parts, hash.slice(20, 32)].join('-')
}
