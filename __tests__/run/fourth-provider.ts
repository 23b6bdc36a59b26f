import { defineProvider } from '../../src/providers/definition.ts'
import type { Snapshot } from '../../src/providers/observation.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { wholeText } from '../../src/providers/settings-reader.ts'

interface Deletion {
  verb: 'delete'
  final: true
}

interface Settings {
  apiUrl: URL
  password: string
  zone: string
}

/** The smallest provider there can be: its API has a list, and DELETE removes at once. As a new folder would describe it. */
export const examplia = defineProvider({
  name: 'examplia',
  homeDomain: '.examplia.test',
  statuses: ['UP', 'DOWN'],
  guards: ['last'],
  resources: { deployment: { ids: 'deployment-id', plural: 'deployments', hasName: true, hasStatus: true } },
  ownInputs: {
    zone: { default: 'north' },
    password: { default: '', secrets: wholeText, ignoredElsewhere: true },
  },
  secretVariables: { EXAMPLIA_PASSWORD: wholeText },
  idProblem: (_resource, id) => (/^x-\d+$/.test(id) ? undefined : 'is no ID of Examplia (x- and digits)'),
  readSettings(reader, apiUrl): Settings | undefined {
    const password = reader.secret('password') || reader.secret('EXAMPLIA_PASSWORD')
    if (password === '') reader.mistake("'password' is empty")
    return { apiUrl: apiUrl ?? new URL('https://api.examplia.test'), password, zone: reader.text('zone') }
  },
  where: ({ zone }) => [`zone ${zone}`],
  notices: ({ zone }) => (zone === 'south' ? ['the south is slow'] : []),
  create({ apiUrl, password, zone }, { openHttp }): Provider<Snapshot, Deletion> {
    const http = openHttp({ requestTimeoutMs: 1000, concurrency: 1 })
    const call = (path: string) => ({ url: new URL(`/${zone}${path}`, apiUrl), headers: { authorization: password } })
    const readAll = async () => {
      const answer = await http.read({ method: 'GET', ...call('/all') })
      const entries = new Map(Object.entries(answer.body ?? {}).map(([id, name]) => [id, snapshot(String(name))]))
      return { entries, exchange: answer.exchange }
    }
    const snapshot = (name: string): Snapshot => ({ name, status: 'UP', createdAt: 0 })
    const observe: Provider<Snapshot, Deletion>['observe'] = async (targets) => {
      const { entries, exchange } = await readAll()
      return targets.map(({ id }) => {
        const found = entries.get(id)
        return found === undefined ? { state: 'absent', exchange } : { state: 'present', snapshot: found, exchange }
      })
    }
    return {
      concurrency: 2,
      async list() {
        const { entries } = await readAll()
        return [...entries].map(([id, each]) => ({ target: { resource: 'deployment', id }, snapshot: each }))
      },
      observe,
      confirmGone: observe,
      protection: () => undefined,
      collateral: () => [],
      requestText: () => 'its deletion',
      nextStep(observation, history) {
        if (observation.state === 'present') {
          return { type: 'act', action: { verb: 'delete', final: true }, reason: 'it is there', after: ['gone'] }
        }
        const outcome = history.some(({ type }) => type === 'requested') ? 'deleted' : 'already-gone'
        return { type: 'end', outcome, reason: 'the list does not show it' }
      },
      async act({ id }, _action, { notAfter }) {
        const { exchange } = await http.write({ method: 'DELETE', ...call(`/${id}`), notAfter })
        return { result: 'accepted', tombstone: { id }, exchange }
      },
    }
  },
})
