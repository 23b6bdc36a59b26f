import { existsSync } from 'node:fs'
import { dirname, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withTables } from '../../scripts/tables.ts'
import { blocksOf, fileOf, filesIn, type ProjectFile, pages, pathOf } from './files.ts'

/** The text of a page without its code, in which nothing is a link or a heading. */
function prose({ text }: ProjectFile): string {
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '))
}

/** The anchors that GitHub makes of a page's headings. */
function anchorsOf(page: ProjectFile): string[] {
  return [...page.text.replace(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Links of a page to places in the project that are not there. */
function brokenLinks(page: ProjectFile): string[] {
  const targets = [
    ...[...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    ...[...page.text.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, target = '']) => target),
  ]
  return targets.filter((target) => {
    if (/^https?:/.test(target)) return false
    const [file = '', anchor] = target.split('#')
    const path = file === '' ? page.path : posix.join(dirname(page.path), file)
    if (!existsSync(pathOf(path))) return true
    return anchor !== undefined && !anchorsOf(fileOf(path)).includes(anchor)
  })
}

describe.each(pages())('$path', (page) => {
  it('links to places that exist', () => {
    expect(brokenLinks(page)).toEqual([])
  })

  it('has nothing in it that is still to be written', () => {
    expect(page.text).not.toMatch(/PLACEHOLDER|TODO|not available yet/i)
  })
})

describe('the check of links', () => {
  it('finds a file and a heading that do not exist', () => {
    const text = '[a](missing.md) [b](#nowhere) [c](README.md#inputs) `[d](none.md)` [e](https://example.com)'
    expect(brokenLinks({ path: 'page.md', text: `${text} [f](README.md#none)` })).toEqual([
      'missing.md',
      '#nowhere',
      'README.md#none',
    ])
  })
})

describe('the tables of the README', () => {
  const { text } = fileOf('README.md')
  const actionYml = fileOf('action.yml').text

  it("are those of action.yml; if not, run 'npm run docs'", () => {
    expect(withTables(text, actionYml)).toBe(text)
  })

  it('follow a change of action.yml', () => {
    const changed = actionYml.replace('description: A JSON array of the IDs', 'description: An | array of the IDs')
    expect(withTables(text, changed)).toContain('| `deleted-ids` | An \\| array of the IDs')
  })

  it('are there: a row for each input and output', () => {
    for (const name of ['deployment-id', 'max-deletions', 'tombstone', 'report-path']) {
      expect(text).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'))
    }
  })
})

describe('the messages in docs/troubleshooting.md and in the README', () => {
  const sources = filesIn('src', '.ts')
    .map(({ text }) => text.replace(/\$\{[^{}]*\}/g, '…'))
    .join('\n')
    .replaceAll("\\'", "'")
  const excerpt = fileOf('README.md').text.split('## Troubleshooting')[1]?.split('\n## ')[0] ?? ''
  const tables = fileOf('docs/troubleshooting.md').text + excerpt
  const messages = [...tables.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message),
  )

  it('are many', () => {
    expect(messages.length).toBeGreaterThan(15)
  })

  it.each(messages)('%s is what the action says', (message) => {
    const parts = message.split('…').map((part) => part.trim())
    expect(parts.filter((part) => !sources.includes(part))).toEqual([])
  })
})

describe('code in pages', () => {
  it('names its language', () => {
    const nameless = pages().flatMap((page) => blocksOf(page).filter(({ language }) => language === ''))
    expect(nameless.map(({ path }) => path)).toEqual([])
  })
})
