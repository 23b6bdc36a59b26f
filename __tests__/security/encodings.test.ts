import { describe, expect, it } from 'vitest'
import { code, markdown } from '../../src/lib/markdown.ts'
import { createSecrets } from '../../src/runner/secrets.ts'
import { encodingsOf, readableIn, SECRET } from './encodings.ts'

const secrets = createSecrets(() => undefined)
secrets.add(SECRET)

describe('a secret that comes back is hidden', () => {
  it.each(encodingsOf(SECRET))('%s', (_how, text) => {
    const shown = secrets.redact(`before ${text} after`)
    expect(shown).toMatch(/^before \S*\*\*\*\S* after$/)
    expect(readableIn(shown, SECRET)).toEqual([])
  })

  it.each(encodingsOf(SECRET))('%s, once it stands in our Markdown', (_how, text) => {
    for (const set of [markdown, code]) {
      const shown = secrets.redact(set(`${text} end`))
      expect(shown).toContain('***')
      expect(readableIn(shown, SECRET)).toEqual([])
    }
  })

  it('a text without it stays as it is, however much it looks like base64 or hex', () => {
    const text = `d748fdae9f88a9b0 ${Buffer.from('a deployment of another model').toString('base64')} qwen-plus-2025-12-01`
    expect(secrets.redact(text)).toBe(text)
  })
})
