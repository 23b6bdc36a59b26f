import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { JSDOM } from 'jsdom'
import type { TargetEvent } from '../src/providers/history.ts'
import { timelineOf } from '../src/report/timeline.ts'
import type { Result } from '../src/teardown/result.ts'

// The timeline of the summary against real Mermaid: which version GitHub runs is not documented, so both major versions.

const START = Date.UTC(2026, 10, 28, 12)

/** Names that mean something to Mermaid's gantt, and characters that end or open something in it. */
const NAMES = [
  ...[
    'click',
    'call x',
    'gantt',
    'topAxis',
    'section x',
    'title x',
    'todayMarker off',
    'weekday monday',
    'excludes all',
  ],
  ...[
    'dateFormat X',
    'axisFormat %Y',
    'tickInterval 1day',
    'accTitle: x',
    'accDescr { x }',
    'includes',
    'inclusiveEndDates',
  ],
  ...[
    '2026-11-28 later',
    '2026',
    '%% comment',
    '%%{init: {}}%%',
    'a:b',
    'a;b',
    'a#b',
    'x --> y',
    '```',
    '"quoted"',
    "it's",
  ],
  ...[
    'constructor',
    '__proto__',
    'toString',
    'done',
    'crit',
    'active',
    'milestone',
    'after a',
    'until b',
    '',
    ' ',
    '_',
    '-',
  ],
  ...[
    'ä ö ü',
    '部署',
    'עברית',
    'a\u0301',
    '🚀',
    'same',
    'same',
    'same ',
    'x'.repeat(200),
    '<b>x</b>',
    '{pr}',
    '[x](y)',
    '$&',
  ],
]

interface Task {
  section: string
  task: string
  startTime: Date
  endTime: Date
}

/** What is used of Mermaid; its two versions are installed under names of their own. */
interface Mermaid {
  initialize(options: { startOnLoad: boolean }): void
  mermaidAPI: { getDiagramFromText(text: string): Promise<{ db: { getTasks(): Task[] } }> }
}

function requested(at: number, verb: 'stop' | 'delete'): TargetEvent {
  const exchange = { at: START + at, ms: 1, method: 'DELETE', path: '/', status: 200 }
  const action = verb === 'stop' ? { verb, final: false as const } : { verb, final: true as const }
  return {
    type: 'requested',
    at: START + at,
    until: START + at,
    action,
    actionResult: { result: 'accepted', exchange },
  }
}

/** A target that is stopped after `index` seconds, deleted three seconds later, and gone after two more. */
function target(name: string, index: number): Result {
  const from = index * 1000
  return {
    target: { resource: 'deployment', id: `d${index}` },
    name,
    outcome: 'deleted',
    reason: 'confirmed gone',
    history: [requested(from, 'stop'), requested(from + 3000, 'delete')],
    startedAt: START,
    endedAt: START + from + 5000,
  }
}

for (const version of ['mermaid-11', 'mermaid-12']) {
  describe(`the timeline in ${version}`, () => {
    let mermaid: Mermaid

    before(async () => {
      const { window } = new JSDOM('<!doctype html><body></body>')
      Object.assign(globalThis, { window, document: window.document })
      const module: { default: Mermaid } = await import(version)
      mermaid = module.default
      mermaid.initialize({ startOnLoad: false })
    })

    const tasksOf = async (results: readonly Result[]): Promise<Task[]> => {
      const chart = timelineOf(results).replace(/^```mermaid\n|\n```\n$/g, '')
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(chart)
      return db.getTasks()
    }

    it('draws each target with its own times, whatever the names are', async () => {
      for (let from = 0; from < NAMES.length; from += 15) {
        const results = NAMES.slice(from, from + 15).map(target)
        const tasks = await tasksOf(results)
        const first = tasks[0]?.startTime.getTime() ?? Number.NaN
        const drawn = tasks.map(({ startTime, endTime }) => [startTime.getTime() - first, endTime.getTime() - first])
        const expected = results.flatMap((_, index) => [
          [index * 1000, index * 1000 + 3000],
          [index * 1000 + 3000, index * 1000 + 5000],
        ])
        assert.deepEqual(drawn, expected, `names from ${JSON.stringify(NAMES[from])}`)
        assert.equal(new Set(tasks.map(({ section }) => section)).size, results.length)
        for (const { section } of tasks) assert.match(section, /^\S+ \S/)
      }
    })

    it('keeps targets of the same name apart', async () => {
      const tasks = await tasksOf(['same', 'same', 'same'].map(target))
      assert.equal(new Set(tasks.map(({ section }) => section)).size, 3)
    })
  })
}
