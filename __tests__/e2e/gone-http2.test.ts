import { connect } from 'node:http2'
import { describe, it } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import { selfSigned } from '../../emulators/sap-ai-core/certificate.ts'
import { serve } from '../../emulators/serve.ts'
import { caFile } from './far-end.ts'
import { CASES, inFront, inputsOf } from './gone-accounts.ts'

/**
 * Gateways that offer HTTP/2. There, a client library may repeat by itself what a stream was refused for, or what was above the last
 * stream of a GOAWAY. The built action does not take HTTP/2, for every provider in both forms.
 */

const ID = 'pr-1'
const certificate = selfSigned('localhost')

/** What a client that takes HTTP/2 gets for a DELETE. */
function deleteOverHttp2(url: string): Promise<string> {
  return new Promise((resolve) => {
    const session = connect(url, { ca: certificate.cert })
    session.on('goaway', () => resolve('GOAWAY'))
    session.on('error', () => {})
    const stream = session.request({ ':method': 'DELETE', ':path': `/v1/models/m1/deployments/${ID}` })
    stream.on('error', (error) => resolve(error.message))
    stream.on('close', () => session.close())
  })
}

describe.concurrent.each(CASES)('$provider, $form: a gateway that offers HTTP/2 beside HTTP/1.1', ({ form, open }) => {
  it.for([
    ['refuses streams', /NGHTTP2_REFUSED_STREAM/],
    ['goes away', /GOAWAY/],
  ] as const)('%s: every connection is HTTP/1.1, and DELETE reaches it once', async ([http2, answer], context) => {
    const { expect, onTestFinished } = context
    const account = open([ID])
    const protocols: string[] = []
    const sent: string[] = []
    const tls = { ...certificate, http2, onProtocol: (name: string) => protocols.push(name) }
    const far = inFront(account.emulator, (_call, proceed) => proceed(), sent)
    const { url, close } = await serve(far, { tls })
    onTestFinished(close)
    // It is what it says.
    expect(await deleteOverHttp2(url)).toMatch(answer)
    expect(protocols.splice(0)).toEqual(['h2'])

    const env = { NODE_EXTRA_CA_CERTS: caFile(certificate) }
    const { exitCode, outputs } = await runStep({ inputs: inputsOf(account, form, url), env })
    expect({ exitCode, status: outputs['status'] }).toEqual({ exitCode: 0, status: 'deleted' })
    expect(new Set(protocols)).toEqual(new Set(['http/1.1']))
    expect(sent.filter((line) => line.startsWith('DELETE'))).toHaveLength(1)
    expect(account.has(ID)).toBe(false)
  })
})

describe.concurrent.each(CASES)('$provider, $form: a gateway that speaks HTTP/2 alone', ({ form, open }) => {
  it('fails at once, names the host, and says what to do', async ({ expect, onTestFinished }) => {
    const account = open([ID])
    const sent: string[] = []
    const tls = { ...certificate, http2: 'alone' } as const
    const { url, close } = await serve(
      inFront(account.emulator, (_call, proceed) => proceed(), sent),
      { tls },
    )
    onTestFinished(close)
    const env = { NODE_EXTRA_CA_CERTS: caFile(certificate) }
    const startedAt = Date.now()
    const { exitCode, outputs, log } = await runStep({ inputs: inputsOf(account, form, url), env })
    expect({ exitCode, status: outputs['status'], sent }).toEqual({ exitCode: 1, status: 'failed', sent: [] })
    expect(log).toMatch(
      new RegExp(`^::error.*${new URL(url).host} does not speak HTTP/1.1 .*let it offer that beside HTTP/2`, 'm'),
    )
    expect(Date.now() - startedAt).toBeLessThan(60_000)
  })
})
