import { describe, expect, it } from 'vitest'
import { repository } from './github-repository.ts'

const inRepository = (fields: string) => `query { repository(owner: "octo", name: "hello") { ${fields} } }`

describe('POST /graphql', () => {
  it('answers many pull requests in one query, under their aliases', async () => {
    const { graphql, world } = repository()
    world.addPull({ number: 1 })
    world.addPull({ number: 12, state: 'CLOSED' })
    world.addPull({ number: 120, state: 'MERGED' })
    const fields = [1, 12, 120].map((number) => `pr${number}: pullRequest(number: ${number}) { number state }`)
    expect(await graphql(inRepository(fields.join('\n')))).toEqual({
      data: {
        repository: {
          pr1: { number: 1, state: 'OPEN' },
          pr12: { number: 12, state: 'CLOSED' },
          pr120: { number: 120, state: 'MERGED' },
        },
      },
    })
  })

  it('answers null and NOT_FOUND for an unknown number and for an issue, and all the rest', async () => {
    const { graphql, world } = repository()
    world.addPull({ number: 1 })
    world.addIssue({ number: 2 })
    const query = inRepository('a: pullRequest(number: 1) { state }\n b: pullRequest(number: 2) { state }')
    expect(await graphql(query)).toEqual({
      data: { repository: { a: { state: 'OPEN' }, b: null } },
      errors: [
        {
          type: 'NOT_FOUND',
          path: ['repository', 'b'],
          locations: [{ line: 2, column: 2 }],
          message: 'Could not resolve to a PullRequest with the number of 2.',
        },
      ],
    })
  })

  it('tells issues from pull requests with issueOrPullRequest', async () => {
    const { graphql, world } = repository()
    world.addPull({ number: 1 })
    world.addIssue({ number: 2, state: 'CLOSED' })
    const part = (number: number) =>
      `n${number}: issueOrPullRequest(number: ${number}) { __typename ... on PullRequest { merged state } ...issue }`
    const query = `${inRepository([1, 2, 3].map(part).join(' '))} fragment issue on Issue { closed }`
    expect(await graphql(query)).toMatchObject({
      data: {
        repository: {
          n1: { __typename: 'PullRequest', merged: false, state: 'OPEN' },
          n2: { __typename: 'Issue', closed: true },
          n3: null,
        },
      },
      errors: [{ type: 'NOT_FOUND', message: 'Could not resolve to an issue or pull request with the number of 3.' }],
    })
  })

  it('takes variables, comments and names', async () => {
    const { graphql, world } = repository()
    world.addPull({ number: 5, title: 'Five' })
    const query = `
      # Which are closed?
      query Closed($owner: String!, $name: String!, $number: Int!) {
        repository(owner: $owner, name: $name) { nameWithOwner name pullRequest(number: $number) { title headRefName url } }
      }`
    expect(await graphql(query, { owner: 'Octo', name: 'HELLO', number: 5 })).toEqual({
      data: {
        repository: {
          nameWithOwner: 'octo/hello',
          name: 'hello',
          pullRequest: { title: 'Five', headRefName: 'branch-5', url: 'https://github.com/octo/hello/pull/5' },
        },
      },
    })
  })

  it('answers null and an error for another repository', async () => {
    const { graphql } = repository()
    expect(await graphql('{ repository(owner: "octo", name: "other") { pullRequest(number: 1) { state } } }')).toEqual({
      data: { repository: null },
      errors: [
        {
          type: 'NOT_FOUND',
          path: ['repository'],
          locations: [{ line: 1, column: 3 }],
          message: "Could not resolve to a Repository with the name 'octo/other'.",
        },
      ],
    })
  })

  it('answers FORBIDDEN with status 200 where the permission is missing', async () => {
    const { call, world } = repository({ permissions: { deployments: 'write' } })
    world.addPull({ number: 1 })
    const query = inRepository('a: pullRequest(number: 1) { state }')
    const { status, body } = await call('POST', '/graphql', { query })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      data: { repository: { a: null } },
      errors: [{ type: 'FORBIDDEN', path: ['repository', 'a'], message: 'Resource not accessible by integration' }],
    })
    world.setVisibility('public')
    expect((await call('POST', '/graphql', { query })).body).toEqual({ data: { repository: { a: { state: 'OPEN' } } } })
  })

  it.each([
    ['', 'Unexpected end of document'],
    ['query {', 'Parse error'],
    ['{ repository(owner: "octo" name) { name } }', 'Parse error'],
    ['{ a; }', 'Parse error'],
    ['{ licenses { name } }', "Field 'licenses' doesn't exist on type 'Query'"],
    ['{ viewer { email } }', "Field 'email' doesn't exist on type 'User'"],
    [inRepository('pullRequest(number: 2147483648) { state }'), "Argument 'number'"],
    [inRepository('labels'), "Field 'labels' doesn't exist on type 'Repository'"],
    [inRepository('pullRequest(number: 1) { nonsense }'), "Field 'nonsense' doesn't exist on type 'PullRequest'"],
    [inRepository('issue(number: 2) { merged }'), "Field 'merged' doesn't exist on type 'Issue'"],
    [inRepository('pullRequest(number: 1)'), 'Field must have selections'],
    [inRepository('pullRequest(number: "1") { state }'), "Argument 'number'"],
    [inRepository('pullRequest { state }'), "Argument 'number'"],
    [inRepository('issueOrPullRequest(number: 1) { state }'), "Selections can't be made directly on unions"],
    [inRepository('...nobody'), 'Fragment nobody was used, but not defined'],
  ])('answers errors alone, with status 200, to %s', async (query, message) => {
    const { graphql, world } = repository()
    world.addPull({ number: 1 })
    world.addIssue({ number: 2 })
    expect(await graphql(query)).toEqual({ errors: [{ message: expect.stringContaining(message) }] })
  })

  it('wants a query', async () => {
    const { call } = repository()
    expect((await call('POST', '/graphql', {})).body).toMatchObject({
      errors: [{ message: expect.stringContaining('query') }],
    })
    expect((await call('POST', '/graphql', { query: '{ __typename }', variables: null })).body).toEqual({
      data: { __typename: 'Query' },
    })
  })

  it('wants a known token', async () => {
    const { call, emulator } = repository()
    const query = inRepository('name')
    const bad = await call('POST', '/graphql', { query }, { authorization: 'token ghs_other' })
    expect([bad.status, bad.body]).toMatchObject([401, { message: 'Bad credentials' }])
    const none = await emulator.handle(
      new Request('https://api.github.com/graphql', { method: 'POST', body: JSON.stringify({ query }) }),
    )
    expect(none.status).toBe(401)
  })

  it('answers hundreds of aliases quickly', async () => {
    const { graphql, world } = repository()
    const numbers = Array.from({ length: 500 }, (_, index) => index + 1)
    for (const number of numbers) world.addPull({ number, state: 'CLOSED' })
    const fields = numbers.map((number) => `pr${number}: pullRequest(number: ${number}) { state }`)
    const { data } = (await graphql(inRepository(fields.join(' ')))) as { data: { repository: object } }
    expect(Object.keys(data.repository)).toHaveLength(500)
  })
})

describe('who wrote a comment', () => {
  const query = 'query ($id: ID!) { viewer { login } node(id: $id) { ... on IssueComment { body viewerDidAuthor } } }'

  it('is told by the token that asks', async () => {
    const { graphql, world } = repository()
    world.addPull({ number: 7 })
    const { id } = world.addComment(7, 'x', 'github-actions[bot]')
    const node = (viewerDidAuthor: boolean) => ({ body: 'x', viewerDidAuthor })
    expect(await graphql(query, { id: `IC_${id}` })).toEqual({
      data: { viewer: { login: 'github-actions[bot]' }, node: node(true) },
    })
    world.logins.set('ghs_emulated', 'octocat')
    expect(await graphql(query, { id: `IC_${id}` })).toEqual({
      data: { viewer: { login: 'octocat' }, node: node(false) },
    })
  })

  it('cannot be told of what is not there, or without the permission', async () => {
    const { graphql, world } = repository({ permissions: { contents: 'read' } })
    world.addPull({ number: 7 })
    const { id } = world.addComment(7, 'x')
    expect(await graphql(query, { id: 'IC_1' })).toMatchObject({
      data: { node: null },
      errors: [{ type: 'NOT_FOUND' }],
    })
    expect(await graphql(query, { id: `IC_${id}` })).toMatchObject({
      data: { node: null },
      errors: [{ type: 'FORBIDDEN' }],
    })
  })
})
