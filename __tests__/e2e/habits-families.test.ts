import { describe, expect, it } from 'vitest'
import { tryStep } from './habit-world.ts'

const PROVIDERS = ['baseten', 'sap-ai-core', 'alibaba-model-studio'] as const

/** Guards of PR-9_demo, and of more, as people write them; none can be read as it is meant. */
const GUARDS = [
  ...[
    'PR-8_a, PR-9_demo',
    '"PR-9_demo"',
    "'PR-9_demo'",
    '`PR-9_demo`',
    '\u201cPR-9_demo\u201d',
    '- PR-9_demo',
    '* PR-9_demo',
  ],
  ...[
    'PR-9_demo # keep',
    '^PR-9_',
    'PR-9_demo$',
    'PR-(8|9)_\\w+',
    'PR-[89]_.*',
    'PR-9_.+',
    'PR-8_a|PR-9_demo',
    'PR-9.*',
  ],
  ...['pr-9_demo', 'PR-9-demo', 'PR_9_demo', 'pr-9-*', '{PR-8_a,PR-9_demo}', 'PR-8_a;PR-9_demo', 'PR-8_a PR-9_demo'],
  ...['["PR-9_demo"]', 'undefined', 'null', '$KEEP', 'PR-8_a\\nPR-9_demo', 'PR-9_demo\u200b'],
]

/** Texts that are given for an ID and cannot be one, on any provider. */
const NO_IDS = [
  ...[
    '"a1b2c3d"',
    "'a1b2c3d'",
    '[a1b2c3d]',
    '{"id":"a1b2c3d"}',
    '[1234567]',
    '[]',
    '$ID',
    '$' + '{ID}',
    '%ID%',
    '$(id)',
  ],
  ...[
    'null',
    'NULL',
    'undefined',
    'None',
    'NaN',
    'nil',
    '[object Object]',
    '***',
    'pr-undefined',
    'Infinity',
    '-Infinity',
  ],
  ...[
    '1e+21',
    'https://example.com/a1b2c3d',
    'models/m1/a1b2c3d',
    '- a1b2c3d',
    'a1b2c3d # old',
    'id=a1b2c3d',
    'id: a1b2c3d',
  ],
  ...[
    'a1b2c3d e4f5a6b',
    'a1b2c3d;e4f5a6b',
    'a1b2*',
    '!a1b2c3d',
    '<deployment-id>',
    'all',
    'latest',
    'true',
    '{{ id }}',
  ],
]

/** Inputs that are misspelt, or that other actions have; each would have kept something or changed nothing. */
const MISSPELT = [
  ...['dry_run', 'dryrun', 'dry', 'dry-runs', 'DryRun', 'simulate', 'what-if', 'older_than', 'older-then', 'olderthan'],
  ...['min-age', 'age', 'protected', 'protects', 'exclude', 'excluded', 'ignore', 'ignore-patterns', 'skip', 'except'],
  ...[
    'keep',
    'keep-last',
    'keeplatest',
    'min-versions-to-keep',
    'max',
    'limit',
    'max_deletions',
    'max-deletes',
    'statuses',
  ],
  ...['resource_group', 'model_id', 'pr', 'pull_request', 'if_not_found', 'time-out', 'allowed'],
]

/** What nothing was deleted by, and the step failed for; the rest is listed. */
async function letThrough(steps: readonly Readonly<Record<string, string>>[]): Promise<unknown[]> {
  const through: unknown[] = []
  for (let at = 0; at < steps.length; at += 4) {
    const some = steps.slice(at, at + 4)
    const ends = await Promise.all(some.map((inputs) => tryStep(inputs)))
    for (const [index, { exitCode, writes, log }] of ends.entries()) {
      if (exitCode !== 1 || writes.length > 0 || !/^::error::/m.test(log))
        through.push({ ...some[index], exitCode, writes })
    }
  }
  return through
}

describe.each(PROVIDERS)('%s: nothing that cannot be meant deletes anything', (provider) => {
  it('a guard in protect', async () => {
    expect(await letThrough(GUARDS.map((protect) => ({ provider, name: 'PR-*', protect })))).toEqual([])
  })

  it('an exclusion in name', async () => {
    expect(await letThrough(GUARDS.map((line) => ({ provider, name: `PR-*\n!${line}` })))).toEqual([])
  })

  it('a text that is no ID', async () => {
    expect(await letThrough(NO_IDS.map((id) => ({ provider, 'deployment-id': id })))).toEqual([])
  })
})

describe("the branch of a fork, called 'a,PR-9_demo', in an ID", () => {
  it.each([{ GITHUB_HEAD_REF: 'a,PR-9_demo' }, { GITHUB_REF_NAME: 'a,PR-9_demo' }])(
    'adds no second target: %j',
    async (env) => {
      const { exitCode, writes, log, requests } = await tryStep(
        { provider: 'alibaba-model-studio', 'deployment-id': 'x-a,PR-9_demo' },
        env,
      )
      expect({ exitCode, writes, requests }).toEqual({ exitCode: 1, writes: [], requests: 0 })
      expect(log).toContain("'deployment-id' holds a text of the event that anybody can choose")
    },
  )
})

describe('an input that is misspelt, or named as in other actions', () => {
  it('is an error, whatever it would have said', async () => {
    expect(await letThrough(MISSPELT.map((input) => ({ name: 'PR-*', [input]: '1' })))).toEqual([])
  })
})
