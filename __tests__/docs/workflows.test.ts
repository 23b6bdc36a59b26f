import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { fileOf, filesIn, pathOf } from './files.ts'
import { grantFindings, injectable, jobsOf, scriptsOf, unpinned } from './rules.ts'
import { workflowFindings } from './validators.ts'

const WORKFLOWS = filesIn('.github/workflows', '.yml')

describe.each(WORKFLOWS)('$path', ({ path, text }) => {
  it('is found without fault by the language service and by actionlint', async () => {
    expect(await workflowFindings(path, text)).toEqual([])
  })

  it('grants nothing by default, and each job says its permissions and has a time limit', () => {
    expect(grantFindings(text)).toEqual([])
  })

  it('has no expression in a script', () => {
    expect(injectable(text)).toEqual([])
  })

  it('pins every action by SHA, with its version beside it', () => {
    expect(unpinned(text)).toEqual([])
  })

  it('names no package registry', () => {
    expect(text).not.toMatch(/registry|npmjs/)
  })
})

describe('ci.yml', () => {
  const jobs = jobsOf(fileOf('.github/workflows/ci.yml').text)

  it('its required job waits for every other job, and runs whatever became of them', () => {
    const others = Object.keys(jobs).filter((name) => name !== 'required')
    expect([...(jobs['required']?.needs ?? [])].sort()).toEqual(others.sort())
    expect(jobs['required']?.if).toBe('always()')
  })
})

describe('credentials of the checkout', () => {
  it('are kept by the job that commits dist/ and by no other', () => {
    const keeping = WORKFLOWS.filter(({ text }) => {
      const checkouts = text.match(/uses: actions\/checkout@/g)?.length ?? 0
      return checkouts !== (text.match(/persist-credentials: false/g)?.length ?? 0)
    })
    expect(keeping.map(({ path }) => path)).toEqual(['.github/workflows/commit-dist.yml'])
  })
})

describe('the commit of a rebuilt dist/', () => {
  const scripts = scriptsOf(fileOf('.github/workflows/commit-dist.yml').text).join('\n')

  it('runs nothing that comes from the pull request', () => {
    expect(scripts).toContain('git push')
    expect(scripts).not.toMatch(/\b(npm|npx|node|bash|sh|make|eval|source)\b|\.\//)
  })

  it('is built without any right to write', () => {
    const { rebuild } = jobsOf(fileOf('.github/workflows/rebuild-dist.yml').text)
    expect(rebuild?.permissions).toEqual({ contents: 'read' })
    expect(fileOf('.github/workflows/rebuild-dist.yml').text).not.toContain('secrets.')
  })
})

describe('dependabot.yml', () => {
  it('waits some days before it proposes a new version, of packages and of actions', () => {
    const { updates } = parse(fileOf('.github/dependabot.yml').text)
    const days = updates.map((each: Record<string, Record<string, unknown>>) => [
      each['package-ecosystem'],
      each['cooldown']?.['default-days'],
    ])
    expect(days).toEqual([
      ['npm', 7],
      ['github-actions', 7],
    ])
  })
})

describe('dependencies', () => {
  it('of every package of the repository are watched', () => {
    const locks = ['', 'scripts/preview', 'fidelity', 'bench', 'demo', 'emulators'].filter((folder) =>
      existsSync(pathOf(`${folder}/package-lock.json`)),
    )
    const { updates } = parse(fileOf('.github/dependabot.yml').text)
    expect(updates[0].directories.toSorted()).toEqual(locks.map((folder) => `/${folder}`).toSorted())
  })
})

describe('issue forms', () => {
  it.each(filesIn('.github/ISSUE_TEMPLATE', '.yml').filter(({ path }) => !path.endsWith('config.yml')))(
    '$path has a name, a description and fields with labels',
    ({ text }) => {
      const { name, description, body } = parse(text)
      expect([typeof name, typeof description]).toEqual(['string', 'string'])
      const fields = body.filter(({ type }: { type: string }) => type !== 'markdown')
      expect(fields.length).toBeGreaterThan(0)
      for (const { id, attributes } of fields)
        expect([id, typeof attributes.label]).toEqual([expect.any(String), 'string'])
    },
  )
})
