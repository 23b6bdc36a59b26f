import { describe, expect, it } from 'vitest'
import { createBasetenEmulator } from '../../emulators/baseten.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { act } from '../support/act.ts'
import { fakeClock } from '../support/clock.ts'
import { transportTo } from '../support/transport.ts'

const KEY = `sk-${'0123456789'.repeat(12)}-end`

/** No piece of the secret of eight characters or more. */
function expectNoPiece(text: string, secret: string): void {
  for (let at = 0; at + 8 <= secret.length; at++) expect(text).not.toContain(secret.slice(at, at + 8))
}

describe('a secret at the very place where a text is cut', () => {
  it('in a request ID: nothing is left of it', async () => {
    const baseten = createBasetenEmulator({ apiKeys: [KEY] })
    const honest = transportTo({ 'https://api.baseten.co': baseten })
    const { outputs, log, debug, report, summary } = await act({
      inputs: { provider: 'baseten', 'model-id': 'm1', 'deployment-id': 'd1', 'api-key': KEY, 'if-not-found': 'fail' },
      transport: async (request) => {
        const answer = await honest(request)
        return { ...answer, headers: { ...answer.headers, 'x-request-id': `r-${KEY}` } }
      },
    })
    expect(debug.join('\n')).toContain('r-***')
    expectNoPiece([JSON.stringify([outputs, report]), ...log, ...debug, summary].join('\n'), KEY)
  })

  it('in the refusal of a token: nothing is left of it', async () => {
    const clock = fakeClock()
    const sap = createSapEmulator({ now: clock.now })
    const origin = 'https://api.ai.hana.ondemand.com'
    for (const before of [270, 285, 290, 295]) {
      const body = JSON.stringify({
        error: 'invalid_client',
        error_description: `${'-'.repeat(before)}${DEFAULT_CLIENT.clientsecret} is wrong`,
      })
      sap.faults.push({ kind: 'status', status: 401, body, when: ({ path }) => path === '/oauth/token' })
      const { outputs, log, summary } = await act({
        inputs: {
          provider: 'sap-ai-core',
          'deployment-id': 'd748fdae9f88a9b0',
          'service-key': JSON.stringify(sapServiceKey(origin, DEFAULT_CLIENT)),
        },
        emulators: { [origin]: sap },
        clock,
      })
      expect(log.join('\n')).toContain('invalid_client')
      expectNoPiece([JSON.stringify(outputs), ...log, summary].join('\n'), DEFAULT_CLIENT.clientsecret)
    }
  })
})
