import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { fileOf, pathOf } from './files.ts'

/** What the release workflow would publish for a version. Throws where that fails. */
function notesFor(version: string): string {
  return execFileSync(process.execPath, [pathOf('scripts/docs.ts'), 'changelog', version], {
    cwd: pathOf('.'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

describe('CHANGELOG.md', () => {
  const headings = [...fileOf('CHANGELOG.md').text.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading)

  it('begins with what is not released yet; each release has its version and day', () => {
    expect(headings[0]).toBe('[Unreleased]')
    expect(headings.slice(1).filter((heading) => !/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/.test(heading))).toEqual([])
  })

  it('uses the kinds of change of Keep a Changelog', () => {
    const kinds = [...fileOf('CHANGELOG.md').text.matchAll(/^### (.*)$/gm)].map(([, kind = '']) => kind)
    const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']
    expect(kinds.filter((kind) => !known.includes(kind))).toEqual([])
  })

  it('gives the release notes of a version, without its heading', () => {
    const notes = notesFor('Unreleased')
    expect(notes).toMatch(/^### /)
    expect(notes).not.toContain('## [')
  })

  it('has no notes for a version that it does not know, and then there is no release', () => {
    expect(() => notesFor('999.0.0')).toThrow('Command failed')
  })
})
