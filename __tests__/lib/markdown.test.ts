import { describe, expect, it } from 'vitest'
import { plural, span } from '../../src/lib/format.ts'
import { code, markdown } from '../../src/lib/markdown.ts'
import { logLine } from '../../src/runner/log-line.ts'
import { HOSTILE } from '../report/results.ts'

/** Whether the runner would carry out a command in this line (actions/runner, ActionCommand.cs). */
function isCommand(line: string): boolean {
  return line.trimStart().startsWith('::') || line.includes('##[')
}

describe('a log line', () => {
  it.each([
    '::error::owned',
    '  ::set-output name=status::deleted',
    '\t::add-mask::a',
    '\u00a0\u2003::stop-commands::x',
    '\ufeff::error::x',
    '\u200b::error::x',
    'text ##[error]owned',
    '###[error]owned',
    '####[group]x##[endgroup]',
    '##\u200b[error]owned',
    '#\u0000#[error]owned',
    ':\u200b:error::owned',
    ':\u0007:error::owned',
    ':::::error::owned',
    '\n::error::owned',
    '\r::error::owned',
    'a\r\n::error::owned',
    'a\u2028::error::owned',
    'a\u2029##[error]b',
    'a\u0085::error::owned',
    '\u001b[31m::error::owned',
    ...HOSTILE,
  ])('%j starts no workflow command and stays one line', (text) => {
    const line = logLine(text)
    expect(line.split(/[\p{Cc}\p{Zl}\p{Zp}]/u).filter(isCommand)).toEqual([])
    expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
  })

  it('has no colour, control or direction characters', () => {
    expect(logLine('\u001b[31mred\u001b[0m \u202e\u2066x\u0000\u007f\u009b1m')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('of any length is cut', () => {
    expect(logLine('x'.repeat(1_000_000)).length).toBeLessThan(4096)
  })

  it('of an ordinary text is the text', () => {
    const text = 'GET /v1/a?b=c: 404 in 12 ms (request r-1), {"a": [1]} ☑️ 部署 a::b'
    expect(logLine(text)).toBe(text)
  })
})

describe('Markdown of a text from anywhere', () => {
  it.each(HOSTILE)('%j holds no markup, HTML, link, mention, reference or line break', (text) => {
    for (const made of [markdown(text), code(text).slice('<code>'.length, -'</code>'.length)]) {
      const bare = made.replace(/&#\d+;/g, '')
      expect(bare).not.toMatch(/[<>|`*_[\]\\@~$"'&\r\n\u2028\u2029\u0085]|:\/\/|www\.|#/i)
    }
  })

  it('reads as the text once GitHub has turned the references back', () => {
    const read = markdown('a|b <i> `x` c_d & 10$').replace(/&#(\d+);/g, (_, point) =>
      String.fromCodePoint(Number(point)),
    )
    expect(read).toBe('a|b <i> `x` c_d & 10$')
  })

  it('parts a mention and an issue number, because GitHub looks for them after it has turned references back', () => {
    expect(markdown('@octocat fixed #12')).toBe('&#64;&#8203;octocat fixed &#35;&#8203;12')
  })

  it('in code nothing is parted, so that it can be copied', () => {
    expect(code('a@b')).toBe('<code>a&#64;b</code>')
  })
})

describe('durations for people', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [12_340, '12.3 s'],
    [59_949, '59.9 s'],
    [59_960, '1m 00s'],
    [60_000, '1m 00s'],
    [245_000, '4m 05s'],
    [3_599_600, '1h 00m'],
    [7_380_000, '2h 03m'],
  ])('%d ms: %s', (ms, text) => {
    expect(span(ms)).toBe(text)
  })
})

describe('numbers of things', () => {
  it.each([
    [0, '0 targets'],
    [1, '1 target'],
    [2, '2 targets'],
  ])('%d', (count, text) => {
    expect(plural(count, 'target')).toBe(text)
  })
})
