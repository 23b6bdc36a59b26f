import { beforeAll, describe, expect, it } from 'vitest'
import { runStep, type StepEnd } from '../../demo/runner.ts'
import type { BasetenEmulator } from '../../emulators/baseten.ts'
import type { FaultKind } from '../../emulators/emulator.ts'
import { account, caFile, inputs, type Protocol, rows, serveOver, visible } from './far-end.ts'

interface Row {
  /** The fault, as a user would meet it. */
  when: string
  fault: FaultKind
  /**
   * How it ends, and what the log says of the one request. What is gone after a DELETE without a clear answer is not said to be
   * deleted by this run.
   */
  end: 'deleted' | 'already-gone' | 'timed-out' | 'failed'
  says: RegExp
  /** How often DELETE is sent: once where it was carried out, twice where a look shows that it was not. */
  sent: number
}

const UNCLEAR = 'delete had no clear answer: '
const BROKEN = new RegExp(`${UNCLEAR}the connection to [\\d.:]+ failed \\(\\w+\\)`)
const SILENT = /whether the last request \(delete\) was carried out is unknown; last seen ACTIVE/
const status = (code: number) => new RegExp(`${UNCLEAR}DELETE \\S+ answered HTTP ${code}`)

const ROWS: readonly Row[] = [
  { when: 'the connection breaks before it', fault: { kind: 'reset-before' }, end: 'deleted', says: BROKEN, sent: 2 },
  { when: 'its answer is lost', fault: { kind: 'lost-answer' }, end: 'already-gone', says: BROKEN, sent: 1 },
  { when: 'its answer is cut off', fault: { kind: 'truncated' }, end: 'already-gone', says: BROKEN, sent: 1 },
  { when: 'nothing ever answers it', fault: { kind: 'hang' }, end: 'timed-out', says: SILENT, sent: 1 },
  { when: 'it is done, and nothing answers', fault: { kind: 'hang-after' }, end: 'timed-out', says: SILENT, sent: 1 },
  { when: 'its answer trickles', fault: { kind: 'slow' }, end: 'timed-out', says: SILENT, sent: 1 },
  {
    when: 'its answer is JSON of another shape',
    fault: { kind: 'wrong-type' },
    end: 'already-gone',
    says: /not as documented/,
    sent: 1,
  },
  {
    when: 'a sign-in page answers 200',
    fault: { kind: 'html' },
    end: 'deleted',
    says: /HTML page instead of the API's/,
    sent: 2,
  },
  {
    when: 'its answer is 64 MiB',
    fault: { kind: 'huge' },
    end: 'already-gone',
    says: /longer than 1048576 bytes/,
    sent: 1,
  },
  {
    when: '429 with Retry-After answers it',
    fault: { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    end: 'deleted',
    says: status(429),
    sent: 2,
  },
  {
    when: '429 without a word answers it',
    fault: { kind: 'status', status: 429 },
    end: 'deleted',
    says: status(429),
    sent: 2,
  },
  {
    when: '500 in plain text answers it',
    fault: { kind: 'status', status: 500, body: 'oops' },
    end: 'deleted',
    says: status(500),
    sent: 2,
  },
  {
    when: '503 answers it, although it is done',
    fault: { kind: 'status', status: 503, processed: true },
    end: 'already-gone',
    says: status(503),
    sent: 1,
  },
  {
    when: 'a redirect answers it',
    fault: { kind: 'status', status: 307, headers: { location: 'https://127.0.0.1:9/stolen' } },
    end: 'failed',
    says: /delete failed: DELETE .* answered HTTP 307/,
    sent: 1,
  },
]

const PROTOCOLS: readonly Protocol[] = ['http', 'https', 'https, HTTP/2 offered']

// One step for each protocol: every row is a target of its own, so that each also shows that the others are not affected.
describe.concurrent.each(PROTOCOLS)('DELETE over %s', (protocol) => {
  const idOf = (row: Row): string => `d${ROWS.indexOf(row)}`
  let baseten: BasetenEmulator
  let end: StepEnd

  beforeAll(async () => {
    const ids = ROWS.map(idOf)
    baseten = account([...ids, 'bystander'])
    for (const row of ROWS) {
      baseten.faults.push({
        ...row.fault,
        when: ({ method, path }) => method === 'DELETE' && path.endsWith(`/${idOf(row)}`),
      })
    }
    const url = await serveOver(baseten, protocol)
    const env = { NODE_EXTRA_CA_CERTS: caFile() }
    end = await runStep({ inputs: inputs(url, ids, { timeout: '20s' }), env })
  })

  it.for(ROWS)('$when', (row, { expect }) => {
    const id = idOf(row)
    const result = rows(end).find((one) => one.id === id)
    expect(result?.outcome).toBe(row.end)
    const log = visible(end).split('\n')
    const told = log.filter((line) => line.includes(`deployment ${id} of`)).join('\n')
    expect(told).toMatch(row.says)
    const sent = baseten.requests.filter(({ method, path }) => method === 'DELETE' && path.endsWith(`/${id}`))
    expect(sent).toHaveLength(row.sent)
    if (row.end === 'deleted' || row.end === 'already-gone') expect(baseten.world.deploymentIds('m1')).not.toContain(id)
  })

  it('nothing but the targets is touched, every output is true, and the step fails for those that did not end well', () => {
    expect(baseten.world.deploymentIds('m1')).toEqual(expect.arrayContaining(['live', 'bystander']))
    const deleted = ROWS.filter((row) => row.end === 'deleted').map(idOf)
    expect(JSON.parse(end.outputs['deleted-ids'] ?? '')).toEqual(deleted)
    expect(end.outputs).toMatchObject({
      'deleted-count': String(deleted.length),
      'failed-count': '4',
      status: 'failed',
    })
    expect(end.exitCode).toBe(1)
  })
})

describe.concurrent.each(PROTOCOLS.slice(1))('reading over %s', (protocol) => {
  it.each<[string, FaultKind[]]>([
    ['breaks and is cut off', [{ kind: 'reset-before' }, { kind: 'truncated' }]],
    ['brings a sign-in page and 64 MiB', [{ kind: 'html' }, { kind: 'huge' }]],
    [
      'is too often and too early',
      [
        { kind: 'status', status: 429 },
        { kind: 'status', status: 503, body: '<html>' },
      ],
    ],
  ])('%s: asked again, and no end is concluded from it', async (_what, faults) => {
    const baseten = account(['d1'])
    const isLook = (path: string) => path.endsWith('/d1')
    baseten.faults.push(
      ...faults.map((fault) => ({
        ...fault,
        when: ({ path, method }: { path: string; method: string }) => method === 'GET' && isLook(path),
      })),
    )
    const url = await serveOver(baseten, protocol)
    const end = await runStep({ inputs: inputs(url, ['d1']), env: { NODE_EXTRA_CA_CERTS: caFile() } })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    const looks = baseten.requests.filter(({ method, path }) => method === 'GET' && isLook(path))
    expect(looks.map(({ status }) => status).at(-1)).toBe(404)
    expect(looks.length).toBeGreaterThanOrEqual(3)
    expect(baseten.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  })
})

describe.concurrent('connections', () => {
  const IDS = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6']

  it.each<[string, Protocol]>([
    ['the only one there is', 'https'],
    ['one of a server that offers HTTP/2 and breaks it', 'https, HTTP/2 offered'],
  ])(
    '%s breaks under a DELETE: it is looked for before it is sent again, and the others go on',
    async (_what, protocol) => {
      const baseten = account(IDS)
      baseten.faults.push({
        kind: 'lost-answer',
        when: ({ method, path }) => method === 'DELETE' && path.endsWith('/d3'),
      })
      const url = await serveOver(baseten, protocol)
      const end = await runStep({ inputs: inputs(url, IDS), env: { NODE_EXTRA_CA_CERTS: caFile() } })
      expect([end.exitCode, end.outputs['deleted-count']]).toEqual([0, '5'])
      expect(rows(end).find(({ id }) => id === 'd3')?.outcome).toBe('already-gone')
      expect(visible(end)).toMatch(/had no clear answer: the connection to .* failed/)
      for (const id of IDS) {
        // What shows this one, and what deletes it, in the order in which it came.
        const story = baseten.requests
          .filter(({ path }) => path.endsWith('/deployments') || path.endsWith(`/${id}`))
          .map(({ method }) => method)
        expect(story.join(' ')).not.toContain('DELETE DELETE')
      }
    },
  )

  it('a server that closes the connection after each answer: nothing is lost and nothing is sent twice', async () => {
    const baseten = account(IDS)
    const closing = async (request: Request): Promise<Response> => {
      const response = await baseten.handle(request)
      response.headers.set('connection', 'close')
      return response
    }
    const url = await serveOver({ ...baseten, handle: closing }, 'http')
    const end = await runStep({ inputs: inputs(url, IDS) })
    expect([end.exitCode, end.outputs['deleted-count']]).toEqual([0, '6'])
    expect(baseten.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(6)
  })
})

describe.concurrent('a cache or a proxy in between', () => {
  it.each<[string, (response: Response) => Response]>([
    ['answers from its cache', (response) => changed(response, response.status, { age: '30' })],
    ['gives a part of the answer', (response) => changed(response, 206, {})],
    ['changes the answer', (response) => changed(response, 203, {})],
  ])('%s that nothing is there: read again, and only what the provider says counts', async (_what, spoil) => {
    const baseten = account(['d1'])
    const spoilt = new Set<string>()
    const handle = async (request: Request): Promise<Response> => {
      const response = await baseten.handle(request)
      const { pathname } = new URL(request.url)
      if (request.method !== 'GET' || spoilt.has(pathname)) return response
      spoilt.add(pathname)
      return spoil(Response.json(pathname.endsWith('/deployments') ? { deployments: [] } : await response.json()))
    }
    const url = await serveOver({ ...baseten, handle }, 'http')
    const end = await runStep({ inputs: inputs(url, ['d1']) })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    const reads = baseten.requests.filter(({ method }) => method === 'GET')
    expect(new Set(reads.map(({ headers }) => headers['cache-control']))).toEqual(new Set(['no-cache']))
    expect(baseten.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  })
})

function changed(response: Response, status: number, more: Record<string, string>): Response {
  return new Response(response.body, { status, headers: { ...Object.fromEntries(response.headers), ...more } })
}
