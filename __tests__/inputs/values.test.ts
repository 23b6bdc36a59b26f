import { describe, expect, it } from 'vitest'
import { act } from '../support/act.ts'
import { BASETEN, inputsOf, mistakesOf, SAP, without } from './mistakes.ts'

const GUARDED = {
  resource: 'deployment',
  'older-than': '0s',
  status: 'any',
  'keep-latest': '0',
  protect: 'none',
  allow: 'none',
  'max-deletions': '10',
  'dry-run': 'false',
  'if-not-found': 'warn',
  wait: 'true',
  timeout: '15m',
  defer: 'false',
  'resource-group': 'default',
  region: 'ap-southeast-1',
  comment: 'false',
  summary: 'true',
}

describe('an empty value of an input that narrows, guards or switches', () => {
  it.each(Object.entries(GUARDED))(
    "'%s' empty: an error that names it and its default %s, no request",
    async (name, usual) => {
      const mistakes = await mistakesOf({ ...providerFor(name), [name]: '' })

      expect(mistakes).toContain(`'${name}' is empty; remove it to use the default ${usual}`)
    },
  )

  it.each(['dry-run', 'protect', 'timeout'])("'%s' of blanks only is as empty as nothing", async (name) => {
    expect(await mistakesOf({ ...BASETEN, [name]: ' \n\t ' })).toEqual([expect.stringContaining(`'${name}' is empty`)])
  })

  it('all of them empty at once: one error for each', async () => {
    const names = Object.keys(GUARDED).filter((name) => name !== 'resource-group' && name !== 'region')
    const mistakes = await mistakesOf({ ...BASETEN, ...Object.fromEntries(names.map((name) => [name, ''])) })

    const told = mistakes.join('; ')
    expect(names.filter((name) => !told.includes(`'${name}' is empty`))).toEqual([])
  })
})

describe('switches', () => {
  const wrong = ['yes', 'no', '0', '1', 'TRUE', 'True', 'FALSE', 'on', 'y', 'null', 'true,false']

  it.each(['dry-run', 'wait', 'defer', 'comment', 'summary'])(
    "'%s' takes true or false and nothing else: any other value is an error, no request",
    async (name) => {
      for (const value of wrong) {
        expect(await mistakesOf({ ...BASETEN, [name]: value })).toContain(
          `'${name}' is '${value}'; allowed: true, false`,
        )
      }
    },
  )

  it('true and false are read, blanks around them do not matter', () => {
    const { dryRun, wait, summary } = inputsOf({ ...BASETEN, 'dry-run': ' true\n', wait: 'false', summary: 'false' })
    expect({ dryRun, wait, summary }).toEqual({ dryRun: true, wait: false, summary: false })
  })

  it('not given: nothing is dry, everything is waited for, the summary is written', () => {
    const { dryRun, wait, summary, ifNotFound, timeoutMs } = inputsOf(BASETEN)
    expect({ dryRun, wait, summary, ifNotFound, timeoutMs }).toEqual({
      dryRun: false,
      wait: true,
      summary: true,
      ifNotFound: 'warn',
      timeoutMs: 900_000,
    })
  })
})

describe('words', () => {
  it.each(['Ignore', 'error', 'true'])("'if-not-found: %s' is an error that names what is allowed", async (value) => {
    expect(await mistakesOf({ ...BASETEN, 'if-not-found': value })).toEqual([
      `'if-not-found' is '${value}'; allowed: ignore, warn, fail`,
    ])
  })

  it.each(['aws', 'Baseten', 'sap', 'baseten,sap-ai-core'])(
    "'provider: %s' is unknown: all three are named",
    async (value) => {
      const [first] = await mistakesOf({ ...BASETEN, provider: value })
      expect(first).toBe(`'provider' is '${value}'; allowed: baseten, sap-ai-core, alibaba-model-studio`)
    },
  )

  it.each(['', '  '])('no provider (%j): it is required, all three are named', async (value) => {
    const [first] = await mistakesOf({ ...BASETEN, provider: value })
    expect(first).toBe("'provider' is required: baseten, sap-ai-core, alibaba-model-studio")
  })

  it.each(['us-east-1', 'ap-southeast', 'CN-BEIJING'])(
    "'region: %s' is unknown: the two regions are named",
    async (value) => {
      const mistakes = await mistakesOf({ ...providerFor('region'), region: value })
      expect(mistakes).toEqual([`'region' is '${value}'; allowed: ap-southeast-1, cn-beijing`])
    },
  )

  it('a long wrong value is cut in the message, so that the rest of it can be read', async () => {
    const [mistake] = await mistakesOf({ ...BASETEN, 'if-not-found': 'x'.repeat(5000) })
    expect(mistake).toContain("'if-not-found'")
    expect(mistake).toContain('allowed: ignore, warn, fail')
    expect(mistake?.length).toBeLessThan(200)
  })
})

describe('a secret that landed in the wrong input', () => {
  const secret = `3f1c2b7a-9d4e$${'Qk9pZ2V5'.repeat(8)}=`
  const sweep = { ...without(SAP, 'deployment-id'), name: '*' }
  it.each([
    ['deployment-id', SAP, secret],
    ['allow', SAP, secret],
    ['status', sweep, secret],
    ['name', sweep, `*\n!{pr}${secret}`],
    ['protect', sweep, `!${secret}`],
    ['protect', sweep, `{pr}${secret}`],
    ['if-not-found', SAP, secret],
  ])("'%s': nothing of it is shown, only how long it is", async (name, inputs, value) => {
    const told = (await mistakesOf({ ...inputs, [name]: value })).join('\n')
    expect(told).toMatch(new RegExp(`^'${name}' (?:is|has) a value of \\d+ characters`))
    for (let at = 0; at + 6 <= secret.length; at++) expect(told).not.toContain(secret.slice(at, at + 6))
  })

  it('sixty characters are shown, which an ID or a name can have', async () => {
    const value = 'x'.repeat(60)
    expect((await mistakesOf({ ...sweep, status: value })).join()).toContain(`'status' has '${value}'`)
  })
})

describe('numbers', () => {
  it.each([
    ['keep-latest', ['-1', '1.5', 'x', '1e3', '0x10', '99999999999', '1000001', 'NaN', 'Infinity', '١']],
    ['max-deletions', ['0', '-1', '1.5', 'x', '1e3', 'all', '99999999999', '1000001', 'NaN', '+5']],
  ])("'%s' takes whole numbers only: any other value is an error that says which", async (name, values) => {
    for (const value of values) {
      const told = await mistakesOf({ ...BASETEN, [name]: value })
      const least = name === 'keep-latest' ? 0 : 1
      expect(told).toContain(`'${name}' is '${value}'; allowed: whole numbers from ${least} to 1000000`)
    }
  })
})

describe('several mistakes', () => {
  it('are all told in one run, each with the name of its input', async () => {
    const mistakes = await mistakesOf({
      provider: 'baseten',
      'deployment-id': 'a/b',
      'dry-run': 'yes',
      wait: '',
      timeout: '-5m',
      'if-not-found': 'maybe',
      'api-url': 'http://example.com',
    })

    const told = mistakes.join('\n')
    for (const name of [
      'deployment-id',
      'model-id',
      'dry-run',
      'wait',
      'timeout',
      'if-not-found',
      'api-url',
      'api-key',
    ]) {
      expect(told).toContain(`'${name}'`)
    }
  })

  it('more than ten are still all told, folded into the ten annotations that GitHub keeps', async () => {
    const wrong = Object.keys(GUARDED).filter((name) => name !== 'resource-group' && name !== 'region')
    const mistakes = await mistakesOf({ provider: 'baseten', ...Object.fromEntries(wrong.map((name) => [name, ''])) })

    expect(mistakes).toHaveLength(10)
    expect(mistakes.at(-1)).toMatch(/^and \d+ more problems: /)
    expect(wrong.filter((name) => !mistakes.join(' ').includes(`'${name}'`))).toEqual([])
  })

  it('every output is written all the same, and the summary names the mistakes', async () => {
    const { outputs, summary, report } = await act({ inputs: { ...BASETEN, wait: 'si' } })

    expect(outputs).toEqual({
      status: 'failed',
      tombstone: '',
      tombstones: '[]',
      results: '[]',
      'deleted-ids': '[]',
      'deleted-count': '0',
      'failed-count': '0',
      'kept-count': '0',
      'cost-per-hour': '',
      'report-path': '/report.json',
    })
    expect(summary).toContain('wait')
    expect(report['problems']).toEqual(["'wait' is 'si'; allowed: true, false"])
  })
})

function providerFor(name: string): Record<string, string> {
  if (name === 'resource-group') {
    return {
      provider: 'sap-ai-core',
      'deployment-id': 'd748fdae',
      token: 'token-0123456',
      'api-url': 'https://api.ai.example.com',
    }
  }
  if (name === 'region')
    return { provider: 'alibaba-model-studio', 'deployment-id': 'qwen-pr42', 'api-key': 'sk-0123456' }
  return { ...BASETEN }
}
