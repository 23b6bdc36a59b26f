import { expect } from 'vitest'
import { type Rehearsed, rehearse } from '../../emulators/rehearse.ts'
import { createSeededEmulators, type SeededEmulators } from '../../emulators/seeded.ts'
import { fileOf } from '../docs/files.ts'

/** A workflow carried out against the emulators. */
export interface Tried {
  steps: Rehearsed[]
  emulators: SeededEmulators
}

/** Carries out the steps of a workflow that use the action, with what each expression stands for. */
export async function tryWorkflow(text: string, values: Readonly<Record<string, string>> = {}): Promise<Tried> {
  const emulators = createSeededEmulators({ sapStopMs: 200, sapDeleteMs: 200, alibabaDeleteMs: 200 })
  return { steps: await rehearse(text, { values, emulators }), emulators }
}

/** The same for an example. */
export function tryExample(name: string, values: Readonly<Record<string, string>> = {}): Promise<Tried> {
  return tryWorkflow(fileOf(`examples/${name}.yml`).text, values)
}

/** Every step succeeded and deleted these IDs and no other, at the end of the job where it was left to that. */
export function expectDeleted({ steps }: Tried, ...ids: string[][]): void {
  const ends = steps.map(({ main, post }) => post ?? main)
  expect(ends.map(({ exitCode, outputs }) => [exitCode, JSON.parse(outputs['deleted-ids'] ?? '').sort()])).toEqual(
    ids.map((each) => [0, each]),
  )
}
