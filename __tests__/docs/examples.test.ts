import { describe, expect, it } from 'vitest'
import { fileOf, filesIn } from './files.ts'
import { grantFindings, injectable, unpinned } from './rules.ts'
import { workflowFindings } from './validators.ts'

describe.each(filesIn('examples', '.yml'))('$path', ({ path, text }) => {
  it('is found without fault by the language service and by actionlint', async () => {
    expect(await workflowFindings(path, text)).toEqual([])
  })

  it('begins with what it is for', () => {
    expect(text).toMatch(/^# [A-Z]/)
  })

  it('grants nothing by default, and each job says its permissions and has a time limit', () => {
    expect(grantFindings(text)).toEqual([])
  })

  it('has no expression in a script, and pins the actions of others by SHA', () => {
    expect([...injectable(text), ...unpinned(text)]).toEqual([])
  })

  it('is listed in examples/README.md', () => {
    expect(fileOf('examples/README.md').text).toContain(`](${path.replace('examples/', '')})`)
  })
})
