import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import { selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import { createSapEmulator, type SapEmulator, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { serve } from '../../emulators/serve.ts'

const ID = 'd748fdae9f88a9b0'
const client = { clientid: 'sb-x509!b1|aicore!b540', certificate: true as const }
const server = selfSigned('localhost')
const ours = selfSigned('undeploy')

/** The bundle against a real TLS server that asks for the client certificate and knows only ours. */
describe('SAP AI Core over mutual TLS', () => {
  let temp = ''
  let sap: SapEmulator
  let served: Awaited<ReturnType<typeof serve>>

  beforeAll(async () => {
    temp = await mkdtemp(join(tmpdir(), 'undeploy-x509-'))
    await writeFile(join(temp, 'ca.pem'), server.cert)
    sap = createSapEmulator({ stopMs: 200, deleteMs: 200, clients: [client] })
    served = await serve(sap, { tls: { key: server.key, cert: server.cert, ca: ours.cert, requestCert: true } })
  })
  afterAll(async () => {
    await served.close()
    await rm(temp, { recursive: true, force: true })
  })

  const step = (x509: { cert: string; key: string }) =>
    runStep({
      inputs: {
        provider: 'sap-ai-core',
        'deployment-id': ID,
        'service-key': JSON.stringify(sapServiceKey(served.url, client, { certificate: x509.cert, key: x509.key })),
      },
      env: { NODE_EXTRA_CA_CERTS: join(temp, 'ca.pem') },
    })

  it('a token by certificate, no secret sent, and the deployment is deleted; the key is nowhere to be seen', async () => {
    sap.world.add({ id: ID, status: 'RUNNING', createdAt: '2024-09-20T11:31:24Z' })
    const { exitCode, outputs, log, summary } = await step(ours)
    expect(exitCode).toBe(0)
    expect(outputs['status']).toBe('deleted')
    expect(sap.world.has(ID)).toBe(false)
    const token = sap.requests.find(({ path }) => path === '/oauth/token')
    expect(token?.body).not.toContain('client_secret')
    const [, line = 'no key'] = ours.key.split('\n')
    const visible = log.split('\n').filter((each) => !each.startsWith('::add-mask::'))
    expect([...visible, summary, ...Object.values(outputs)].join('\n')).not.toContain(line)
  })

  it('a certificate the server does not know gives no token, and nothing is sent to the API', async () => {
    const before = sap.requests.length
    const { exitCode, log } = await step(selfSigned('stranger'))
    expect(exitCode).toBe(1)
    expect(log).toContain('SAP gave no token')
    expect(sap.requests.slice(before).every(({ path }) => path === '/oauth/token')).toBe(true)
  })
})
