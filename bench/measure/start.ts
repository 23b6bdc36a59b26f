import { join } from 'node:path'
import type { Action } from '../action.ts'
import { BASETEN_MODEL } from '../emulated/account.ts'
import { type Opened, startEmulators } from '../emulated/emulators.ts'
import { interleaved, median } from '../statistics.ts'
import { measure, type Subject } from '../subject.ts'

/** Medians of whole processes, in ms, and how many requests each sent. */
export interface Start {
  rounds: number
  action: number
  threeRequests: number
  bareNode: number
  actionRequests: number
}

const THREE_REQUESTS = join(import.meta.dirname, '..', 'rivals', 'three-requests.js')

/** One Baseten deployment, deleted and confirmed gone, on loopback without latency. */
export async function measureStart(action: Action, rounds: number): Promise<Start> {
  await using emulators = startEmulators()
  let actionRequests = 0

  /** A fresh account each time; a run that leaves the deployment there counts for nothing. */
  const onAccount = (run: (account: Opened) => Promise<{ ms: number }>) =>
    emulators.withAccount({ provider: 'baseten', targets: 1 }, async (account) => {
      const { ms } = await run(account)
      const { left, reads, writes } = await account.tally()
      if (left > 0) throw new Error('the deployment is still there')
      return { ms, requests: reads + writes }
    })

  const times = await interleaved(rounds, {
    action: async () => {
      const { ms, requests } = await onAccount(({ inputs, ids: [id = ''] }) =>
        action.run({ ...inputs, 'deployment-id': id }),
      )
      actionRequests = requests
      return ms
    },
    threeRequests: async () => (await onAccount((account) => measure(threeRequests(account)))).ms,
    bareNode: async () => (await measure({ command: process.execPath, args: ['-e', '0'], env: {} })).ms,
  })
  return {
    rounds,
    action: median(times.action),
    threeRequests: median(times.threeRequests),
    bareNode: median(times.bareNode),
    actionRequests,
  }
}

function threeRequests({ url, ids: [id], inputs }: Opened): Subject {
  const env = {
    URL_OF_DEPLOYMENT: `${url}/v1/models/${BASETEN_MODEL}/deployments/${id}`,
    API_KEY: inputs['api-key'] ?? '',
  }
  return { command: process.execPath, args: [THREE_REQUESTS], env }
}
