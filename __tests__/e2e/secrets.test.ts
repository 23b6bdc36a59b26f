import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { runStep, type StepEnd } from '../../demo/runner.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { encodingsOf, HEADER_SECRET, readableIn } from '../security/encodings.ts'
import { account, inputs, KEY, open, serveOver, visible } from './far-end.ts'

const ID = 'd748fdae9f88a9b0'

/** A server that sends everybody elsewhere; gives its origin and who came. */
async function redirecting(status: number, to: string) {
  const came: IncomingMessage[] = []
  const server = createServer((request, response) => {
    came.push(request)
    response.writeHead(status, { location: `${to}${request.url}` }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, came }
}

function placesOf(end: StepEnd): [string, string][] {
  return [
    ['the log with its debug lines', end.log.replaceAll(/^::add-mask::.*$/gm, '')],
    ['the outputs', Object.values(end.outputs).join('\n')],
    ['the job summary', end.summary],
    ['the files', Object.values(end.files).join('\n')],
    ['the state', JSON.stringify(end.state)],
  ]
}

const masksOf = ({ log }: StepEnd): string[] =>
  log.split('\n').flatMap((line) => (line.startsWith('::add-mask::') ? [line.slice('::add-mask::'.length)] : []))

describe.concurrent('the bundle and its secrets', () => {
  it('an API that tells the key in every encoding, in a name, in an error and in a tombstone: nowhere to be read', async () => {
    const baseten = account(['d1', 'd2'], { apiKeys: [HEADER_SECRET] })
    const words = encodingsOf(HEADER_SECRET).map(([, text]) => text)
    baseten.world.deployment('m1', 'd1').overrides = { name: words.join(' ') }
    const told = (extra: object) => JSON.stringify({ ...extra, message: words.join(' ') })
    const toDelete = (id: string) => (request: { method: string; path: string }) =>
      request.method === 'DELETE' && request.path.endsWith(`/${id}`)
    baseten.faults.push(
      {
        kind: 'status',
        status: 200,
        processed: true,
        body: told({ id: 'd1', deleted: true, model_id: 'm1' }),
        when: toDelete('d1'),
      },
      { kind: 'status', status: 403, body: told({ code: 'FORBIDDEN' }), times: 9, when: toDelete('d2') },
    )
    const url = await serveOver(baseten, 'http')
    const end = await runStep({ inputs: { ...inputs(url, ['d1', 'd2']), 'api-key': HEADER_SECRET } })
    expect(end.outputs['tombstones']).toContain('*** *** ***')
    expect(end.log).toContain('*** *** ***')
    for (const [place, text] of placesOf(end)) expect([place, readableIn(text, HEADER_SECRET)]).toEqual([place, []])
  })

  it('secrets of other steps, which stand in the environment, are never shown', async () => {
    const baseten = account(['d1'])
    const url = await serveOver(baseten, 'http')
    const env = { AWS_SECRET_ACCESS_KEY: 'of-another-step-0123', ACTIONS_STEP_DEBUG: 'true', RUNNER_DEBUG: '1' }
    const end = await runStep({ inputs: inputs(url, ['d1']), env })
    expect(end.exitCode).toBe(0)
    for (const [, text] of placesOf(end)) expect(text).not.toContain('of-another-step-0123')
    for (const { headers } of baseten.requests) expect(JSON.stringify(headers)).not.toContain('of-another-step-0123')
  })

  it('a pretty-printed service key: works, its brackets are not masked by us, and the fix is told', async () => {
    const sap = createSapEmulator({ stopMs: 100, deleteMs: 100 })
    sap.world.add({ id: ID, status: 'STOPPED' })
    const url = await serveOver(sap, 'http')
    const key = JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT), null, 2)
    const end = await runStep({ inputs: { provider: 'sap-ai-core', 'deployment-id': ID, 'service-key': key } })
    expect(end.exitCode).toBe(0)
    expect(visible(end)).toMatch(/^::notice::'service-key' has several lines\..*one line.*AICORE_CLIENT_SECRET/m)
    expect(masksOf(end)).toContain(DEFAULT_CLIENT.clientsecret)
    // A runner that was told to hide a bracket hides every bracket of the log.
    expect(masksOf(end).filter((mask) => mask.length < 6)).toEqual([])
  })

  it('what a deferred step leaves for the end of the job holds no secret', async () => {
    const end = await runStep({ inputs: inputs('http://127.0.0.1:9', ['d1'], { defer: 'true' }) })
    expect(end.state).toEqual({ deferred: 'true' })
    for (const [, text] of placesOf(end)) expect(text).not.toContain(KEY)
  })

  it('a token URL that redirects: the client secret stays where it was sent', async () => {
    const sap = createSapEmulator()
    const elsewhere = await serveOver(sap, 'http')
    const { url, came } = await redirecting(307, elsewhere)
    const key = JSON.stringify({ ...sapServiceKey(elsewhere, DEFAULT_CLIENT), url })
    const end = await runStep({ inputs: { provider: 'sap-ai-core', 'deployment-id': ID, 'service-key': key } })
    expect(end.exitCode).toBe(1)
    expect(visible(end)).toMatch(/SAP gave no token: POST \/oauth\/token answered HTTP 307/)
    expect(came.length).toBeGreaterThan(0)
    expect(sap.requests).toEqual([])
  })

  it('a GitHub API that redirects to another host: the token does not follow', async () => {
    const elsewhere: IncomingMessage[] = []
    const server = createServer((request, response) => {
      elsewhere.push(request)
      response.writeHead(200, { 'content-type': 'application/json' }).end('[]')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve))
    open.push(() => server.close().closeAllConnections())
    const { port } = server.address() as AddressInfo
    const github = await redirecting(302, `http://127.0.0.2:${port}`)
    const baseten = account(['d1'])
    const url = await serveOver(baseten, 'http')
    const end = await runStep({
      inputs: inputs(url, ['d1'], { 'github-token': 'ghs_0123456789abcdef', 'github-environment': 'pr-1' }),
      env: { GITHUB_API_URL: github.url, GITHUB_REPOSITORY: 'octo/hello' },
    })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    expect(github.came[0]?.headers['authorization']).toContain('ghs_0123456789abcdef')
    for (const { headers } of elsewhere) expect(JSON.stringify(headers)).not.toContain('ghs_0123456789abcdef')
  })
})
