import { describe, expect, it } from 'vitest'
import { DEFAULT_CLIENT } from '../../emulators/sap-ai-core.ts'
import type { Acted } from '../support/act.ts'
import { ago, DAY, sapAccount } from '../sweep/accounts.ts'

const ID = 'd748fdae9f88a9b0'

const infos = ({ log }: Acted) =>
  log.flatMap((line) => (line.startsWith('info: ') ? [line.slice('info: '.length)] : []))
const groups = ({ log }: Acted) =>
  log.flatMap((line) => (line.startsWith('group: ') ? [line.slice('group: '.length)] : []))

/** The time in ms that a line of progress begins with: `[1m 29s]`. */
function timeOf(line: string): number | undefined {
  const [, minutes, seconds, exact] = /^\[(?:(\d+)m (\d\d)s|([\d.]+) s|\d+ ms)\]/.exec(line) ?? []
  if (minutes !== undefined) return (Number(minutes) * 60 + Number(seconds)) * 1000
  if (exact !== undefined) return Number(exact) * 1000
  return line.startsWith('[') ? 0 : undefined
}

/** Deployments that take so long to stop. */
function slow(stopMs: number, count = 1) {
  const account = sapAccount({ stopMs, deleteMs: 5000 })
  const ids = Array.from({ length: count }, (_, n) => `d${String(n).padStart(15, '0')}`)
  for (const [n, id] of ids.entries()) {
    account.world.add({
      id,
      status: n === 0 && count > 1 ? 'STOPPED' : 'RUNNING',
      configurationName: `x-${n}`,
      createdAt: ago(DAY),
    })
  }
  return { ...account, ids }
}

describe('the log of a run', () => {
  it('has a line for each change, and none for a look that shows the same', async () => {
    const account = slow(25_000)
    const acted = await account.run({ 'deployment-id': account.ids.join() })
    const looks = account.emulator.requests.filter(({ method }) => method === 'GET').length
    expect(looks).toBeGreaterThan(20)
    expect(
      infos(acted)
        .filter((line) => line.startsWith('['))
        .map((line) => line.replace(/^\[.*?\] deployment \S+ in resource group default \(x-0\): /, '')),
    ).toEqual([
      'is RUNNING and must be stopped first → stop',
      'stop accepted',
      'is STOPPING → wait until it is stopped',
      expect.stringContaining('still waiting for 1 target: 1 STOPPING'),
      'is STOPPED → delete',
      'delete accepted',
      'is being deleted → wait until it is gone',
      expect.stringMatching(/^deleted after .* confirmed gone$/),
    ])
  })

  it('while nothing changes there is a sign of life at least every 30 s, with counts and the elapsed time, and not one a look', async () => {
    const account = slow(9 * 60_000, 4)
    const acted = await account.run({ 'deployment-id': account.ids.join() })
    const lines = infos(acted).filter((line) => line.startsWith('['))
    const times = lines.map((line) => timeOf(line) ?? Number.NaN)
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000)

    const beats = lines.filter((line) => line.includes('still waiting'))
    expect(beats.length).toBeGreaterThanOrEqual(17)
    expect(beats.length).toBeLessThanOrEqual(28)
    expect(beats.at(-1)).toMatch(/^\[[89]m \d\ds\] still waiting for 3 of 4 targets: 3 STOPPING$/)
  })

  it('is in groups: the classes of the plan, then the deletion', async () => {
    const account = slow(1000, 2)
    expect(groups(await account.run({ name: 'x-*', protect: 'x-1' }))).toEqual([
      'Selected (1)',
      'Kept: protected (1)',
      'Deleting',
    ])
    expect(groups(await account.run({ 'deployment-id': account.ids.join(), 'dry-run': 'true' }))).toEqual(['Checking'])
  })

  it('begins with what will happen and ends with what did', async () => {
    const account = slow(1000)
    const lines = infos(await account.run({ 'deployment-id': account.ids.join(), timeout: '5m' }))
    expect(lines[0]).toMatch(/^Undeploy \d.*sap-ai-core, resource group default: deployment d0+ \(timeout 5m 00s\)$/)
    expect(lines.at(-1)).toMatch(/^Undeploy: 1 deleted in [\d.]+ s$/)
  })

  it('a dry run says first that it is one', async () => {
    const account = slow(1000)
    expect(infos(await account.run({ name: 'x-*', 'dry-run': 'true' }))[0]).toMatch(
      /Dry run, nothing will be changed. sap-ai-core, resource group default: deployments named x-\* \(timeout/,
    )
  })
})

describe('the debug log', () => {
  it('has a line for every request to the provider: method, path, status, time and request ID', async () => {
    const account = slow(2000)
    const { debug } = await account.run({ 'deployment-id': account.ids.join() })
    const sent = account.emulator.requests.map(({ method, path, status }) => `${method} ${path}: ${status}`)
    expect(debug.map((line) => line.replace(/ in .*/, ''))).toEqual(sent)
    expect(
      debug.filter((line) => !/ in [\d.]+ m?s \(request e0000000-0000-4000-8000-[0-9a-f]{12}\)$/.test(line)),
    ).toEqual([])
  })

  it('says why a request failed', async () => {
    const account = slow(2000)
    account.emulator.faults.push({ kind: 'reset-before', when: ({ method }) => method === 'PATCH' })
    const { debug } = await account.run({ 'deployment-id': account.ids.join() })
    expect(debug.join('\n')).toMatch(
      /^PATCH \/v2\/lm\/deployments\/d0+: the connection to \S+ failed \(ECONNRESET\) in /m,
    )
  })

  it('holds no header and no secret', async () => {
    const account = slow(2000)
    const { debug, masked, log } = await account.run({ 'deployment-id': account.ids.join() })
    const text = [...debug, ...log].join('\n')
    const token = account.emulator.requests.at(-1)?.headers['authorization']?.replace('Bearer ', '') ?? ''
    expect(token.length).toBeGreaterThan(10)
    for (const secret of [token, DEFAULT_CLIENT.clientsecret ?? '-', ...masked]) expect(text).not.toContain(secret)
    expect(text).not.toMatch(/authorization|bearer/i)
  })

  it('no request, no line', async () => {
    const { debug } = await sapAccount().run({ 'deployment-id': ID, 'dry-run': '' })
    expect(debug).toEqual([])
  })
})
