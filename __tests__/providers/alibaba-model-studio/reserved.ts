import type { AlibabaOptions, DeploymentSeed, InstanceSeed } from '../../../emulators/alibaba-model-studio.ts'
import type { Emulator, RecordedRequest } from '../../../emulators/emulator.ts'
import type { Acted } from '../../support/act.ts'
import type { FakeClock } from '../../support/clock.ts'
import { ID, SINGAPORE, type Studio, studio } from './studio.ts'

export const NEVER = Number.POSITIVE_INFINITY
/** The path of the reservation, as it is sent. */
export const RESERVATION = `/api/v1/deployments/${ID}`
const ONE: readonly InstanceSeed[] = [{ instance_id: 'i1' }]

/** An account with one reservation, whose releases and stop take some seconds. */
export interface Reserved extends Studio {
  /** One run with `allow: reservation`. */
  run: Studio['run']
  /** The same, with answers that `edit` has changed. */
  runEdited(edit: (request: Request, body: Body) => void, inputs?: Readonly<Record<string, string>>): Promise<Acted>
  /** Every release asked for: the instance, the answer's HTTP status and the key. */
  releases(): { instance: string; status: number | undefined; key: string }[]
  /** DELETEs of the reservation itself. */
  deletions(): RecordedRequest[]
}

/** An answer as it goes out, to be changed. */
export interface Body {
  code?: string
  output: Record<string, unknown> & { records?: Record<string, unknown>[] }
}

export interface ReservedOptions extends AlibabaOptions {
  deployment?: Partial<DeploymentSeed>
  clock?: FakeClock
}

/** One running postpaid instance where `instances` are not given. */
export function reserved(instances: readonly InstanceSeed[] = ONE, options: ReservedOptions = {}): Reserved {
  const { deployment = {}, clock, ...rest } = options
  const account = studio({ plan: 'ptu_v2', instances, ...deployment }, rest, clock)
  const run: Studio['run'] = (inputs = {}, more = {}) => account.run({ allow: 'reservation', ...inputs }, more)
  return {
    ...account,
    run,
    runEdited: (edit, inputs) => run(inputs, { emulators: { [SINGAPORE]: edited(account.emulator, edit) } }),
    releases: () =>
      account.deletes().flatMap(({ path, status, headers }) => {
        const [, instance] = path.split('/capacity-instances/')
        return instance === undefined ? [] : [{ instance, status, key: headers['x-acs-req-uuid'] ?? '' }]
      }),
    deletions: () => account.deletes().filter(({ path }) => path === RESERVATION),
  }
}

/** Releases that were really taken, by instance, in order. */
export function accepted({ world }: Studio): (string | undefined)[] {
  return world.events.flatMap(({ what, instance }) => (what === 'release-accepted' ? [instance] : []))
}

/** Hits releases of capacity instances. */
export const onRelease = ({ method, path }: RecordedRequest): boolean => method === 'DELETE' && path !== RESERVATION

/** Hits the list of capacity instances. */
export const onInstances = ({ method, path }: RecordedRequest): boolean =>
  method === 'GET' && path.includes('/capacity-instances')

/** Hits the polls of operations. */
export const onOperation = ({ path }: RecordedRequest): boolean => path.includes('/capacity-operations/')

/** Reads everything in the log as one text. */
export function logOf({ log }: Acted): string {
  return log.join('\n')
}

function edited(emulator: Emulator, edit: (request: Request, body: Body) => void): Emulator {
  return {
    ...emulator,
    async handle(request) {
      const answer = await emulator.handle(request)
      const body = (await answer.json()) as Body
      if (answer.ok) edit(request, body)
      return Response.json(body, { status: answer.status })
    },
  }
}
