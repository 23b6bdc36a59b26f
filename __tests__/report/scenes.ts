import type { Acted } from '../support/act.ts'
import { ago, basetenAccount, DAY, HOUR, sapAccount } from '../sweep/accounts.ts'

const SWEEP = { name: 'pr-{pr}-*', 'older-than': '6h', protect: '*-demo' }

/** One SAP deployment that runs, is stopped and then deleted. */
export async function oneTarget(): Promise<Acted> {
  const { world, run } = sapAccount({ stopMs: 21_000, deleteMs: 9000 })
  world.add({ id: 'd748fdae9f88a9b0', status: 'RUNNING', configurationName: 'pr-42-summariser', createdAt: ago(DAY) })
  return run({ 'deployment-id': 'd748fdae9f88a9b0' })
}

/** Production on Baseten, named by its ID. */
export async function refused(): Promise<Acted> {
  const { world, run } = basetenAccount()
  const model = world.addModel({ id: 'q2w8xz1', name: 'llama-chat' })
  world.addDeployment(model.id, { id: 'w5d1kk9', name: 'main', production: true })
  world.addDeployment(model.id, { id: 'qv7m3p2', name: 'PR-42_1a2b3c4' })
  return run({ 'model-id': model.id, 'deployment-id': 'w5d1kk9' })
}

/** A nightly sweep of SAP: most of it goes, one deployment does not stop in time. */
export async function nightlySweep(more: Readonly<Record<string, string>> = {}): Promise<Acted> {
  const { world, github, run } = sapAccount({ stopMs: 20_000, deleteMs: 8000 })
  for (const number of [41, 42, 57, 60]) github.world.addPull({ number, state: number === 57 ? 'OPEN' : 'MERGED' })
  const add = (id: string, name: string, age: number, more = {}) =>
    world.add({ id, status: 'RUNNING', configurationName: name, createdAt: ago(age), ...more })
  add('d1f0a6b2c3d4e5f6', 'pr-41-summariser', 9 * DAY)
  add('d2a7c1e8b9f0d3a4', 'pr-41-embedder', 9 * DAY, { status: 'STOPPED' })
  add('d3b8d2f9c0a1e4b5', 'pr-42-summariser', 3 * DAY + 4 * HOUR, { behaviour: { stopMs: 47_000 } })
  add('d4c9e3a0d1b2f5c6', 'pr-42-reranker', 3 * DAY + 4 * HOUR, { behaviour: { stopEnds: 'STUCK' } })
  add('d5d0f4b1e2c3a6d7', 'pr-57-summariser', 2 * DAY)
  add('d6e1a5c2f3d4b7e8', 'pr-60-summariser', 2 * HOUR)
  add('d7f2b6d3a4e5c8f9', 'pr-41-demo', 20 * DAY)
  add('d8a3c7e4b5f6d9a0', 'summariser-production', 90 * DAY)
  return run({ ...SWEEP, timeout: '2m', ...more })
}

/** The same, cancelled while the deployments stop. */
export async function cancelledSweep(): Promise<Acted> {
  const { world, clock, run } = sapAccount({ stopMs: 20_000, deleteMs: 8000 })
  const cancel = new AbortController()
  const add = (id: string, name: string, more = {}) =>
    world.add({ id, configurationName: name, createdAt: ago(DAY), ...more })
  add('d1f0a6b2c3d4e5f6', 'load-test-1', { status: 'STOPPED' })
  add('d2a7c1e8b9f0d3a4', 'load-test-2', { status: 'RUNNING' })
  add('d3b8d2f9c0a1e4b5', 'load-test-3', { status: 'RUNNING', behaviour: { stopMs: 3000 } })
  clock.at(15_000, () => cancel.abort())
  return run({ 'deployment-id': 'd1f0a6b2c3d4e5f6, d2a7c1e8b9f0d3a4, d3b8d2f9c0a1e4b5' }, { cancelled: cancel.signal })
}

/** More selected than 'max-deletions' allows. */
export async function capped(): Promise<Acted> {
  const { world, run } = sapAccount()
  for (let n = 1; n <= 3; n++) {
    world.add({ id: `d00000000000000${n}`, status: 'RUNNING', configurationName: `test-${n}`, createdAt: ago(n * DAY) })
  }
  return run({ name: 'test-*', 'max-deletions': '2' })
}

/** Wrong inputs. */
export async function mistakes(): Promise<Acted> {
  const { run } = sapAccount()
  return run({ 'dry-run': '', timeout: 'soon', name: 'pr-*', 'deployment-id': 'd748fdae9f88a9b0' })
}

/** Left to the end of the job. */
export async function deferred(): Promise<Acted> {
  const { run } = sapAccount()
  return run({ 'deployment-id': 'd748fdae9f88a9b0, d2a7c1e8b9f0d3a4', defer: 'true' })
}

/** A thousand deployments of one resource group: a few are refused or vanish by themselves. */
export async function thousand(): Promise<Acted> {
  const { world, run } = sapAccount({ stopMs: 5000, deleteMs: 3000 })
  for (let n = 1; n <= 1000; n++) {
    const id = `d${n.toString(16).padStart(15, '0')}`
    const status = n % 250 === 0 ? 'UNKNOWN' : n % 5 === 0 ? 'STOPPED' : 'RUNNING'
    world.add({ id, status, configurationName: `load-test-${n}`, createdAt: ago(DAY + n * 60_000) })
  }
  return run({ name: 'load-test-*', 'max-deletions': '1000', timeout: '30m' })
}
