import { describe, expect, it } from 'vitest'
import type { Fault, RecordedRequest } from '../../emulators/emulator.ts'
import type { SapEmulator, SapOptions } from '../../emulators/sap-ai-core.ts'
import type { Acted } from '../support/act.ts'
import { type AccountOf, ago, DAY, sapAccount } from '../sweep/accounts.ts'
import { ID, studio } from './alibaba-model-studio/studio.ts'

// A gateway answers 404 for everything for a while, after the provider itself has answered in this run, or before.

const GATEWAYS: [string, Partial<Fault>][] = [
  ['text', { body: 'default backend - 404', headers: { 'content-type': 'text/plain' } }],
  ['JSON', { body: '{"message":"no Route matched"}', headers: { 'content-type': 'application/json' } }],
  ['no body', {}],
]

const outcomes = ({ results }: Acted) => results.map(({ id, outcome }) => `${id} ${outcome}`)

function sap(options: SapOptions = {}): AccountOf<SapEmulator> {
  const account = sapAccount({ deleteMs: 20_000, ...options })
  account.world.add({ id: 'dep-1', status: 'STOPPED', configurationName: 'pr-1', createdAt: ago(DAY) })
  return account
}
const isOfTheApi = ({ path }: RecordedRequest) => path.includes('/lm/')

describe.each(GATEWAYS)('with %s', (_what, answer) => {
  const stray = (times: number, when: Fault['when']) =>
    ({ ...{ kind: 'status', status: 404, times }, ...answer, ...(when === undefined ? {} : { when }) }) as Fault

  it('SAP: after the deletion was accepted: looked for until it is gone', async () => {
    const { emulator, world, run } = sap()
    const isDeleting = () => emulator.requests.some(({ method }) => method === 'DELETE')
    emulator.faults.push(stray(6, (request) => request.method === 'GET' && isOfTheApi(request) && isDeleting()))
    expect(outcomes(await run({ 'deployment-id': 'dep-1' }))).toEqual(['dep-1 deleted'])
    expect(world.has('dep-1')).toBe(false)
  })

  it('SAP: from the beginning: the address is wrong, which is told at once', async () => {
    const { emulator, run } = sap()
    emulator.faults.push(stray(999, isOfTheApi))
    const acted = await run({ 'deployment-id': 'dep-1' })
    expect(outcomes(acted)).toEqual(['dep-1 failed'])
    expect(String(acted.results[0]?.['reason'])).toContain("'api-url'")
    expect(acted.ms).toBeLessThan(1000)
  })

  it('Model Studio: after the deletion was accepted: looked for until it is gone', async () => {
    const account = studio({}, { deleteMs: 20_000 })
    account.emulator.faults.push(stray(6, ({ method }) => method === 'GET' && account.deletes().length > 0))
    expect(outcomes(await account.run())).toEqual([`${ID} deleted`])
    expect(account.world.ids()).toEqual([])
  })

  it('Model Studio: for DELETE, once: it is sent again', async () => {
    const account = studio()
    account.emulator.faults.push(stray(1, ({ method }) => method === 'DELETE'))
    expect(outcomes(await account.run())).toEqual([`${ID} deleted`])
    expect(account.deletes()).toHaveLength(2)
  })
})

describe('SAP itself', () => {
  it('says that the resource group is lost after the deletion was accepted: failed at once', async () => {
    const { clock, world, run } = sap({ unknownGroup: 404 })
    clock.at(8_000, () => world.resourceGroups.delete('default'))
    const acted = await run({ 'deployment-id': 'dep-1' })
    expect(outcomes(acted)).toEqual(['dep-1 failed'])
    expect(acted.ms).toBeLessThan(20_000)
  })
})
