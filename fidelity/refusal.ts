/** What SAP's client tells of a request that was refused: the HTTP status and the body as it read it. */
export interface Refusal {
  status: number
  body: unknown
}

/** The messages of the error that something ends with, and of its causes. Throws where it succeeds. */
export async function causesOf(work: Promise<unknown>): Promise<string> {
  return chainOf(await errorOf(work))
    .map(({ message }) => message)
    .join('; ')
}

/** The refusal a request ends with. Throws where it succeeds, or fails in another way. */
export async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  const error = await errorOf(request)
  for (const cause of chainOf(error)) {
    const response: unknown = Reflect.get(cause, 'response')
    if (typeof response !== 'object' || response === null) continue
    const status: unknown = Reflect.get(response, 'status')
    if (typeof status === 'number') return { status, body: Reflect.get(response, 'data') }
  }
  throw error
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error === undefined) throw new Error('expected a failure, not a success')
  return error
}

function chainOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : []
}
