import { describe, expect, it } from 'vitest'
import type { Fault } from '../../emulators/emulator.ts'
import { without } from '../support/lists.ts'
import { type Account, ago, alibabaAccount, basetenAccount, DAY, idsOf, sapAccount } from '../sweep/accounts.ts'

// Every deletion is accepted, lists show none of the targets any more, and GET goes on showing three of them.

const IDS = Array.from({ length: 24 }, (_, index) => `pr-${index}`)
const STAYING = ['pr-3', 'pr-11', 'pr-23']

interface Case {
  account: Account
  inputs: Record<string, string>
  /** The answer to a DELETE that is accepted and not carried out. */
  accepted(id: string): Fault
  isList(path: string): boolean
}

const accepted = (status: number, body: object): Fault => ({
  kind: 'status',
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
  times: Number.POSITIVE_INFINITY,
})

const CASES: readonly [string, () => Case][] = [
  [
    'Baseten',
    () => {
      const account = basetenAccount()
      account.world.addModel({ id: 'm1' })
      account.world.addDeployment('m1', { id: 'live', production: true })
      for (const id of IDS) account.world.addDeployment('m1', { id, name: id, createdAt: ago(DAY) })
      return {
        account,
        inputs: { 'model-id': 'm1', 'deployment-id': IDS.join(',') },
        accepted: (id) => accepted(200, { id, deleted: true, model_id: 'm1' }),
        isList: (path) => path.endsWith('/deployments'),
      }
    },
  ],
  [
    'Baseten environments',
    () => {
      const account = basetenAccount()
      account.world.addModel({ id: 'm1' })
      account.world.addDeployment('m1', { id: 'live', production: true })
      for (const name of IDS) account.world.addEnvironment('m1', { name })
      return {
        account,
        inputs: { resource: 'environment', 'model-id': 'm1', environment: IDS.join(',') },
        accepted: (name) => accepted(200, { name, deleted: true }),
        isList: (path) => path.endsWith('/environments'),
      }
    },
  ],
  [
    'SAP AI Core',
    () => {
      const account = sapAccount()
      for (const id of IDS) account.world.add({ id, status: 'STOPPED', configurationName: id, createdAt: ago(DAY) })
      return {
        account,
        inputs: { 'deployment-id': IDS.join(',') },
        accepted: (id) => accepted(202, { id, message: 'Deletion scheduled', targetStatus: 'DELETED' }),
        isList: (path) => path.includes('/lm/deployments?'),
      }
    },
  ],
  [
    'Alibaba Model Studio',
    () => {
      const account = alibabaAccount()
      account.world.seed(...IDS.map((deployed_model) => ({ deployed_model, status: 'RUNNING' })))
      return {
        account,
        inputs: { 'deployment-id': IDS.join(',') },
        accepted: (id) => accepted(200, { request_id: 'r', output: { deployed_model: id, status: 'DELETING' } }),
        isList: (path) => path.includes('/deployments?'),
      }
    },
  ],
]

describe.each(CASES)('%s: twenty-four deletions are accepted, lists hide all, GET still shows three', (_name, open) => {
  it('those three are not said to be deleted, and the others are', async () => {
    const { account, inputs, accepted, isList } = open()
    for (const id of STAYING) {
      const isItsDeletion = ({ method, path }: { method: string; path: string }) =>
        method === 'DELETE' && path.endsWith(`/${id}`)
      account.emulator.faults.push({ ...accepted(id), when: isItsDeletion })
    }
    const { handle } = account.emulator
    let isBegun = false
    account.emulator.handle = async (request) => {
      const response = await handle(request)
      if (request.method === 'DELETE') isBegun = true
      const { pathname, search } = new URL(request.url)
      if (!isBegun || request.method !== 'GET' || !isList(pathname + search)) return response
      return Response.json(without(await response.json(), IDS))
    }
    const acted = await account.run({ ...inputs, timeout: '3m' })
    expect(idsOf(acted, 'timed-out', 'failed')).toEqual([...STAYING].sort())
    expect(idsOf(acted, 'deleted')).toEqual(IDS.filter((id) => !STAYING.includes(id)).sort())
    expect(acted.ok).toBe(false)
  })
})
