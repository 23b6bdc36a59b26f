import { type Emulator, TransportFault } from '../../emulators/emulator.ts'
import type { Transport, WireResponse } from '../../src/http/transport.ts'

/** Requests go straight to the emulators, by origin. Faults become what undici makes of them on a socket. */
export function transportTo(emulators: Readonly<Record<string, Emulator>>): Transport {
  return async ({ method, url, headers, body, signal }) => {
    signal.throwIfAborted()
    const emulator = emulators[url.origin]
    if (emulator === undefined) throw networkError('ENOTFOUND')
    try {
      const response = await emulator.handle(
        new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }),
      )
      return answerOf(response, signal)
    } catch (error) {
      if (!(error instanceof TransportFault)) throw error
      if (error.fault === 'reset') throw networkError('ECONNRESET')
      return silence(signal)
    }
  }
}

function answerOf(response: Response, signal: AbortSignal): WireResponse {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: bytes(response, signal) }
}

async function* bytes(response: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const { done, value } = await Promise.race([
        reader.read().catch(() => Promise.reject(networkError('UND_ERR_SOCKET'))),
        silence(signal),
      ])
      if (done) return
      yield value
    }
  } finally {
    void reader.cancel().catch(() => undefined)
  }
}

function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function networkError(code: string): Error {
  return Object.assign(new Error(`emulated ${code}`), { code })
}
