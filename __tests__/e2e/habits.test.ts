import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Tried, tryStep } from './habit-world.ts'

type With = Readonly<Record<string, string>>

/** A line of the tables in docs/sweeps.md under "What you write, what happens". */
interface Row {
  written: string
  inputs: With
  kind: string
  text: string
}

/** What stands around the line: without it, the step would not be complete. */
const AROUND: Readonly<Record<string, With>> = {
  Inputs: { name: 'PR-*' },
  IDs: {},
  Patterns: {},
  Labels: {},
  Guards: { name: 'PR-*' },
}

const page = readFileSync('docs/sweeps.md', 'utf8').split('## What you write, what happens')[1]?.split('\n## ')[0] ?? ''

function rowsOf(title: string): Row[] {
  const table = page.split(`### ${title}\n`)[1]?.split('\n### ')[0] ?? ''
  return [...table.matchAll(/^\| (`.*`) \| ([a-z]+): (.*) \|$/gm)].map(([, written = '', kind = '', text = '']) => ({
    written,
    inputs: inputsOf(written),
    kind,
    text: text.replace(/\\([|*])/g, '$1'),
  }))
}

/** `` `name: value` with `name: value` ``. */
function inputsOf(written: string): With {
  const spans = [...written.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span)
  return Object.fromEntries(
    spans.map((span) => {
      const [name = '', ...rest] = span.split(':')
      return [name, rest.join(':').trim().replaceAll(' ⏎ ', '\n').replaceAll('\\|', '|')]
    }),
  )
}

/** Everything that was printed for people, without the marks of the commands. */
function saidBy({ log }: Tried): string {
  return log.replaceAll('%25', '%').replaceAll('%0A', ' ')
}

describe.concurrent.each(Object.keys(AROUND))('What you write, what happens: %s', (title) => {
  const rows = rowsOf(title)

  it('is a table', () => {
    expect(rows.length).toBeGreaterThan(10)
  })

  it.each(rows)('$written: $kind: $text', async ({ inputs, kind, text }) => {
    const around = 'deployment-id' in inputs ? {} : AROUND[title]
    const tried = await tryStep({ ...around, ...inputs })
    const said = saidBy(tried)
    switch (kind) {
      case 'error':
        expect({ exitCode: tried.exitCode, writes: tried.writes, status: tried.outputs['status'] }).toEqual({
          exitCode: 1,
          writes: [],
          status: 'failed',
        })
        expect(said).toContain(text)
        expect(said).toMatch(/^::error::/m)
        break
      case 'warning':
      case 'notice':
        expect(tried.exitCode).toBe(0)
        expect(
          said
            .split('\n')
            .filter((line) => line.startsWith(`::${kind}::`))
            .join('\n'),
        ).toContain(text)
        break
      case 'deleted':
        expect(tried.exitCode).toBe(0)
        expect(tried.writes).toHaveLength(2)
        break
      default:
        throw new Error(`'${kind}' is not known here`)
    }
  })
})
