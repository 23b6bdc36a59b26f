import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Transport } from '../../src/http/transport.ts'
import { act } from '../support/act.ts'

/** Answers every list with another page of entries that were never shown before. */
function endless(page: (from: number) => unknown, size: number): { transport: Transport; shown: () => number } {
  let shown = 0
  const transport: Transport = async () => {
    if (shown > 1_000_000) throw new Error('it is still asked')
    const body = JSON.stringify(page(shown))
    shown += size
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Readable.from([Buffer.from(body)]) }
  }
  return { transport, shown: () => shown }
}

const entries = <T>(count: number, entry: (at: number) => T) => Array.from({ length: count }, (_, at) => entry(at))

describe('a list that never ends is given up before it fills the memory, and nothing is deleted', () => {
  it.each([
    [
      'SAP AI Core',
      { provider: 'sap-ai-core', token: 'token-0123456', 'api-url': 'https://api.example.com' },
      endless((from) => ({ resources: entries(10_000, (at) => ({ id: `d${from + at}`, status: 'RUNNING' })) }), 10_000),
      200_000,
    ],
    [
      'Alibaba Model Studio',
      { provider: 'alibaba-model-studio', 'api-key': 'sk-emulated' },
      endless(
        (from) => ({
          output: { deployments: entries(100, (at) => ({ deployed_model: `m${from + at}`, status: 'RUNNING' })) },
        }),
        100,
      ),
      100_000,
    ],
    [
      'Alibaba Model Studio, with pages longer than asked for',
      { provider: 'alibaba-model-studio', 'api-key': 'sk-emulated' },
      endless(
        (from) => ({
          output: { deployments: entries(20_000, (at) => ({ deployed_model: `m${from + at}`, status: 'RUNNING' })) },
        }),
        20_000,
      ),
      100_000,
    ],
  ])('%s', { timeout: 60_000 }, async (_name, inputs, { transport, shown }, most) => {
    const { ok, outputs, log } = await act({ inputs: { ...inputs, name: 'pr-*' }, transport })
    expect([ok, outputs['status'], outputs['deleted-count']]).toEqual([false, 'failed', '0'])
    expect(log.join('\n')).toContain(`goes on after ${most} entries`)
    // Like any other list that is not as documented, it is read three times.
    expect(shown()).toBe(3 * most)
  })
})
