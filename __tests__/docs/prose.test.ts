import { describe, expect, it } from 'vitest'
import { fileOf, pages } from './files.ts'
import { proseBlocks, proseFindings, renderingFindings } from './prose.ts'

/** The table of terms in CONTRIBUTING.md: what is written, and what is not. */
function terms(): { write: string; not: string[] }[] {
  const section = fileOf('CONTRIBUTING.md').text.split('## Terms')[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/^\| ([^|`]+) \| (`[^|]+) \|$/gm)].map(([, write = '', not = '']) => ({
    write: write.trim(),
    not: [...not.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word),
  }))
}

describe.each(pages().filter(({ path }) => !path.startsWith('.github')))('$path', (page) => {
  it('has nothing that a maintained set of prose rules would change', async () => {
    expect(await proseFindings(page)).toEqual([])
  })

  it('reads on GitHub as it was meant: no stray emphasis, no broken table, no link inside code', () => {
    expect(renderingFindings(page)).toEqual([])
  })

  it('keeps to the terms of CONTRIBUTING.md', () => {
    // What is in quotation marks is a message or the name of a test.
    const blocks = proseBlocks(page.text).map(({ line, text }) => ({ line, text: text.replace(/"[^"]*"/g, '') }))
    const wrong = terms().flatMap(({ write, not }) =>
      not.flatMap((word) =>
        blocks
          .filter(({ text }) => new RegExp(`\\b${word}\\b`, 'i').test(text))
          .map(({ line }) => `${page.path}:${line}: '${word}', write '${write}'`),
      ),
    )
    expect(wrong).toEqual([])
  })
})

describe('the checks of prose', () => {
  it('know the terms', () => {
    expect(terms().length).toBeGreaterThan(8)
  })

  it('find wordiness, a doubled word and a wrong article', async () => {
    const text = 'In order to delete it it takes an minute.\n'
    expect(await proseFindings({ path: 'x.md', text })).toHaveLength(3)
  })

  it('find emphasis from two wildcards, a link inside code and a broken table', () => {
    const text = '<code>*</code> and <code>*</code>\n\n`[a](b)`\n\n| a | b |\n| --- |\n| 1 | 2 |\n'
    expect(renderingFindings({ path: 'x.md', text })).toHaveLength(3)
  })
})
