import { describe, expect, it } from 'vitest'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../../emulators/sap-ai-core.ts'
import { act } from '../../support/act.ts'
import { fakeClock } from '../../support/clock.ts'

const ORIGIN = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'
const ID = 'd748fdae9f88a9b0'

describe('SAP AI Core, exact deletion', () => {
  it('RUNNING: stopped, waited for, deleted, waited for until GET answers 404', async () => {
    const clock = fakeClock()
    const sap = createSapEmulator({ now: clock.now })
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: '2026-11-20T00:00:00Z' })

    const { ok, outputs } = await act({
      inputs: {
        provider: 'sap-ai-core',
        'deployment-id': ID,
        'service-key': JSON.stringify(sapServiceKey(ORIGIN, DEFAULT_CLIENT)),
      },
      emulators: { [ORIGIN]: sap },
      clock,
    })

    expect(ok).toBe(true)
    expect(outputs['status']).toBe('deleted')
    expect(sap.world.has(ID)).toBe(false)
    expect(sap.world.events.map(({ what }) => what)).toEqual(['accepted', 'status', 'stopped', 'accepted', 'deleted'])
  })
})
