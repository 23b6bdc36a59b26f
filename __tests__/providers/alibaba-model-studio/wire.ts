import { afterAll } from 'vitest'
import { createDispatcher, undiciTransport } from '../../../src/http/proxied.ts'
import type { Transport } from '../../../src/http/transport.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import { type Acted, act } from '../../support/act.ts'
import { useNetwork } from '../../support/network.ts'
import { ID, KEY, type Studio } from './studio.ts'

/** Runs that really go out through undici and are caught on the way; any origin but the given one fails the test. */
export function useWire(): {
  run(studio: Studio, origin: string, inputs?: Readonly<Record<string, string>>): Promise<Acted>
} {
  const network = useNetwork()
  const dispatcher = createDispatcher({})
  afterAll(() => dispatcher.destroy())
  return {
    run({ emulator, clock }, origin, inputs = {}) {
      network.route(origin, emulator)
      return act({
        inputs: { provider: 'alibaba-model-studio', 'deployment-id': ID, 'api-key': KEY, ...inputs },
        transport: patient(undiciTransport(dispatcher), clock),
        clock,
      })
    },
  }
}

/** Holds the fake clock still while a request is under way, because sockets need real time. */
function patient(transport: Transport, clock: Clock): Transport {
  return async (request) => {
    let underWay = true
    const hold = async () => {
      while (underWay) await clock.sleep(0)
    }
    void hold()
    try {
      const answer = await transport(request)
      const chunks: Uint8Array[] = []
      for await (const chunk of answer.body) chunks.push(chunk)
      return { ...answer, body: replay(chunks) }
    } finally {
      underWay = false
    }
  }
}

async function* replay(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
