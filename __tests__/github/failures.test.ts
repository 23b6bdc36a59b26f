import { describe, expect, it } from 'vitest'
import type { Fault } from '../../emulators/emulator.ts'
import { graphqlFault, rateLimitFault } from '../../emulators/github.ts'
import { transportTo } from '../support/transport.ts'
import { repository } from './repository.ts'

const FOR_EVER = { times: Number.POSITIVE_INFINITY }

describe('GitHub that does not let us in', () => {
  it('a token that is not accepted: github-token is named', async () => {
    expect(await repository().failure([1], { token: 'ghs_wrong' })).toBe(
      "GitHub did not accept 'github-token' while looking up pull requests for {pr}: Bad credentials - https://docs.github.com/graphql",
    )
  })

  it('no permission to read pull requests: it is named as the lines to add', async () => {
    const { world, failure } = repository({ permissions: { contents: 'read' } })
    world.addPull({ number: 1, state: 'CLOSED' })

    const problem = await failure([1])

    expect(problem).toContain('GitHub refused looking up pull requests for {pr}')
    expect(problem).toContain('Resource not accessible by integration')
    expect(problem).toContain("Give the job 'permissions: pull-requests: read'")
  })

  it('no permission, where some of the numbers are unknown too: still no answer', async () => {
    const { world, failure } = repository({ permissions: {} })
    world.addPull({ number: 1, state: 'CLOSED' })

    const problem = await failure([1, 2, 3])

    expect(problem).toContain('pull-requests: read')
    expect(problem.match(/Resource not accessible/g)).toHaveLength(1)
  })

  it.each<[string, object, string]>([
    ['a refusal for one number', { type: 'FORBIDDEN', path: ['repository', 'pr3'] }, 'pull-requests: read'],
    ['a fault at one number', { type: 'INTERNAL', path: ['repository', 'pr3'] }, 'GitHub could not be asked'],
    ['an error that names no number', { type: 'NOT_FOUND' }, 'GitHub refused'],
  ])('%s among numbers that are only unknown: no answer, although the rest is there', async (_what, error, problem) => {
    const { emulator, failure } = repository()
    const unknown = { type: 'NOT_FOUND', path: ['repository', 'pr2'], message: 'Could not resolve' }
    const data = { repository: { pr1: { state: 'CLOSED' }, pr2: null, pr3: null } }
    emulator.faults.push(graphql({ data, errors: [unknown, { message: 'Something', ...error }] }))

    expect(await failure([1, 2, 3])).toContain(problem)
  })

  it('a refusal of the whole request (403): the permission is named, and what GitHub asks for', async () => {
    const { emulator, failure } = repository()
    emulator.faults.push({
      kind: 'status',
      status: 403,
      body: JSON.stringify({ message: 'Resource not accessible by integration' }),
      headers: { 'content-type': 'application/json', 'x-accepted-github-permissions': 'pull_requests=read' },
      ...FOR_EVER,
    })

    const problem = await failure([1])

    expect(problem).toContain("'permissions: pull-requests: read' (GitHub asks for pull_requests=read)")
    expect(emulator.requests).toHaveLength(1)
  })

  it('a repository that the token does not see: no answer, and not every number unknown', async () => {
    expect(await repository().failure([1], { repository: 'octo/secret' })).toContain(
      "Could not resolve to a Repository with the name 'octo/secret'",
    )
  })
})

describe('GitHub that cannot be asked', () => {
  it.each<[string, Fault]>([
    ['5xx for ever', { kind: 'status', status: 503, ...FOR_EVER }],
    ['the connection breaks for ever', { kind: 'reset-before', ...FOR_EVER }],
    ['a page of HTML', { kind: 'html', ...FOR_EVER }],
    ['JSON of another shape', { kind: 'wrong-type', ...FOR_EVER }],
    ['an answer cut in the middle', { kind: 'truncated', ...FOR_EVER }],
    ['an empty answer', { kind: 'status', status: 200, ...FOR_EVER }],
    ['a query GitHub does not understand', graphql({ errors: [{ message: 'Parse error' }] })],
    ['its own time-out', graphql({ data: null, errors: [{ message: 'Something went wrong' }] })],
    ['a state nobody documents', graphql({ data: { repository: { pr1: { state: 'DRAFT' }, pr2: null } } })],
    [
      'an empty list of errors beside the data',
      graphql({ data: { repository: { pr1: { state: 'CLOSED' }, pr2: null } }, errors: [] }),
    ],
    ['no repository in the answer', graphql({ data: { repository: null } })],
  ])('%s: a failure that says what was asked', async (_what, fault) => {
    const { emulator, failure } = repository()
    emulator.faults.push(fault)

    expect(await failure([1, 2])).toMatch(
      /looking up pull requests for \{pr\}|the states of pull requests of octo\/hello/,
    )
  })

  it('a number that is left out of the answer is unknown', async () => {
    const { emulator, world, states } = repository()
    world.addPull({ number: 1, state: 'CLOSED' })
    emulator.faults.push(graphql({ data: { repository: {} } }))

    expect(await states([1])).toEqual({ 1: 'unknown' })
  })

  it.each([500, 502, 503, 504])('%i that passes is waited out', async (status) => {
    const { emulator, world, states } = repository()
    world.addPull({ number: 1, state: 'MERGED' })
    emulator.faults.push({ kind: 'status', status, times: 3 })

    expect(await states([1])).toEqual({ 1: 'closed' })
    expect(emulator.requests).toHaveLength(4)
  })

  it('a connection that breaks once is waited out', async () => {
    const { emulator, world, states } = repository()
    world.addPull({ number: 1, state: 'MERGED' })
    emulator.faults.push({ kind: 'reset-before' })

    expect(await states([1])).toEqual({ 1: 'closed' })
  })

  it('what cannot pass is not asked again', async () => {
    const { emulator, failure } = repository({ permissions: {} })
    await failure([1])
    await failure([1], { token: 'ghs_wrong' })
    expect(emulator.requests).toHaveLength(2)
  })

  it('once the step is over, nothing is asked again', async () => {
    const { emulator, failure } = repository()
    emulator.faults.push({ kind: 'status', status: 502, ...FOR_EVER })
    const over = new AbortController()

    await failure([1], {
      signal: over.signal,
      transport: async (request) => {
        over.abort()
        return transportTo({ [request.url.origin]: emulator })({ ...request, signal: new AbortController().signal })
      },
    })

    expect(emulator.requests).toHaveLength(1)
  })
})

describe("GitHub's rate limits", () => {
  it.each([403, 429] as const)(
    'a secondary limit (%i): waited for as long as GitHub says, then asked again',
    async (status) => {
      const { emulator, world, clock, states } = repository()
      world.addPull({ number: 1, state: 'CLOSED' })
      emulator.faults.push(rateLimitFault('secondary', { status, retryAfter: 30 }))

      expect(await states([1])).toEqual({ 1: 'closed' })
      expect(clock.elapsed()).toBe(30_000)
    },
  )

  it.each([403, 429] as const)(
    'the hourly budget is spent (%i): a failure that says so, not a missing permission',
    async (status) => {
      const { emulator, failure } = repository()
      emulator.faults.push(rateLimitFault('primary', { status }, FOR_EVER))

      const problem = await failure([1])

      expect(problem).toContain('API rate limit exceeded')
      expect(problem).not.toContain('permissions')
    },
  )

  it('a secondary limit that never ends: a failure that says so, not a missing permission', async () => {
    const { emulator, failure } = repository()
    emulator.faults.push(rateLimitFault('secondary', { retryAfter: 60 }, FOR_EVER))

    const problem = await failure([1])

    expect(problem).toContain('secondary rate limit')
    expect(problem).not.toContain('permissions')
  })

  it.each(['rate-limit', 'time-out'] as const)('GraphQL says %s with 200, for a moment: asked again', async (kind) => {
    const { emulator, world, states } = repository()
    world.addPull({ number: 1, state: 'CLOSED' })
    emulator.faults.push(graphqlFault(kind, { times: 3 }))
    expect(await states([1])).toEqual({ 1: 'closed' })
    expect(emulator.requests).toHaveLength(4)
  })

  it('a number that is nobody’s is an answer, and not asked again', async () => {
    const { emulator, states } = repository()
    expect(await states([1])).toEqual({ 1: 'unknown' })
    expect(emulator.requests).toHaveLength(1)
  })

  it('GraphQL says so with 200: a failure that says so', async () => {
    const { emulator, failure } = repository()
    emulator.faults.push(
      graphql({ errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for installation ID 1.' }] }),
    )

    const problem = await failure([1])

    expect(problem).toContain('API rate limit exceeded')
    expect(problem).not.toContain('permissions')
  })
})

/** GitHub answers this once, with 200. */
function graphql(body: object): Fault {
  return {
    kind: 'status',
    status: 200,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json; charset=utf-8' },
    ...FOR_EVER,
  }
}
