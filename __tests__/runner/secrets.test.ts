import { describe, expect, it } from 'vitest'
import { code, markdown } from '../../src/lib/markdown.ts'
import { createSecrets } from '../../src/runner/secrets.ts'

function keeping(...secrets: string[]) {
  const masked: string[] = []
  const kept = createSecrets((secret) => void masked.push(secret))
  for (const secret of secrets) kept.add(secret)
  return { ...kept, masked }
}

const unicode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const SECRET = 'p@ss/w_rd+"quo|ted"\\{ü}=='

describe('a secret is hidden', () => {
  it.each<[string, (secret: string) => string]>([
    ['as it is', (secret) => secret],
    ['escaped for JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
    ['escaped for a URL', encodeURIComponent],
    ['escaped for a form', (secret) => new URLSearchParams({ s: secret }).toString().slice(2)],
    ['in base64', (secret) => Buffer.from(secret).toString('base64')],
    ['in base64 without padding', (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, '')],
    ['in base64url', (secret) => Buffer.from(secret).toString('base64url')],
    ['as JSON in JSON', (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['with every character as \\uXXXX', (secret) => secret.replace(/./gs, unicode)],
    [
      'with every character as \\uXXXX in capitals',
      (secret) => secret.replace(/./gs, (it) => `\\u${unicode(it).slice(2).toUpperCase()}`),
    ],
    ['with marks as \\uXXXX', (secret) => secret.replace(/\W/g, unicode)],
    ['with HTML entities by name', (secret) => secret.replaceAll('"', '&quot;')],
    ['with HTML entities by number', (secret) => secret.replace(/./gs, (it) => `&#${it.charCodeAt(0)};`)],
    [
      'with HTML entities by hexadecimal number',
      (secret) => secret.replace(/\W/g, (it) => `&#x${it.charCodeAt(0).toString(16)};`),
    ],
    ['in our Markdown', markdown],
    ['in our Markdown as code', code],
  ])('%s', (_form, encode) => {
    const { redact } = keeping(SECRET)
    const text = redact(`before ${encode(SECRET)} after ${encode(SECRET)}`)
    expect(text).not.toContain(encode(SECRET).replace(/<\/?code>|=+$/g, ''))
    expect(text).toMatch(/^before .*\*\*\*.* after .*\*\*\*/)
  })

  it('where one is a part of another, nothing of the longer is left', () => {
    const { redact } = keeping('secret-1', 'secret-1-and-more')
    expect(redact('x secret-1-and-more y secret-1 z')).toBe('x *** y *** z')
  })

  it('with characters that mean something in a regular expression or a replacement', () => {
    const { redact } = keeping('$&.*+?^(secret)')
    expect(redact('a $&.*+?^(secret) b')).toBe('a *** b')
  })

  it('with half a character, too, and whatever is added after it', () => {
    const { redact, masked } = keeping('half \ud800 a secret', 'secret-2')
    expect(redact(`x half \ud800 a secret ${encodeURIComponent('half \ufffd a secret')} secret-2`)).toBe(
      'x *** *** ***',
    )
    expect(masked).toEqual(['half \ud800 a secret', 'secret-2'])
  })

  it('in JSON that stays valid', () => {
    const { redact } = keeping(SECRET)
    expect(JSON.parse(redact(JSON.stringify({ message: `bad key ${SECRET}` })))).toEqual({ message: 'bad key ***' })
  })

  it('also when it is found only during the run', () => {
    const { redact, add } = keeping()
    expect(redact('token-0123456')).toBe('token-0123456')
    add('token-0123456')
    expect(redact('token-0123456')).toBe('***')
  })
})

describe('what the runner is told to mask', () => {
  it('the secret', () => {
    expect(keeping('secret-1').masked).toEqual(['secret-1'])
  })

  it('of several lines: each line, because the runner masks line by line', () => {
    expect(keeping('-----BEGIN KEY-----\r\n  MIIEvQIBADAN  \n-----END KEY-----\n').masked).toEqual([
      '-----BEGIN KEY-----',
      'MIIEvQIBADAN',
      '-----END KEY-----',
    ])
  })

  it('of several lines: no short line such as a bracket, which would hide every bracket of the log', () => {
    expect(keeping('{\n"a":\n"long enough"\n}').masked).toEqual(['"long enough"'])
  })

  it('a short secret, which only the log hides: in outputs it would hit harmless text', () => {
    const { masked, redact } = keeping('abc')
    expect(masked).toEqual(['abc'])
    expect(redact('abcdef')).toBe('abcdef')
  })

  it('nothing for an empty one', () => {
    const { masked, redact } = keeping('')
    expect(masked).toEqual([])
    expect(redact('text')).toBe('text')
  })
})
