import { describe, expect, it } from 'vitest'
import { matchPattern, parsePattern } from '../../src/sweep/pattern.ts'

const matches = (pattern: string, name: string) => matchPattern(parsePattern(pattern), name).matches
const numbers = (pattern: string, name: string) =>
  [...matchPattern(parsePattern(pattern), name).numbers].sort((a, b) => a - b)

describe('a pattern is matched against the whole name', () => {
  it.each([
    ['PR-1', ['PR-1'], ['PR-12', 'xPR-1', 'PR-1 ', 'PR', '', 'pr-1', 'PR-1\n']],
    ['PR-1_*', ['PR-1_', 'PR-1_abc', 'PR-1__'], ['PR-12_x', 'PR-1', 'xPR-1_x']],
    ['pr-2-*', ['pr-2-a'], ['pr-267-a', 'pr-2', 'pr-22-a']],
    ['*', ['', 'a', 'anything at all\nwith lines'], []],
    ['**', ['', 'a'], []],
    ['*-test', ['-test', 'a-test', 'test-test'], ['a-test-', 'test']],
    ['a*c', ['ac', 'abc', 'abcbc'], ['ab', 'abcd', 'bac']],
    ['*main*', ['main', 'domain', 'main-2'], ['mai', 'MAIN']],
    ['?', ['a', '1', '.', '部', '😀'], ['', 'ab']],
    ['v?.?', ['v1.2'], ['v1x2', 'v1.', 'v12.3']],
    ['a?*', ['ab', 'abc'], ['a']],
    ['?*?', ['ab', 'abc'], ['a', '']],
    ['', [''], ['a']],
  ])('%j', (pattern, yes, no) => {
    expect(yes.filter((name) => !matches(pattern, name))).toEqual([])
    expect(no.filter((name) => matches(pattern, name))).toEqual([])
  })

  it('letter case counts', () => {
    expect([matches('Main', 'Main'), matches('Main', 'main'), matches('MAIN*', 'main-1')]).toEqual([true, false, false])
  })

  it('whatever means something in a regular expression or a path stands for itself', () => {
    const special = '.^$+()[]{}|\\/-&~#!\'"`%@,;=<> \t'
    for (const character of special) {
      expect(matches(`a${character}b`, `a${character}b`)).toBe(true)
      expect(matches(`a${character}b`, 'axb')).toBe(false)
      expect(matches(`a${character}b`, 'ab')).toBe(false)
    }
    expect(matches('[a-z]', 'm')).toBe(false)
    expect(matches('(a|b)', 'a')).toBe(false)
    expect(matches('\\d', '1')).toBe(false)
    expect(matches('a+', 'aa')).toBe(false)
  })

  it('letters are compared as they are written, accents and all', () => {
    expect(matches('é', 'é')).toBe(true)
    expect(matches('é', 'e\u0301')).toBe(false)
    expect(matches('i', '\u0130')).toBe(false)
  })
})

describe('{pr}', () => {
  it.each<[string, string, number[]]>([
    ['PR-{pr}', 'PR-12', [12]],
    ['PR-{pr}_*', 'PR-12_x', [12]],
    ['PR-{pr}*', 'PR-12_x', [12]],
    ['{pr}', '7', [7]],
    ['*{pr}', 'abc12', [12]],
    ['*-{pr}-*', 'app-12-web', [12]],
    ['PR-{pr}', 'PR-007', [7]],
    ['?{pr}', 'x12', [12]],
    ['{pr}{pr}', '12', []],
    ['{pr}*{pr}', '12', []],
  ])('%j in %j is %j', (pattern, name, found) => {
    expect(numbers(pattern, name)).toEqual(found)
    expect(matches(pattern, name)).toBe(found.length > 0)
  })

  it.each([
    ['PR-{pr}', 'PR-'],
    ['PR-{pr}', 'PR-x'],
    ['PR-{pr}', 'PR--1'],
    ['PR-{pr}', 'PR-1.5'],
    ['PR-{pr}', 'PR-12a'],
    ['PR-{pr}', 'PR-١٢'],
    ['PR-{pr}', 'PR-１２'],
    ['PR-{pr}', 'pr-12'],
  ])('%j does not match %j', (pattern, name) => {
    expect(matches(pattern, name)).toBe(false)
  })

  it('is always a whole run of digits, never a part of one', () => {
    expect(matches('PR-{pr}2', 'PR-12')).toBe(false)
    expect(matches('PR-1{pr}', 'PR-12')).toBe(false)
    expect(matches('PR-?{pr}', 'PR-12')).toBe(false)
    expect(matches('PR-{pr}?', 'PR-12')).toBe(false)
    expect(numbers('*{pr}*', 'PR-123')).toEqual([123])
    expect(numbers('PR-*{pr}', 'PR-123')).toEqual([123])
  })

  it('that can stand for several numbers gives all of them, so that none is guessed', () => {
    expect(numbers('*{pr}*', 'v2-pr-31-run-4')).toEqual([2, 4, 31])
    expect(numbers('*-{pr}-*', 'a-1-2-b')).toEqual([1, 2])
    expect(numbers('{pr}-{pr}', '1-2')).toEqual([1, 2])
    expect(numbers('*{pr}*{pr}*', '1-2-3')).toEqual([1, 2, 3])
  })

  it('of more digits than a number can hold matches nothing: no wrong number is asked for', () => {
    expect(matches('PR-{pr}', `PR-${'9'.repeat(30)}`)).toBe(false)
    expect(numbers('PR-{pr}', 'PR-9007199254740991')).toEqual([9_007_199_254_740_991])
    expect(matches('PR-{pr}', 'PR-9007199254740993')).toBe(false)
  })

  it('anything else in braces stands for itself', () => {
    expect(matches('{PR}', '{PR}')).toBe(true)
    expect(matches('{pr', '{pr')).toBe(true)
    expect(matches('{ pr }', '12')).toBe(false)
    expect(matches('{}', '{}')).toBe(true)
  })
})

describe('patterns and names made to take for ever come to an end', () => {
  it.each([
    ['*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(2000)],
    [`${'*'.repeat(500)}b`, 'a'.repeat(2000)],
    [`${'?*'.repeat(200)}!`, 'a'.repeat(2000)],
    [`${'a*'.repeat(300)}b`, 'a'.repeat(2000)],
    ['*{pr}*{pr}*{pr}*{pr}*x', '1a'.repeat(500)],
    [`${'{pr}-'.repeat(200)}x`, '1-'.repeat(1000)],
  ])('%.40s', (pattern, name) => {
    expect(matches(pattern, name)).toBe(false)
  })

  it('a long name with a long run of digits', () => {
    expect(matches('*{pr}*x', '1'.repeat(50_000))).toBe(false)
  })
})
