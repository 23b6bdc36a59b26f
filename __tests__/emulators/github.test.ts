import { describe, expect, it } from 'vitest'
import { createGithubEmulator, rateLimitFault } from '../../emulators/github.ts'
import { repository } from './github-repository.ts'

describe('GET pulls/{number}', () => {
  it('knows open and closed, and tells merged apart', async () => {
    const { get, world } = repository()
    world.addPull({ number: 12 })
    world.addPull({ number: 13, state: 'CLOSED' })
    world.addPull({ number: 14, state: 'MERGED' })
    const seen = await Promise.all([12, 13, 14].map(async (number) => (await get(`/pulls/${number}`)).body))
    expect(seen).toMatchObject([
      { number: 12, state: 'open', merged: false, closed_at: null, head: { ref: 'branch-12' } },
      { number: 13, state: 'closed', merged: false, closed_at: '2026-11-03T09:30:00Z', merged_at: null },
      { number: 14, state: 'closed', merged: true, merged_at: '2026-11-03T09:30:00Z' },
    ])
  })

  it('answers 404 for an issue and for nothing', async () => {
    const { get, world } = repository()
    world.addIssue({ number: 3 })
    for (const number of [3, 4]) {
      const { status, body } = await get(`/pulls/${number}`)
      expect(status).toBe(404)
      expect(body).toEqual({
        message: 'Not Found',
        documentation_url: 'https://docs.github.com/rest/pulls/pulls#get-a-pull-request',
        status: '404',
      })
    }
  })
})

describe('comments', () => {
  it('are created, read, updated and deleted', async () => {
    const { call, get, post, wait, world } = repository()
    world.addPull({ number: 7 })
    const created = await post('/issues/7/comments', { body: 'first' })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      body: 'first',
      user: { login: 'github-actions[bot]', type: 'Bot' },
      html_url: 'https://github.com/octo/hello/pull/7#issuecomment-1001',
      created_at: '2026-11-03T09:30:00Z',
    })
    wait(60_000)
    const updated = await call('PATCH', '/repos/octo/hello/issues/comments/1001', { body: 'second' })
    expect(updated.body).toMatchObject({ id: 1001, body: 'second', updated_at: '2026-11-03T09:31:00Z' })
    expect((await get('/issues/comments/1001')).body).toMatchObject({ body: 'second' })
    expect((await call('DELETE', '/repos/octo/hello/issues/comments/1001')).status).toBe(204)
    expect(world.hasComment(1001)).toBe(false)
    expect((await get('/issues/comments/1001')).status).toBe(404)
    expect(world.events.map((each) => each.what)).toEqual([
      'comment-created',
      'comment-updated',
      'comment-deleted',
      'refused',
    ])
  })

  it('are listed oldest first, 30 a page, with links that are to be followed', async () => {
    const { call, get, world } = repository()
    world.addPull({ number: 7 })
    world.addPull({ number: 8 })
    for (let index = 0; index < 65; index += 1) world.addComment(7, `comment ${index}`)
    world.addComment(8, 'elsewhere')
    const bodies: string[] = []
    let next: string | undefined = 'https://api.github.com/repos/octo/hello/issues/7/comments?per_page=30'
    while (next !== undefined) {
      const { headers, body } = await call('GET', next)
      bodies.push(...(body as { body: string }[]).map((each) => each.body))
      next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(bodies).toEqual(Array.from({ length: 65 }, (_, index) => `comment ${index}`))
    expect((await get('/issues/7/comments')).body).toHaveLength(30)
    for (let index = 65; index < 120; index += 1) world.addComment(7, `comment ${index}`)
    expect((await get('/issues/7/comments?per_page=500')).body).toHaveLength(100)
    expect((await get('/issues/8/comments')).headers.get('link')).toBeNull()
  })

  it('have links to the pages around them', async () => {
    const { get, world } = repository()
    world.addPull({ number: 7 })
    for (let index = 0; index < 5; index += 1) world.addComment(7, 'x')
    const base = 'https://api.github.com/repositories/1296269/issues/7/comments?per_page=2&page='
    expect((await get('/issues/7/comments?per_page=2&page=2')).headers.get('link')).toBe(
      `<${base}1>; rel="prev", <${base}3>; rel="next", <${base}3>; rel="last", <${base}1>; rel="first"`,
    )
    expect((await get('/issues/7/comments?per_page=2&page=9')).body).toEqual([])
  })

  it('are refused with 422, 403 or 404', async () => {
    const { call, post, world } = repository()
    world.addPull({ number: 7 })
    world.addIssue({ number: 9, locked: true })
    const statuses = async (body: unknown) => (await post('/issues/7/comments', body)).status
    expect(await statuses({})).toBe(422)
    expect(await statuses({ body: 5 })).toBe(422)
    expect(await statuses({ body: ' ' })).toBe(422)
    expect(await statuses({ body: 'x'.repeat(65_537) })).toBe(422)
    expect(await statuses({ body: 'x'.repeat(65_536) })).toBe(201)
    expect((await post('/issues/9/comments', { body: 'x' })).body).toMatchObject({ status: '403' })
    expect((await post('/issues/99/comments', { body: 'x' })).status).toBe(404)
    expect((await call('GET', '/repos/octo/hello/issues/99/comments')).status).toBe(404)
    expect((await call('PATCH', '/repos/octo/hello/issues/comments/1', { body: 'x' })).status).toBe(404)
    expect((await call('PATCH', '/repos/octo/hello/issues/comments/1001', {})).status).toBe(422)
    expect((await call('DELETE', '/repos/octo/hello/issues/comments/1')).status).toBe(404)
  })
})

describe('deployments', () => {
  it('are listed newest first, by environment, with links', async () => {
    const { call, get, world } = repository()
    for (let index = 0; index < 5; index += 1) world.addDeployment({ environment: 'review/pr 12', ref: `r${index}` })
    world.addDeployment({ environment: 'production' })
    const { body, headers } = await get('/deployments?environment=review%2Fpr%2012&per_page=3')
    expect(body).toMatchObject([{ ref: 'r4', environment: 'review/pr 12' }, { ref: 'r3' }, { ref: 'r2' }])
    const next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? ''
    expect((await call('GET', next)).body).toMatchObject([{ ref: 'r1' }, { ref: 'r0' }])
    expect((await get('/deployments?environment=nothing')).body).toEqual([])
    expect((await get('/deployments?ref=main')).body).toHaveLength(1)
    expect((await get('/deployments')).body).toHaveLength(6)
  })

  it('get a status, and the latest one counts', async () => {
    const { get, post, wait, world } = repository()
    const { id } = world.addDeployment({ environment: 'review', transient: true, states: ['success'] })
    wait(1000)
    const description = 'x'.repeat(140)
    const log_url = 'https://github.com/octo/hello/actions/runs/1'
    const { status, body } = await post(`/deployments/${id}/statuses`, { state: 'inactive', description, log_url })
    expect(status).toBe(201)
    expect(body).toMatchObject({ state: 'inactive', description, log_url, target_url: log_url, environment: 'review' })
    expect(world.stateOf(id)).toBe('inactive')
    expect((await get(`/deployments/${id}/statuses`)).body).toMatchObject([{ state: 'inactive' }, { state: 'success' }])
    expect((await get(`/deployments/${id}`)).body).toMatchObject({
      transient_environment: true,
      updated_at: '2026-11-03T09:30:01Z',
    })
    expect(world.events).toMatchObject([{ what: 'status-created', id: String(id), status: 'inactive' }])
  })

  it('refuse a description of more than 140 characters with 422', async () => {
    const { post, world } = repository()
    const { id } = world.addDeployment({ environment: 'review' })
    const { status, body } = await post(`/deployments/${id}/statuses`, {
      state: 'inactive',
      description: 'x'.repeat(141),
    })
    expect(status).toBe(422)
    expect(body).toEqual({
      message: 'Validation Failed',
      errors: [
        {
          resource: 'DeploymentStatus',
          code: 'custom',
          field: 'description',
          message: 'description is too long (maximum is 140 characters)',
        },
      ],
      documentation_url: 'https://docs.github.com/rest/deployments/statuses#create-a-deployment-status',
      status: '422',
    })
    expect(world.statuses(id)).toEqual([])
  })

  it.each([
    {},
    { state: 'gone' },
    { state: 'inactive', log_url: 'javascript:x' },
    { state: 'inactive', environment_url: 'x' },
  ])('refuse the status %j with 422', async (body) => {
    const { post, world } = repository()
    const { id } = world.addDeployment({ environment: 'review' })
    expect((await post(`/deployments/${id}/statuses`, body)).status).toBe(422)
  })

  it('answer 404 when unknown', async () => {
    const { get, post, world } = repository()
    const { id } = world.addDeployment({ environment: 'review' })
    world.removeDeployment(id)
    expect(world.deployment(id)).toBeUndefined()
    expect((await get(`/deployments/${id}`)).status).toBe(404)
    expect((await get(`/deployments/${id}/statuses`)).status).toBe(404)
    expect((await post(`/deployments/${id}/statuses`, { state: 'inactive' })).status).toBe(404)
  })
})

describe('permissions', () => {
  const none = { contents: 'read' } as const
  const anonymous = (path: string, method = 'GET') =>
    new Request(`https://api.github.com/repos/octo/hello${path}`, { method })

  it.each([
    ['POST', '/issues/7/comments', { body: 'x' }, 'issues=write; pull_requests=write'],
    ['PATCH', '/issues/comments/1001', { body: 'x' }, 'issues=write; pull_requests=write'],
    ['GET', '/issues/7/comments', undefined, 'issues=read; pull_requests=read'],
    ['GET', '/pulls/7', undefined, 'pull_requests=read'],
    ['GET', '/deployments', undefined, 'deployments=read'],
    ['POST', '/deployments/1/statuses', { state: 'inactive' }, 'deployments=write'],
  ])('answer 403 to %s %s and name what is missing', async (method, path, body, accepted) => {
    const { call, world } = repository({ permissions: none })
    world.addPull({ number: 7 })
    const refused = await call(method, `/repos/octo/hello${path}`, body)
    expect(refused.status).toBe(403)
    expect(refused.body).toEqual({
      message: 'Resource not accessible by integration',
      documentation_url: expect.stringMatching(/^https:\/\/docs\.github\.com\/rest\//),
      status: '403',
    })
    expect(refused.headers.get('x-accepted-github-permissions')).toBe(accepted)
    expect(world.events).toMatchObject([{ what: 'refused', id: `${method} /repos/octo/hello${path}`, status: '403' }])
    expect(world.comments(7)).toEqual([])
  })

  it('need one of the alternatives, and reading is not writing', async () => {
    const { post, world } = repository({ permissions: { issues: 'write' } })
    world.addPull({ number: 7 })
    expect((await post('/issues/7/comments', { body: 'x' })).status).toBe(201)
    world.tokens.set('ghs_emulated', { 'pull-requests': 'read' })
    expect((await post('/issues/7/comments', { body: 'x' })).status).toBe(403)
  })

  it('are not needed to read what is public', async () => {
    const { get, post, world } = repository({ permissions: none, visibility: 'public' })
    world.addPull({ number: 7 })
    expect((await get('/pulls/7')).status).toBe(200)
    expect((await post('/issues/7/comments', { body: 'x' })).status).toBe(403)
    const open = createGithubEmulator({ visibility: 'public' })
    open.world.addPull({ number: 7 })
    expect((await open.handle(anonymous('/pulls/7'))).status).toBe(200)
    world.setVisibility('private')
    expect((await get('/pulls/7')).status).toBe(403)
  })

  it('answer 404 or 401 to nobody where the repository is private', async () => {
    const { handle } = createGithubEmulator()
    expect((await handle(anonymous('/pulls/7'))).status).toBe(404)
    const write = await handle(anonymous('/issues/7/comments', 'POST'))
    expect([write.status, ((await write.json()) as { message: string }).message]).toEqual([
      401,
      'Requires authentication',
    ])
  })

  it('answer 401 Bad credentials to an unknown or revoked token', async () => {
    const { call, get, world } = repository()
    world.addPull({ number: 7 })
    const other = await call('GET', '/repos/octo/hello/pulls/7', undefined, { authorization: 'Bearer ghs_other' })
    expect(other.status).toBe(401)
    expect(other.body).toEqual({
      message: 'Bad credentials',
      documentation_url: 'https://docs.github.com/rest',
      status: '401',
    })
    world.tokens.delete('ghs_emulated')
    expect((await get('/pulls/7')).status).toBe(401)
    expect((await call('GET', '/x', undefined, { authorization: 'Basic x' })).status).toBe(401)
  })
})

describe('everything else', () => {
  it('answers 404 to other repositories and paths, whatever the case of the name', async () => {
    const { call, world } = repository()
    world.addPull({ number: 7 })
    expect((await call('GET', '/repos/Octo/Hello/pulls/7')).status).toBe(200)
    for (const path of [
      '/repos/octo/other/pulls/7',
      '/repos/octo/hello',
      '/repos/octo/hello/x',
      '/repositories/1/pulls/7',
    ]) {
      expect((await call('GET', path)).status).toBe(404)
    }
  })

  it.each(['{', '[]', '"x"'])('answers 400 to the body %s', async (body) => {
    const { handle } = createGithubEmulator()
    const headers = { authorization: 'Bearer ghs_emulated' }
    const url = 'https://api.github.com/repos/octo/hello/issues/7/comments'
    const response = await handle(new Request(url, { method: 'POST', body, headers }))
    expect([response.status, await response.json()]).toMatchObject([400, { message: 'Problems parsing JSON' }])
  })

  it('describes the rate limit in every answer', async () => {
    const { get } = repository()
    await get('/pulls/7')
    const { headers } = await get('/pulls/7')
    expect(headers.get('x-ratelimit-limit')).toBe('1000')
    expect(headers.get('x-ratelimit-remaining')).toBe('998')
    expect(headers.get('x-github-request-id')).toBe('EMUL:000002')
  })

  it('is rate limited by faults, as 403 or 429', async () => {
    const { emulator, get, world } = repository()
    world.addPull({ number: 7 })
    emulator.faults.push(
      rateLimitFault('secondary', { status: 403, retryAfter: 60 }),
      rateLimitFault('primary', { status: 429, reset: 1_800_000_000 }, { times: 1 }),
    )
    const secondary = await get('/pulls/7')
    expect([secondary.status, secondary.headers.get('retry-after')]).toEqual([403, '60'])
    expect(secondary.body).toMatchObject({ message: expect.stringContaining('secondary rate limit') })
    const primary = await get('/pulls/7')
    expect([primary.status, primary.headers.get('retry-after')]).toEqual([429, null])
    expect(primary.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(primary.headers.get('x-ratelimit-reset')).toBe('1800000000')
    expect((await get('/pulls/7')).status).toBe(200)
  })

  it('is changed from outside', async () => {
    const { get, world } = repository({ repository: 'octo/hello', token: 'ghs_emulated' })
    world.addPull({ number: 7 })
    const comment = world.addComment(7, 'x')
    world.setState(7, 'MERGED')
    world.removeComment(comment.id)
    expect((await get('/pulls/7')).body).toMatchObject({ merged: true })
    expect((await get('/issues/7/comments')).body).toEqual([])
    world.setState(7, 'OPEN')
    expect((await get('/pulls/7')).body).toMatchObject({ state: 'open', closed_at: null })
    world.removeThread(7)
    expect(world.thread(7)).toBeUndefined()
    expect(() => world.setState(7, 'OPEN')).toThrow('no such pull request or issue in the emulated repository: 7')
    expect([world.stateOf(1), world.statuses(1)]).toEqual([undefined, []])
  })
})

describe('GET pulls/{number}/commits', () => {
  it('lists the commits, the oldest first, 250 at most, page by page', async () => {
    const { get, world } = repository()
    world.addPull({ number: 5, commits: Array.from({ length: 260 }, (_, n) => `sha-${n}`) })
    const pages = await Promise.all(
      [1, 2, 3, 4].map(async (page) => (await get(`/pulls/5/commits?per_page=100&page=${page}`)).body),
    )
    const shas = pages.flatMap((page) => (Array.isArray(page) ? page.map(({ sha }) => sha) : []))
    expect(shas).toEqual(Array.from({ length: 250 }, (_, n) => `sha-${n}`))
  })

  it('of an issue: 404', async () => {
    const { get, world } = repository()
    world.addIssue({ number: 6 })
    expect((await get('/pulls/6/commits')).status).toBe(404)
  })

  it('end at the head, which has no repository once its fork is gone', async () => {
    const { get, world } = repository()
    world.addPull({ number: 7, headRef: 'x', headRepository: undefined, commits: ['a', 'b'] })
    expect((await get('/pulls/7')).body).toMatchObject({ head: { ref: 'x', sha: 'b', repo: null } })
  })
})
