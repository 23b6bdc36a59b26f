import { describe, expect, it } from 'vitest'
import { fileOf } from '../docs/files.ts'

const { text } = fileOf('SECURITY.md')

/** The rows of the threat model: what is controlled, and the test that shows the guard. */
const rows = text
  .slice(text.indexOf('## What an attacker could control'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (controls|---)/.test(line))
  .map((line) => line.split(' | '))

describe('the threat model in SECURITY.md', () => {
  it('has rows for names in the account, API answers, pull requests, inputs, the network and the build', () => {
    const controlled = rows.map(([first = '']) => first).join('\n')
    for (const word of ['names', 'API answers', 'pull requests', 'inputs', 'network', 'build']) {
      expect(controlled).toContain(word)
    }
  })

  it.each(rows.map((row): [string, string] => [row.slice(0, 2).join(': '), row.at(-1) ?? '']))(
    '%s: names a test that exists',
    (_row, shownBy) => {
      const [, path = '', name = ''] = /\]\((__tests__\/\S+\.test\.ts)\): "(.+)"/.exec(shownBy) ?? []
      expect(path).not.toBe('')
      expect(fileOf(path).text).toContain(name)
    },
  )
})

describe('SECURITY.md', () => {
  it.each([
    ['how to report', /^## Report a vulnerability$/m],
    ['supported versions', /^## Supported versions$/m],
    ['what goes where', /^## What goes where$/m],
    ['least permissions', /^## Least permissions$/m],
    ['pull_request_target', /^## `pull_request_target`$/m],
    ['the fix for a pretty-printed secret', /jq -c \. .*gh secret set/],
  ])('says %s', (_what, heading) => {
    expect(text).toMatch(heading)
  })
})
