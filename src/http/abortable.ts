import type { Transport } from './transport.ts'

/**
 * A transport that gives up at the very moment its signal aborts. undici hears of an abort only once it is connected, and a
 * proxy or a host that takes a connection and never answers can keep it from that for minutes: past the step's deadline, and
 * past the moment the runner kills a cancelled step. What it has not sent by then it never sends.
 */
export function abortable(transport: Transport): Transport {
  return (request) => Promise.race([transport(request), rejection(request.signal)])
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
