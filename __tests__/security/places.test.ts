import { describe, expect, it } from 'vitest'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator } from '../../emulators/baseten.ts'
import type { Emulator } from '../../emulators/emulator.ts'
import { createGithubEmulator } from '../../emulators/github.ts'
import { createSapEmulator, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { type Acted, act } from '../support/act.ts'
import { type FakeClock, fakeClock } from '../support/clock.ts'
import { transportTo } from '../support/transport.ts'
import { HEADER_SECRET, readableIn, SECRET } from './encodings.ts'
import { gossip } from './gossip.ts'

const GITHUB_TOKEN = 'ghs_0/+"x0123456789abcdef'
const EVENT = '/event.json'
const JOB = {
  GITHUB_REPOSITORY: 'octo/hello',
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_EVENT_PATH: EVENT,
  GITHUB_WORKFLOW: 'ci',
  GITHUB_JOB: 'clean',
  GITHUB_ACTION: 'undeploy',
}

interface Scene {
  clock: FakeClock
  secrets: readonly string[]
  inputs: Record<string, string>
  origin: string
  emulator: Emulator
}

/** A run with everything on, against a far end that tells all secrets in every encoding wherever it can. */
async function told({ clock, secrets, inputs, origin, emulator }: Scene, more: Record<string, string> = {}) {
  const github = createGithubEmulator({ now: clock.now, token: GITHUB_TOKEN })
  github.world.addPull({ number: 42, state: 'CLOSED' })
  const seen = new Set(secrets)
  const transport = gossip(transportTo({ [origin]: emulator }), ({ headers }) => {
    const token = headers['authorization']?.split(' ')[1]
    if (token !== undefined) seen.add(token)
    return [...seen]
  })
  const acted = await act({
    inputs: { ...inputs, 'github-token': GITHUB_TOKEN, comment: 'true', 'if-not-found': 'warn', ...more },
    env: JOB,
    files: { [EVENT]: JSON.stringify({ pull_request: { number: 42 } }) },
    transport,
    clock,
    github,
  })
  const comments = github.world.comments(42).map(({ body }) => body)
  return { acted, comments, secrets: [...seen] }
}

function placesOf(acted: Acted, comments: readonly string[]): [string, string][] {
  return [
    ['the log', acted.log.join('\n')],
    ['the debug log', acted.debug.join('\n')],
    ['the outputs', Object.values(acted.outputs).join('\n')],
    ['the job summary', acted.summary],
    ['the report file', JSON.stringify(acted.report)],
    ['the report file, read', Object.values(acted.report).map(String).join('\n')],
    ['the comment', comments.join('\n')],
    ['the state', Object.values(acted.state).join('\n')],
  ]
}

function expectNothing({ acted, comments, secrets }: Awaited<ReturnType<typeof told>>): void {
  for (const [place, text] of placesOf(acted, comments)) {
    for (const secret of [...secrets, GITHUB_TOKEN]) expect([place, readableIn(text, secret)]).toEqual([place, []])
  }
}

const SCENES: [string, (refuse: boolean) => Scene][] = [
  [
    'Baseten',
    (refuse) => {
      const clock = fakeClock()
      const baseten = createBasetenEmulator({
        now: clock.now,
        apiKeys: [HEADER_SECRET],
        deleteRequiresInactive: refuse,
      })
      baseten.world.addModel({ id: 'm1', name: 'llama' })
      baseten.world.addDeployment('m1', { id: 'live', name: 'main', production: true })
      baseten.world.addDeployment('m1', { id: 'd1', name: 'PR-1' })
      const inputs = {
        provider: 'baseten',
        'model-id': 'm1',
        'deployment-id': 'd1,live,gone',
        'api-key': HEADER_SECRET,
      }
      return { clock, secrets: [HEADER_SECRET], inputs, origin: 'https://api.baseten.co', emulator: baseten }
    },
  ],
  [
    'SAP AI Core',
    (refuse) => {
      const clock = fakeClock()
      const client = { clientid: 'sb-1!b1|aicore!b540', clientsecret: SECRET }
      const sap = createSapEmulator({ now: clock.now, clients: [client], repeatedDelete: 'accept' })
      sap.world.add({ id: 'd748fdae9f88a9b0', status: refuse ? 'COMPLETED' : 'RUNNING', configurationName: 'pr-1' })
      const origin = 'https://api.ai.hana.ondemand.com'
      const inputs = {
        provider: 'sap-ai-core',
        'deployment-id': 'd748fdae9f88a9b0,d000',
        'service-key': JSON.stringify(sapServiceKey(origin, client)),
      }
      return { clock, secrets: [SECRET], inputs, origin, emulator: sap }
    },
  ],
  [
    'Alibaba Model Studio',
    (refuse) => {
      const clock = fakeClock()
      const studio = createAlibabaEmulator({ now: clock.now, apiKeys: [{ key: HEADER_SECRET, workspace: 'llm-1' }] })
      studio.world.seed({
        deployed_model: 'qwen-pr1',
        status: 'RUNNING',
        ...(refuse ? { charge_type: 'pre_paid' } : {}),
      })
      const inputs = { provider: 'alibaba-model-studio', 'deployment-id': 'qwen-pr1,gone', 'api-key': HEADER_SECRET }
      return {
        clock,
        secrets: [HEADER_SECRET],
        inputs,
        origin: 'https://dashscope-intl.aliyuncs.com',
        emulator: studio,
      }
    },
  ],
]

describe.each(SCENES)('%s tells every secret in every encoding: none can be read anywhere', (_name, scene) => {
  it('when all goes well', async () => {
    const run = await told(scene(false))
    expect(run.acted.outputs['deleted-count']).toBe('1')
    expect(run.comments).toHaveLength(1)
    // Its words did arrive.
    expect(run.acted.outputs['tombstone'] || run.acted.outputs['tombstones']).toContain('*** *** ***')
    expectNothing(run)
  })

  it('when it refuses', async () => {
    const run = await told(scene(true))
    expect(run.acted.log.length).toBeGreaterThan(2)
    expectNothing(run)
  })

  it('when it denies access', async () => {
    const one = scene(false)
    one.emulator.faults.push({
      kind: 'status',
      status: 403,
      body: 'denied',
      times: Number.POSITIVE_INFINITY,
      when: ({ path }) => path !== '/oauth/token',
    })
    const run = await told(one)
    expect(run.acted.ok).toBe(false)
    expectNothing(run)
  })

  it('in a dry run, and when it is left to the end of the job', async () => {
    expectNothing(await told(scene(false), { 'dry-run': 'true' }))
    const deferred = await told(scene(false), { defer: 'true' })
    expect(deferred.acted.state).toEqual({ deferred: 'true' })
    expectNothing(deferred)
  })

  it('in a sweep', async () => {
    const one = scene(false)
    const { 'deployment-id': _ids, ...inputs } = one.inputs
    expectNothing(await told({ ...one, inputs }, { name: '*' }))
  })
})
