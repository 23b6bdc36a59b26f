import {
  type AlibabaEmulator,
  type AlibabaOptions,
  createAlibabaEmulator,
  type DeploymentSeed,
} from '../../../emulators/alibaba-model-studio.ts'
import type { Fault, RecordedRequest } from '../../../emulators/emulator.ts'
import { type Acted, type ActOptions, act } from '../../support/act.ts'
import { type FakeClock, fakeClock } from '../../support/clock.ts'

export const SINGAPORE = 'https://dashscope-intl.aliyuncs.com'
export const BEIJING = 'https://dashscope.aliyuncs.com'
export const ID = 'qwen-plus-2025-12-01-pr42'
export const KEY = 'sk-emulated'

/** An emulated account with one running deployment, and the action to point at it. */
export interface Studio {
  emulator: AlibabaEmulator
  world: AlibabaEmulator['world']
  clock: FakeClock
  /** One run against this account, in memory; `inputs` add to or replace those of an ordinary deletion. */
  run(inputs?: Readonly<Record<string, string>>, more?: Partial<ActOptions>): Promise<Acted>
  /** `GET 200`, `DELETE 200`, … in order: every request that arrived. */
  calls(): string[]
  deletes(): RecordedRequest[]
  /** What became of the deployment, in order, as the account knows it. */
  events(): string[]
}

/** `deployment` adds to the one, an hour old and RUNNING, gone a second after DELETE; null leaves the account empty. */
export function studio(
  deployment: Partial<DeploymentSeed> | null = {},
  options: AlibabaOptions = {},
  clock: FakeClock = fakeClock(),
): Studio {
  const emulator = createAlibabaEmulator({ now: clock.now, deleteMs: 1_000, ...options })
  if (deployment !== null) emulator.world.seed({ created: clock.now() - 3_600_000, deployed_model: ID, ...deployment })
  return {
    emulator,
    world: emulator.world,
    clock,
    run: (inputs = {}, more = {}) =>
      act({
        inputs: { provider: 'alibaba-model-studio', 'deployment-id': ID, 'api-key': KEY, ...inputs },
        emulators: { [SINGAPORE]: emulator },
        clock,
        ...more,
      }),
    calls: () => emulator.requests.map(({ method, status }) => `${method} ${status ?? 'broken'}`),
    deletes: () => emulator.requests.filter(({ method }) => method === 'DELETE'),
    events: () => emulator.world.events.map(({ what }) => what),
  }
}

/** Hits every GET once a DELETE has been sent. */
export function afterDelete(account: Studio): NonNullable<Fault['when']> {
  return ({ method }) => method === 'GET' && account.deletes().length > 0
}

/** Hits every DELETE. */
export const onDelete: NonNullable<Fault['when']> = ({ method }) => method === 'DELETE'

/** Hits DELETE, right before which somebody else removes the deployment. */
export function goneMeanwhile({ world }: Studio): typeof onDelete {
  return (request) => {
    if (onDelete(request)) world.remove(ID)
    return onDelete(request)
  }
}
