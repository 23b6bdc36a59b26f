import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { summary } from '@actions/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseFileCommand } from '../../demo/file-command.ts'
import type { Runner } from '../../src/runner/runner.ts'
import { createSecrets } from '../../src/runner/secrets.ts'

let folder = ''
let printed = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'undeploy-runner-'))
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk)
    return true
  })
})

afterEach(() => {
  vi.unstubAllEnvs()
  // There is one summary in a process, and what could not be written stays in it.
  summary.emptyBuffer()
  rmSync(folder, { recursive: true, force: true })
})

/** The real runner on these files; loaded anew, because @actions/core remembers the summary's file. */
async function realRunner(variables: Record<string, string | undefined>, secret = 'secret-0123'): Promise<Runner> {
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY']) vi.stubEnv(name, variables[name])
  vi.resetModules()
  const { githubRunner, mask } = await import('../../src/runner/runner.ts')
  const secrets = createSecrets(mask)
  secrets.add(secret)
  return githubRunner(secrets, variables)
}

function emptyFile(name: string): string {
  const path = join(folder, name)
  writeFileSync(path, '')
  return path
}

describe('what is printed', () => {
  it('each level as the workflow command of that level', async () => {
    const runner = await realRunner({})
    printed = ''
    runner.info('one')
    runner.debug('two')
    runner.notice('three')
    runner.warning('four')
    runner.error('five')
    runner.startGroup('six')
    runner.endGroup()
    expect(printed.trimEnd().split(/\r?\n/)).toEqual([
      'one',
      '::debug::two',
      '::notice::three',
      '::warning::four',
      '::error::five',
      '::group::six',
      '::endgroup::',
    ])
  })

  it.each(['info', 'debug', 'notice', 'warning', 'error', 'startGroup'] as const)(
    '%s lets no second command and no secret through',
    async (level) => {
      const runner = await realRunner({})
      printed = ''
      runner[level]('a secret-0123\n::set-output name=status::deleted\r##[error]x')
      expect(printed.trimEnd().split(/[\r\n]+/)).toHaveLength(1)
      expect(printed).not.toMatch(/secret-0123|##\[/)
    },
  )

  it('a secret is masked before anything else is printed', async () => {
    await realRunner({}, 'the-first-word')
    expect(printed).toMatch(/^::add-mask::the-first-word/)
  })
})

describe('outputs', () => {
  it('arrive whole, hostile ones too, and without secrets', async () => {
    const file = emptyFile('output')
    const runner = await realRunner({ GITHUB_OUTPUT: file })
    const hostile = 'a\nstatus=owned\nresults<<EOF\nEOF\n::set-output name=x::y secret-0123'
    runner.output('status', 'failed')
    runner.output('results', hostile)
    expect(parseFileCommand(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'))).toEqual({
      status: 'failed',
      results: hostile.replace('secret-0123', '***'),
    })
  })
})

describe('the job summary', () => {
  it('is appended, without secrets', async () => {
    const file = emptyFile('summary')
    writeFileSync(file, 'of an earlier call\n')
    await (await realRunner({ GITHUB_STEP_SUMMARY: file })).summary('## Undeploy secret-0123')
    expect(readFileSync(file, 'utf8')).toBe('of an earlier call\n## Undeploy ***')
  })

  it('a runner without one: nothing is said of it', async () => {
    const runner = await realRunner({})
    printed = ''
    await runner.summary('## Undeploy')
    expect(printed).toBe('')
  })

  it('a file that cannot be written is a warning, not the failure of what was done', async () => {
    const runner = await realRunner({ GITHUB_STEP_SUMMARY: join(folder, 'missing', 'summary') })
    printed = ''
    await runner.summary('## Undeploy')
    expect(printed).toMatch(/^::warning::The job summary could not be written: /)
  })
})

describe('reading a file of outputs', () => {
  it.each([
    ['a=b', { a: 'b' }],
    ['a=b=c\n', { a: 'b=c' }],
    ['a<<X\n1\n2\nX\nb<<Y\n\nY\n', { a: '1\n2', b: '' }],
    ['', {}],
  ])('%j', (text, values) => {
    expect(parseFileCommand(text)).toEqual(values)
  })

  it('a value that was cut in half is an error, as it is to the runner', () => {
    expect(() => parseFileCommand('a<<X\n1\n')).toThrow('Matching delimiter not found')
  })
})
