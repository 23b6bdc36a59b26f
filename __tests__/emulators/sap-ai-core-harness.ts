import { createSapEmulator, type SapOptions } from '../../emulators/sap-ai-core.ts'

export interface Reply {
  status: number
  headers: Headers
  text: string
  /** The parsed JSON, where it is JSON. */
  body: Record<string, unknown>
}

/** An emulator on a fake clock, with a client that has a token and sends the `default` group. */
export function sap(options: SapOptions = {}) {
  const clock = { now: Date.UTC(2026, 10, 1) }
  const emulator = createSapEmulator({ now: () => clock.now, ...options })
  const token = emulator.tokens.issue()

  async function raw(path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await emulator.handle(new Request(`https://emulated${path}`, init))
    const text = await response.text()
    const isJson = response.headers.get('content-type') === 'application/json'
    const body: Record<string, unknown> = isJson ? { ...(JSON.parse(text) as object) } : {}
    return { status: response.status, headers: response.headers, text, body }
  }

  function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return raw(`/v2/lm${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'AI-Resource-Group': 'default',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  return {
    ...emulator,
    clock,
    token,
    raw,
    call,
    get: (id: string) => call('GET', `/deployments/${id}`),
    stop: (id: string) => call('PATCH', `/deployments/${id}`, { targetStatus: 'STOPPED' }),
    delete: (id: string) => call('DELETE', `/deployments/${id}`),
    list: async (query = '') => {
      const { body } = await call('GET', `/deployments${query}`)
      return (body['resources'] as { id: string }[]).map(({ id }) => id)
    },
    /** The events as short lines: what, action, status. */
    story: () =>
      emulator.world.events.map((event) => [event.what, event.action, event.status].filter(Boolean).join(' ')),
  }
}

/** The code inside an error body. */
export function codeOf(reply: Reply): unknown {
  return (reply.body['error'] as { code: unknown } | undefined)?.code
}
