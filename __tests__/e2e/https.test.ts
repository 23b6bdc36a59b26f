import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { runStep, startStep } from '../../demo/runner.ts'
import { type Certificate, selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'
import { account, caFile, inputs, KEY, open, type Protocol, serveOver, visible } from './far-end.ts'

describe.concurrent('https with a CA of one’s own', () => {
  it.each<Protocol>(['https', 'https, HTTP/2 offered'])('%s: NODE_EXTRA_CA_CERTS is all it takes', async (protocol) => {
    const baseten = account(['d1'])
    const url = await serveOver(baseten, protocol)
    const end = await runStep({ inputs: inputs(url, ['d1']), env: { NODE_EXTRA_CA_CERTS: caFile() } })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
    // All requests of a run share few connections, and each carries the key.
    expect(new Set(baseten.requests.map(({ headers }) => headers['authorization']))).toEqual(
      new Set([`Api-Key ${KEY}`]),
    )
  })

  it('token and API of SAP, both over https', async () => {
    const sap = createSapEmulator({ stopMs: 100, deleteMs: 100 })
    sap.world.add({ id: 'd748fdae9f88a9b0', status: 'RUNNING' })
    const url = await serveOver(sap, 'https, HTTP/2 offered')
    const key = JSON.stringify(sapServiceKey(url, DEFAULT_CLIENT))
    const end = await runStep({
      inputs: { provider: 'sap-ai-core', 'deployment-id': 'd748fdae9f88a9b0', 'service-key': key },
      env: { NODE_EXTRA_CA_CERTS: caFile() },
    })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
  })
})

describe.concurrent('a server that cannot prove who it is gets no request, and so no key', () => {
  const year = (digits: string) => `${digits}0101000000Z`

  it.each<[string, Certificate, boolean, string, RegExp]>([
    [
      'nobody vouches for it',
      selfSigned('localhost'),
      false,
      '127.0.0.1',
      /the certificate of 127\.0\.0\.1:\d+ is not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT\): .* PEM file in NODE_EXTRA_CA_CERTS/,
    ],
    ['its certificate has expired', selfSigned('localhost', { to: year('20') }), true, '127.0.0.1', /CERT_HAS_EXPIRED/],
    ['it is not valid yet', selfSigned('localhost', { from: year('48') }), true, '127.0.0.1', /CERT_NOT_YET_VALID/],
    ['it is for another host', selfSigned('localhost'), true, '127.0.0.2', /ERR_TLS_CERT_ALTNAME_INVALID/],
  ])('%s', async (_what, certificate, isTrusted, host, code) => {
    const baseten = account(['d1'])
    const { url, close } = await serve(baseten, { host, tls: certificate })
    open.push(close)
    const env = isTrusted ? { NODE_EXTRA_CA_CERTS: caFile(certificate) } : {}
    const end = await runStep({ inputs: inputs(url, ['d1']), env })
    expect([end.exitCode, end.outputs['status']]).toEqual([1, 'failed'])
    // Final at once: the timeout is 15 minutes.
    expect(visible(end)).toMatch(code)
    expect(visible(end).match(new RegExp(code, 'g'))?.length).toBeLessThanOrEqual(3)
    expect(baseten.requests).toEqual([])
  })

  it('certificates are not checked at all because NODE_TLS_REJECT_UNAUTHORIZED says so: told in a notice', async () => {
    const baseten = account(['d1'])
    const url = await serveOver(baseten, 'https', selfSigned('localhost'))
    const end = await runStep({ inputs: inputs(url, ['d1']), env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })
    expect(end.exitCode).toBe(0)
    expect(visible(end)).toMatch(/^::notice::NODE_TLS_REJECT_UNAUTHORIZED is 0, .*NODE_EXTRA_CA_CERTS/m)
  })
})

describe.concurrent('a host that takes the connection and says nothing, not even hello', () => {
  async function silentHost() {
    let taken = 0
    const server = createServer((socket) => {
      taken += 1
      socket.on('error', () => undefined)
      open.push(() => socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    open.push(() => server.close())
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    return { url: `https://127.0.0.1:${port}`, taken: () => taken }
  }

  it('the step ends at its deadline, with every output', async () => {
    const { url } = await silentHost()
    const end = await runStep({ inputs: inputs(url, ['d1'], { timeout: '1s' }) })
    expect([end.exitCode, end.outputs['status']]).toEqual([1, 'timed-out'])
  })

  it('a cancelled step ends within the time the runner gives it, with every output', async () => {
    const { url, taken } = await silentHost()
    const { ended, cancel } = await startStep({ inputs: inputs(url, ['d1']) })
    while (taken() === 0) await sleep(20)
    expect(await cancel()).toEqual(['SIGINT'])
    expect((await ended).outputs['status']).toBe('cancelled')
  })
})
