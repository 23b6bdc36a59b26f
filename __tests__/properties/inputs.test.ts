import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAlibabaEmulator } from '../../emulators/alibaba-model-studio.ts'
import { createBasetenEmulator } from '../../emulators/baseten.ts'
import { createSapEmulator, DEFAULT_CLIENT, sapServiceKey } from '../../emulators/sap-ai-core.ts'
import { inputDefaults } from '../../src/inputs/defaults.ts'
import { PROVIDERS } from '../../src/providers/registry.ts'
import { act } from '../support/act.ts'
import { fakeClock } from '../support/clock.ts'
import { transportTo } from '../support/transport.ts'
import { HOSTILE_TEXT } from './hostile.ts'
import { logProblems, markdownProblems, traceProblems } from './inert.ts'
import { EXTENT } from './scenario.ts'

const RUNS = Math.ceil(EXTENT.inputs / 5)
const TIMEOUT = { timeout: 3_600_000 }
const SAP_URL = 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com'

type With = Readonly<Record<string, string>>

/** Steps that are right as they are, by ID and as a sweep. */
const STEPS: readonly With[] = [
  { provider: 'baseten', 'api-key': 'emulated-baseten-key', 'model-id': 'm1', 'deployment-id': 'd1' },
  { provider: 'baseten', 'api-key': 'emulated-baseten-key', resource: 'model', 'model-id': 'm1' },
  { provider: 'baseten', 'api-key': 'emulated-baseten-key', name: 'pr-*', 'older-than': '1h' },
  {
    provider: 'sap-ai-core',
    'service-key': JSON.stringify(sapServiceKey(SAP_URL, DEFAULT_CLIENT)),
    'deployment-id': 'd748',
  },
  { provider: 'sap-ai-core', 'service-key': JSON.stringify(sapServiceKey(SAP_URL, DEFAULT_CLIENT)), name: 'pr-{pr}' },
  { provider: 'alibaba-model-studio', 'api-key': 'sk-emulated', 'deployment-id': 'qwen-pr1' },
  { provider: 'alibaba-model-studio', 'api-key': 'sk-emulated', name: '*-pr{pr}', 'keep-latest': '2' },
]

const NAMES = Object.keys(inputDefaults(PROVIDERS))

/** Near misses are worth more than noise: what almost is a number, a switch, a list, a duration, a URL or a key. */
const NEAR: fc.Arbitrary<string> = fc.constantFrom(
  ...['true', 'false', 'TRUE', 'yes', '1', '0', '-1', '1.5', '1e3', 'NaN', 'Infinity', '9'.repeat(30), '0x10', '١'],
  ...['0s', '1h', '-1h', '1h ', '1 h', '1.5h', 'P1D', '99999w', '1h1h', 'any', 'none', 'ignore', 'fail', 'warn'],
  ...['a,b', ',', '\n', 'a\n\n,b,', '!', '!a', '*', '?', '{pr}', '{pr}{pr}', 'a'.repeat(300), 'd1\u0000', 'd1 d2'],
  ...['https://api.baseten.co', 'http://api.baseten.co', 'http://127.0.0.1:1', 'https://a:b@c', 'https://', 'ftp://x'],
  ...['file:///etc/passwd', 'javascript:alert(1)', '//evil.example', 'https://evil.example?x#y', 'https://[::1]/v1'],
  ...['{}', '[]', 'null', '"x"', '{"clientid":1}', '{"credentials":null}', '['.repeat(10_000), '{"a":'.repeat(5_000)],
  ...['{"clientid":"a","clientsecret":"s3cr3t-value","url":"x"}', '{"clientid":"a","certificate":"b","key":"c"}'],
  ...['baseten', 'sap-ai-core', 'alibaba-model-studio', 'model', 'deployment', 'environment', 'chain', 'cn-beijing'],
)

const VALUE = fc.oneof({ weight: 2, arbitrary: NEAR }, HOSTILE_TEXT)
const FUZZED = fc.array(fc.tuple(fc.constantFrom(...NAMES), VALUE), { minLength: 1, maxLength: 4 })

const VARIABLES = [
  ...['BASETEN_API_KEY', 'DASHSCOPE_API_KEY', 'AICORE_SERVICE_KEY', 'AICORE_CLIENT_ID', 'AICORE_CLIENT_SECRET'],
  ...['AICORE_AUTH_URL', 'AICORE_BASE_URL', 'AICORE_RESOURCE_GROUP', 'AICORE_CERT_STR', 'AICORE_KEY_STR'],
  ...['AICORE_CERT_FILE_PATH', 'AICORE_KEY_FILE_PATH', 'GITHUB_REPOSITORY', 'GITHUB_EVENT_NAME', 'GITHUB_EVENT_PATH'],
  ...['GITHUB_API_URL', 'GITHUB_SERVER_URL', 'GITHUB_RUN_ID', 'RUNNER_TEMP', 'RUNNER_DEBUG'],
]
const ENVIRONMENT = fc.dictionary(fc.constantFrom(...VARIABLES), VALUE, { maxKeys: 3 })

/** Inputs and variables that hold secrets whole. */
const SECRET = ['api-key', 'token', 'github-token']

/** Runs a step against accounts that have nothing in them. Gives what must not be. */
async function problemsOf(inputs: With, env: With): Promise<string[]> {
  const clock = fakeClock()
  const now = clock.now
  const emulators = {
    'https://api.baseten.co': createBasetenEmulator({ now }),
    'https://dashscope-intl.aliyuncs.com': createAlibabaEmulator({ now }),
    [SAP_URL]: createSapEmulator({ now }),
  }
  const passOn = transportTo(emulators)
  const sent: string[] = []
  const acted = await act({
    inputs,
    env,
    clock,
    transport: (request) => {
      sent.push(`${request.method} ${request.url.pathname}`)
      return passOn(request)
    },
  })
  const { log, debug, summary, outputs, report, ok } = acted
  const said = log.map((line) => line.replace(/^\w+: /, ''))
  const mistakes = Array.isArray(report['problems']) ? report['problems'].map(String) : []
  const shown = [...said, ...debug, summary, JSON.stringify([outputs, report])].join('\n')
  // A plain word is no key: as one of the outputs' own words it could not be hidden.
  const secrets = SECRET.map((name) => (inputs[name] ?? '').trim()).filter(
    (secret) => secret.length >= 8 && !/^[a-z-]+$/.test(secret),
  )
  const isRead = report['provider'] !== null
  return [
    ...logProblems([...said, ...debug]),
    ...traceProblems(said),
    // A secret that looks like a table takes it out of the summary as well.
    ...(summary.includes('***') ? [] : markdownProblems(summary)),
    ...sent.filter((line) => !/^(?:GET |POST \S*\/oauth\/token$)/.test(line)).map((line) => `sent ${line}`),
    ...(isRead || sent.length === 0 ? [] : [`${sent.length} requests in spite of mistakes`]),
    ...(isRead || mistakes.length > 0 ? [] : ['no reason given']),
    ...(isRead
      ? []
      : mistakes.filter((text) => !/'[a-z*-]+'|[A-Z]{3,}_[A-Z_]+/.test(text)).map((text) => `unclear: ${text}`)),
    ...(ok && mistakes.length > 0 ? ['it succeeded in spite of mistakes'] : []),
    ...(Object.keys(outputs).length === 10 ? [] : ['an output is missing']),
    ...secrets.filter((secret) => shown.includes(secret)).map((secret) => `showed ${secret}`),
  ]
}

/** Gives how many inputs were tried. */
async function check(step: fc.Arbitrary<With>, env: fc.Arbitrary<With>): Promise<number> {
  let runs = 0
  const property = fc.asyncProperty(step, env, async (inputs, variables) => {
    runs++
    expect(await problemsOf(inputs, variables)).toEqual([])
  })
  await fc.assert(property, { numRuns: RUNS, seed: EXTENT.seed })
  return runs
}

describe('any bytes in any input give a run or a clear error: never a stack trace, never a write', () => {
  it('right steps with some inputs replaced', TIMEOUT, async () => {
    const step = fc
      .tuple(fc.constantFrom(...STEPS), FUZZED)
      .map(([right, fuzzed]) => ({ ...right, ...Object.fromEntries(fuzzed) }))
    expect(await check(step, fc.constant({}))).toBe(RUNS)
  })

  it('nothing but noise', TIMEOUT, async () => {
    expect(await check(fc.dictionary(fc.constantFrom(...NAMES), VALUE), ENVIRONMENT)).toBe(RUNS)
  })

  it('right steps in an odd environment', TIMEOUT, async () => {
    const step = fc.tuple(fc.constantFrom(...STEPS), fc.constantFrom('api-key', 'service-key', 'provider', 'comment'))
    const without = step.map(([right, name]) =>
      name === 'comment' ? { ...right, comment: 'true' } : { ...right, [name]: '' },
    )
    expect(await check(without, ENVIRONMENT)).toBe(RUNS)
  })
})
