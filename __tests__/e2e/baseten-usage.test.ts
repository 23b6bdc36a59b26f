import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../sweep/accounts.ts'
import { outcomesOf, useBasetenOnLoopback } from './baseten-account.ts'

/** The real clock: what the bundle runs on. */
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

describe('the bundle against Baseten on loopback: labels, use and costs', () => {
  const serveAccount = useBasetenOnLoopback()

  async function account(options: Parameters<typeof serveAccount>[0] = {}) {
    const served = await serveAccount({ quietSeries: 'zero', ...options })
    const { world } = served
    world.addModel({ id: 'm1', name: 'llama' })
    world.addDeployment('m1', { id: 'live', name: 'main', production: true, createdAt: ago(90 * DAY) })
    const add = (id: string, labels: Record<string, unknown> | null) =>
      world.addDeployment('m1', { id, name: `pr-${id}`, labels, createdAt: ago(60 * DAY) })
    add('idle', { team: 'ml', pr: 42 })
    add('used', { team: 'ml', keep: false })
    add('kept', { team: 'ml', keep: true })
    add('other', { team: 'web' })
    world.traffic.serve('used', 3, { at: Date.now() - 2 * DAY })
    world.traffic.serve('idle', 3, { at: Date.now() - 9 * DAY })
    return served
  }

  it('deletes what has the labels and had no request for a week, and says what that stops', async () => {
    const { run, writes } = await account()
    const end = await run({ label: 'team=ml\n!keep=true', 'unused-for': '7d', 'model-id': 'm1' })
    expect(end.exitCode).toBe(0)
    expect(writes()).toEqual(['DELETE /v1/models/m1/deployments/idle'])
    expect(outcomesOf(end)).toEqual(['idle deleted', 'used kept'])
    expect(end.outputs['cost-per-hour']).toBe('1.2072')
    expect(JSON.parse(end.outputs['results'] ?? '')).toMatchObject([
      { id: 'idle', costPerHour: 1.2072 },
      { id: 'used', costPerHour: 1.2072, reason: '3 requests in the last 7 days' },
    ])
    expect(end.log).toContain('which stops $1.21 an hour')
    expect(end.summary).toContain('Stops &#36;1.21 an hour, about &#36;881 a month, at list price.')
  })

  it('keeps all of it where the key may read neither metrics nor the bill', async () => {
    const { run, writes, world } = await account()
    for (const key of world.keys.values()) Object.assign(key, { metrics: false, billing: false })
    const end = await run({ name: 'pr-*', 'unused-for': '7d', 'model-id': 'm1' })
    expect(end.exitCode).toBe(0)
    expect(writes()).toEqual([])
    expect(outcomesOf(end).every((outcome) => outcome.endsWith(' kept'))).toBe(true)
    expect(end.log).toContain('its use cannot be read: the key may not read metrics')
  })

  it('keeps what had a request between the plan and its deletion', async () => {
    let asked = 0
    const { run, writes, world } = await account({
      before: (_method, path) => {
        if (path.includes('/idle/metrics') && ++asked === 2) world.traffic.serve('idle', 1, { at: Date.now() - 1 })
      },
    })
    const end = await run({ label: 'pr=42', 'unused-for': '7d', 'model-id': 'm1' })
    expect(writes()).toEqual([])
    expect(outcomesOf(end)).toEqual(['idle kept'])
    expect(end.log).toContain('1 request since the plan was made')
  })

  it('warns of an exact ID that is in use, and marks it in a dry run of a sweep', async () => {
    const { run, world } = await account()
    world.traffic.serve('used', 214, { at: Date.now() - HOUR / 2 })
    const exact = await run({ 'model-id': 'm1', 'deployment-id': 'used', 'dry-run': 'true' })
    expect(exact.log).toMatch(/::warning::deployment used of model m1.* is in use: 214 requests in the last hour/)
    const sweep = await run({ 'model-id': 'm1', name: 'pr-used', 'dry-run': 'true' })
    expect(sweep.log).toContain('in use: 214 requests in the last hour')
    expect(sweep.outputs).toMatchObject({ status: 'planned', 'cost-per-hour': '1.2072' })
  })

  it.each([
    ['label', { label: 'team' }],
    ['label', { label: 'team=' }],
    ['unused-for', { name: 'pr-*', 'unused-for': '2h' }],
  ])('fails on a wrong %s, and asks nothing', async (input, inputs) => {
    const { run, sent } = await account()
    const end = await run({ 'model-id': 'm1', ...inputs })
    expect(end.exitCode).toBe(1)
    expect(end.log).toContain(`::error::'${input}'`)
    expect(sent()).toEqual([])
  })
})
