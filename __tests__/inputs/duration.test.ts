import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../src/inputs/duration.ts'
import { BASETEN, inputsOf, mistakesOf } from './mistakes.ts'

describe('durations', () => {
  it.each([
    ['0s', 0],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['72h', 259_200_000],
    ['14d', 1_209_600_000],
    ['2w', 1_209_600_000],
    ['1d12h', 129_600_000],
    ['1w2d3h4m5s', 604_800_000 + 2 * 86_400_000 + 3 * 3_600_000 + 4 * 60_000 + 5000],
    ['3653d', 3653 * 86_400_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each([
    ['a sign', ['-1d', '+1d', '-0s', '1d-12h', '1d+12h', '−1d']],
    ['a fraction', ['1.5h', '0.5d', '1,5h', '.5h']],
    ['no unit', ['0', '15', '1d12']],
    ['no number', ['d', 's', 'h30m', '']],
    ['another unit', ['1y', '1M', '1ms', '1min', '2days', '1D', '1S', 'P1D', '1d 12h', ' 1d']],
    ['no duration at all', ['NaN', 'Infinity', 'null', 'true', '1e3s', '0x1d', '1_000s', '٣d', '1d\n', '1d;rm']],
    ['too much to count', ['9999999999s', '999999999w', '3654d', `${'9'.repeat(400)}d`, '3653d1s']],
  ])('%s is no duration', (_what, texts) => {
    expect(texts.filter((text) => parseDuration(text) !== undefined)).toEqual([])
  })

  it('a very long wrong text is refused quickly', () => {
    expect(parseDuration(`${'1d'.repeat(50_000)}x`)).toBeUndefined()
  })
})

describe.each(['timeout', 'older-than'])("'%s'", (name) => {
  it.each(['-5m', '1.5h', '15', 'soon', '999999999w'])('%s is an error that shows how it is written', async (value) => {
    const mistakes = await mistakesOf({ ...BASETEN, [name]: value })
    expect(mistakes).toContain(`'${name}' is '${value}'; allowed: durations such as 90s, 30m, 72h, 14d, 2w or 1d12h`)
  })
})

describe("'timeout'", () => {
  it('0s leaves no time for anything and is an error', async () => {
    expect(await mistakesOf({ ...BASETEN, timeout: '0s' })).toEqual([expect.stringContaining("'timeout' is 0s")])
  })

  it('longer than a day is longer than any job and an error', async () => {
    expect(await mistakesOf({ ...BASETEN, timeout: '24h1s' })).toEqual([expect.stringContaining("'timeout'")])
  })

  it('a sum is added up', () => {
    expect(inputsOf({ ...BASETEN, timeout: '1h1m1s' }).timeoutMs).toBe(3_661_000)
  })
})
