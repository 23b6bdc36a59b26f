import { describe, expect, it } from 'vitest'
import { repository } from './repository.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

describe('the states of pull requests', () => {
  it('closed and merged are closed, open is open', async () => {
    const { world, states } = repository()
    world.addPull({ number: 1, state: 'OPEN' })
    world.addPull({ number: 2, state: 'CLOSED' })
    world.addPull({ number: 3, state: 'MERGED' })

    expect(await states([1, 2, 3])).toEqual({ 1: 'open', 2: 'closed', 3: 'closed' })
  })

  it('a number that nobody has is unknown, and the others are answered all the same', async () => {
    const { world, states } = repository()
    world.addPull({ number: 2, state: 'CLOSED' })

    expect(await states([1, 2, 3])).toEqual({ 1: 'unknown', 2: 'closed', 3: 'unknown' })
  })

  it('no number at all is known: that is an answer, no failure', async () => {
    expect(await repository().states([7, 8])).toEqual({ 7: 'unknown', 8: 'unknown' })
  })

  it('the number of an issue is unknown, closed or not', async () => {
    const { world, states } = repository()
    world.addIssue({ number: 5, state: 'CLOSED' })
    world.addIssue({ number: 6 })

    expect(await states([5, 6])).toEqual({ 5: 'unknown', 6: 'unknown' })
  })

  it.each([0, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])(
    '%i is no number of a pull request: unknown, and GitHub is not asked',
    async (number) => {
      const { states, queries } = repository()
      expect(await states([number])).toEqual({ [number]: 'unknown' })
      expect(queries()).toEqual([])
    },
  )

  it('one number that cannot be does not spoil the query for the others', async () => {
    const { world, states, queries } = repository()
    world.addPull({ number: 2 ** 31 - 1, state: 'MERGED' })

    expect(await states([2 ** 31 - 1, 2 ** 31, 0])).toEqual({
      0: 'unknown',
      2147483647: 'closed',
      2147483648: 'unknown',
    })
    expect(queries()).toHaveLength(1)
  })

  it('no numbers: no query', async () => {
    const { states, queries } = repository()
    expect(await states([])).toEqual({})
    expect(queries()).toEqual([])
  })
})

describe('hundreds of pull requests', () => {
  it('are asked for a hundred at a time', async () => {
    const { world, states, queries } = repository()
    const numbers = Array.from({ length: 350 }, (_, index) => index + 1)
    for (const number of numbers) world.addPull({ number, state: number % 2 === 0 ? 'CLOSED' : 'OPEN' })

    const found = await states(numbers)

    expect(queries()).toHaveLength(4)
    expect(numbers.filter((number) => found[number] !== (number % 2 === 0 ? 'closed' : 'open'))).toEqual([])
  })

  it.each([
    [100, 1],
    [101, 2],
    [200, 2],
  ])('%i numbers: %i queries', async (count, expected) => {
    const { states, queries } = repository()
    await states(Array.from({ length: count }, (_, index) => index + 1))
    expect(queries()).toHaveLength(expected)
  })

  it('one query that fails for ever fails all of them: half an answer is none', async () => {
    const { emulator, failure } = repository()
    emulator.faults.push({
      kind: 'status',
      status: 502,
      times: Number.POSITIVE_INFINITY,
      when: ({ body }) => body.includes('pr150:'),
    })

    expect(await failure(Array.from({ length: 200 }, (_, index) => index + 1))).toContain('GitHub could not be asked')
  })
})

describe('where the question goes', () => {
  it('to the repository of the workflow, with the token', async () => {
    const { emulator, states } = repository({ repository: 'acme/models', token: 'ghs_other' })
    await states([1], { repository: 'acme/models', token: 'ghs_other' })

    const [request] = emulator.requests
    expect(request?.headers['authorization']).toBe('token ghs_other')
    expect(JSON.parse(request?.body ?? '{}').variables).toEqual({ owner: 'acme', repo: 'models' })
  })

  it.each([
    ['https://api.github.com', 'https://api.github.com/graphql'],
    ['https://ghe.example.com/api/v3', 'https://ghe.example.com/api/graphql'],
    ['https://api.acme.ghe.com', 'https://api.acme.ghe.com/graphql'],
  ])('GITHUB_API_URL %s: %s', async (apiUrl, expected) => {
    const asked: string[] = []
    const { states } = repository()
    await states([1], {
      apiUrl,
      transport: async ({ url }) => {
        asked.push(url.href)
        return { status: 200, headers: JSON_TYPE, body: new Blob(['{"data":{"repository":{"pr1":null}}}']).stream() }
      },
    })
    expect(asked).toEqual([expected])
  })

  it('every request has a debug line, without token or body', async () => {
    const { states, debug } = repository()
    await states([1])
    expect(debug).toHaveLength(1)
    expect(debug[0]).toMatch(/^POST \/graphql: 200 in \d+ ms \(request EMUL:/)
  })
})
