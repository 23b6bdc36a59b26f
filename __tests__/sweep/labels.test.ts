import { describe, expect, it } from 'vitest'
import { LABELS_OF_EVERY_TYPE } from '../../emulators/baseten/labels.ts'
import { MASK } from '../../src/lib/redaction.ts'
import type { Labels } from '../../src/providers/observation.ts'
import { type LabelPattern, matchLabels, parseLabel } from '../../src/sweep/labels.ts'

function line(source: string): LabelPattern {
  const parsed = parseLabel(source)
  return typeof parsed === 'string' ? expect.fail(`${source}: ${parsed}`) : parsed
}

/** `true`, the pull requests it depends on, or how it does not match. */
function match(labels: Labels | null | undefined, ...lines: string[]): true | readonly number[] | string {
  const found = matchLabels(labels, lines.map(line))
  if (found.kind !== 'matches') return found.kind
  return found.numbers.length === 0 ? true : found.numbers
}

const ALL = LABELS_OF_EVERY_TYPE

describe('reading a line', () => {
  it('splits at the first =', () => {
    expect(line('cmd=a=b')).toMatchObject({ key: 'cmd', value: { source: 'a=b' }, excludes: false })
    expect(line('!keep=true')).toMatchObject({ key: 'keep', value: { source: 'true' }, excludes: true })
  })

  it.each([
    ['owner', 'has no ='],
    ['!owner', 'has no ='],
    ['=pr-42', 'has no key'],
    ['owner=', 'has no value'],
    ['!owner=', 'has no value'],
    ['owner = me', 'has spaces'],
    ['! owner=me', 'has spaces'],
    ['own*=me', 'has a pattern in its key'],
    ['{pr}=me', 'has a pattern in its key'],
    ['!pr={pr}', 'excludes {pr}'],
  ])('refuses %j', (source, problem) => {
    expect(parseLabel(source)).toContain(problem)
  })
})

describe('values of every JSON type', () => {
  it.each([
    ['text=pr-42', true],
    ['text=pr-*', true],
    ['text=PR-42', 'none'],
    ['text=r-42', 'none'],
    ['empty=*', true],
    ['number=42', true],
    ['number=4?', true],
    ['number=042', 'none'],
    ['fraction=1.5', true],
    ['yes=true', true],
    ['yes=True', 'none'],
    ['no=false', true],
    ['missing=*', 'none'],
    ['constructor=*', 'none'],
    ['__proto__=*', 'none'],
  ])('are compared as text: %s', (source, result) => {
    expect(match(ALL, source)).toBe(result)
  })

  it.each(['list=*', 'list=pr-42', 'nested=*', 'nested=[object Object]', 'nothing=*', 'nothing=null'])(
    'that are nested or null match nothing: %s',
    (source) => {
      expect(match(ALL, source)).toBe('none')
    },
  )

  it('that cannot be told apart are not compared', () => {
    expect(match(ALL, `huge=${2 ** 60}`)).toBe('unreadable')
    expect(match(ALL, `!huge=${2 ** 60 + 1000}`)).toBe('unreadable')
  })

  it('that are too long, or hold a secret, are not compared', () => {
    expect(match({ a: 'x'.repeat(1001) }, 'a=*')).toBe('unreadable')
    expect(match({ a: `pr-${MASK}` }, 'a=pr-*')).toBe('unreadable')
    expect(match({ a: `pr-${MASK}` }, '!a=pr-secret')).toBe('unreadable')
  })
})

describe('several lines', () => {
  it('must all hold', () => {
    expect(match({ team: 'ml', stage: 'preview' }, 'team=ml', 'stage=preview')).toBe(true)
    expect(match({ team: 'ml', stage: 'live' }, 'team=ml', 'stage=preview')).toBe('none')
  })

  it('with ! exclude whatever else holds', () => {
    expect(match({ team: 'ml', keep: true }, 'team=ml', '!keep=true')).toBe('none')
    expect(match({ team: 'ml', keep: false }, 'team=ml', '!keep=true')).toBe(true)
    expect(match({ team: 'ml' }, 'team=ml', '!keep=*')).toBe(true)
  })

  it('that exclude are in doubt about a nested value, and about null only by its text', () => {
    expect(match({ keep: ['true'] }, '!keep=true')).toBe('unreadable')
    expect(match({ keep: null }, '!keep=*')).toBe('none')
    expect(match({ keep: null }, '!keep=true')).toBe(true)
  })

  it('that exclude a number meet it however it is written', () => {
    expect(match({ version: 1.1 }, '!version=1.10')).toBe('none')
    expect(match({ version: '1.1' }, '!version=1.10')).toBe(true)
    expect(match({ version: 0 }, '!version=*')).toBe('none')
  })
})

describe('labels that are not there', () => {
  it('match no line, and are excluded by none', () => {
    expect([match(null, 'team=*'), match({}, 'team=*')]).toEqual(['none', 'none'])
    expect([match(null, '!keep=true'), match({}, '!keep=true')]).toEqual([true, true])
    // Every object has these, and no label is meant.
    expect([match({}, '!constructor=*'), match({}, '!toString=*')]).toEqual([true, true])
  })

  it('that are not told cannot be judged', () => {
    expect([match(undefined, 'team=*'), match(undefined, '!keep=true')]).toEqual(['unreadable', 'unreadable'])
  })
})

describe('{pr} in a value', () => {
  it('stands for the number of a pull request, in a text and in a number', () => {
    expect(match({ pr: 'pr-42' }, 'pr=pr-{pr}')).toEqual([42])
    expect(match({ pr: 42 }, 'pr={pr}')).toEqual([42])
    expect(match({ pr: 'pr-x' }, 'pr=pr-{pr}')).toBe('none')
  })

  it('of several lines needs all of them', () => {
    expect(match({ pr: '42', base: '7' }, 'pr={pr}', 'base={pr}')).toEqual([42, 7])
  })
})

it('tells which labels decided, but for those that were excluded', () => {
  const found = matchLabels({ team: 'ml', pr: 42 }, ['team=m*', 'pr={pr}', '!keep=true'].map(line))
  expect(found).toMatchObject({ by: ['team=ml', 'pr=42'] })
})
