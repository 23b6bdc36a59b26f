import { describe, expect, it } from 'vitest'
import type { FaultKind } from '../../../emulators/emulator.ts'
import { createAccount, MODEL, outcomes, reasonOf, request, useBaseten } from './support.ts'

const undeploy = useBaseten()
const READ_MODEL = 'GET m1'
const READ_LIST = 'GET m1/deployments'
const READ_ENVIRONMENTS = 'GET m1/environments'

describe('what cannot be read protects everything', () => {
  const READS = [
    ['the model', READ_MODEL],
    ['the list of deployments', READ_LIST],
    ['the list of environments', READ_ENVIRONMENTS],
  ] as const
  const FAULTS: [string, FaultKind][] = [
    ['HTTP 400', { kind: 'status', status: 400, body: '{"code":"VALIDATION_ERROR","message":"no"}' }],
    ['HTTP 405', { kind: 'status', status: 405 }],
    ['HTTP 302', { kind: 'status', status: 302, headers: { location: 'https://elsewhere.example/' } }],
    ['HTTP 503', { kind: 'status', status: 503 }],
    ['an HTML page with 200', { kind: 'html' }],
    [
      'an HTML page with 404',
      { kind: 'status', status: 404, body: '<html>', headers: { 'content-type': 'text/html' } },
    ],
    ['JSON of another shape', { kind: 'wrong-type' }],
    ['an empty answer', { kind: 'status', status: 200, body: '' }],
    ['half an answer', { kind: 'truncated' }],
    ['a reset', { kind: 'reset-before' }],
  ]

  describe.each(READS)('%s', (_, path) => {
    it.each(FAULTS)('%s: nothing is deleted, and nothing is called gone', async (what, fault) => {
      const account = createAccount(['d1', 'd2'])
      account.faults.push({ ...fault, when: request(path), times: 1000 })
      const acted = await undeploy(account, { 'deployment-id': 'd1,d2' })
      // What Baseten refuses outright is final; anything else may pass.
      const end = /^HTTP [34]/.test(what) ? 'failed' : 'timed-out'
      expect(outcomes(acted)).toEqual([`d1 ${end}`, `d2 ${end}`])
      expect(acted.ok).toBe(false)
      expect(account.writes()).toEqual([])
      expect(account.world.deploymentIds(MODEL)).toEqual(['live', 'd1', 'd2'])
    })
  })

  it.each([READ_LIST, READ_ENVIRONMENTS])(
    '%s answers 404, but the model is there: nothing is deleted',
    async (path) => {
      const account = createAccount()
      account.faults.push({ kind: 'status', status: 404, when: request(path), times: 1000 })
      expect(outcomes(await undeploy(account))).toEqual(['d1 timed-out'])
      expect(account.writes()).toEqual([])
    },
  )

  it.each(['is_production', 'is_development', 'status', 'id'])(
    'a deployment without %s in the list makes the whole list unreadable',
    async (field) => {
      const account = createAccount(['d1', 'd2'])
      account.world.deployment(MODEL, 'd2').overrides = { [field]: undefined }
      expect(outcomes(await undeploy(account))).toEqual(['d1 timed-out'])
      expect(account.writes()).toEqual([])
    },
  )

  it('an environment whose deployment has no ID makes the environments unreadable', async () => {
    const account = createAccount()
    account.world.addEnvironment(MODEL, { name: 'staging', overrides: { current_deployment: { name: 'x' } } })
    expect(outcomes(await undeploy(account))).toEqual(['d1 timed-out'])
    expect(account.writes()).toEqual([])
  })

  it('the answer is about another model: nothing is deleted', async () => {
    const account = createAccount()
    account.world.model(MODEL).overrides = { id: 'm2' }
    const acted = await undeploy(account)
    expect(outcomes(acted)).toEqual(['d1 failed'])
    expect(reasonOf(acted, 'd1')).toContain('another model')
    expect(account.writes()).toEqual([])
  })

  it('a read that fails for a moment is repeated, and then it goes on', async () => {
    const account = createAccount()
    account.faults.push({ kind: 'status', status: 502, when: request(READ_ENVIRONMENTS), times: 2 })
    expect(outcomes(await undeploy(account))).toEqual(['d1 deleted'])
    expect(account.sent().filter((text) => text === READ_ENVIRONMENTS)).toHaveLength(3)
  })
})
