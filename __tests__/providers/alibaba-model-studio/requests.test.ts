import { describe, expect, it } from 'vitest'
import { BEIJING, ID, KEY, SINGAPORE, studio } from './studio.ts'
import { useWire } from './wire.ts'

/** What GET does not find any more must be missing in the list as well. */
const LIST = '/api/v1/deployments?page_no=1&page_size=100'
const wire = useWire()
const PATH = `/api/v1/deployments/${ID}`

describe('where the requests go', () => {
  it.each([
    ['no region: Singapore, dashscope-intl.aliyuncs.com', {}, SINGAPORE],
    ['region ap-southeast-1: dashscope-intl.aliyuncs.com', { region: 'ap-southeast-1' }, SINGAPORE],
    ['region cn-beijing: dashscope.aliyuncs.com', { region: 'cn-beijing' }, BEIJING],
  ])('%s', async (_rule, inputs, origin) => {
    const account = studio()

    const { outputs } = await wire.run(account, origin, inputs)

    expect(outputs['status']).toBe('deleted')
    expect([...new Set(account.emulator.requests.map(({ path }) => path))]).toEqual([PATH, LIST])
  })

  it.each(['', '/', '/api/v1', '/api/v1/'])('api-url with "%s" at its end: the same paths', async (end) => {
    const account = studio()

    const { outputs, log } = await wire.run(account, SINGAPORE, { 'api-url': `${SINGAPORE}${end}` })

    expect(outputs['status']).toBe('deleted')
    expect([...new Set(account.emulator.requests.map(({ path }) => path))]).toEqual([PATH, LIST])
    expect(log.filter((line) => line.startsWith('notice'))).toEqual([])
  })

  it('api-url of a workspace host: taken without a notice', async () => {
    const host = 'https://llm-1a2b.ap-southeast-1.maas.aliyuncs.com'
    const { outputs, log } = await wire.run(studio(), host, { 'api-url': host })

    expect(outputs['status']).toBe('deleted')
    expect(log.filter((line) => line.startsWith('notice'))).toEqual([])
  })

  it('api-url of a gateway with a path of its own: the path is kept, and a notice says where the key goes', async () => {
    const account = studio({}, { basePath: '/bailian/api/v1' })

    const { outputs, log } = await wire.run(account, 'https://gateway.example', {
      'api-url': 'https://gateway.example/bailian',
    })

    expect(outputs['status']).toBe('deleted')
    expect(account.emulator.requests[0]?.path).toBe(`/bailian/api/v1/deployments/${ID}`)
    expect(log.filter((line) => line.startsWith('notice'))).toEqual([expect.stringContaining('gateway.example')])
  })

  it('a redirect is not followed: the key goes nowhere else', async () => {
    const account = studio()
    account.emulator.faults.push({ kind: 'status', status: 307, headers: { location: 'https://elsewhere.example/' } })

    const { outputs } = await wire.run(account, SINGAPORE)

    expect(outputs['status']).toBe('failed')
    expect(account.calls()).toEqual(['GET 307'])
  })

  it('an http:// api-url that is not loopback: input error, no request', async () => {
    const account = studio()

    const { ok, log } = await account.run({ 'api-url': 'http://dashscope-intl.aliyuncs.com' })

    expect(ok).toBe(false)
    expect(log.join('\n')).toContain("'api-url' must begin with https://")
    expect(account.calls()).toEqual([])
  })
})

describe('what the requests carry', () => {
  it('Authorization: Bearer and the key, with every request', async () => {
    const account = studio()
    await wire.run(account, SINGAPORE)

    const sent = new Set(account.emulator.requests.map(({ headers }) => headers['authorization']))
    expect([...sent]).toEqual([`Bearer ${KEY}`])
  })

  it('a key pasted with its scheme: one Bearer only', async () => {
    const account = studio()
    const { outputs } = await wire.run(account, SINGAPORE, { 'api-key': `bearer ${KEY}` })

    expect(outputs['status']).toBe('deleted')
    expect(account.emulator.requests[0]?.headers['authorization']).toBe(`Bearer ${KEY}`)
  })

  it('no api-key: DASHSCOPE_API_KEY of the environment', async () => {
    const account = studio()
    const { outputs } = await account.run({ 'api-key': '' }, { env: { DASHSCOPE_API_KEY: KEY } })

    expect(outputs['status']).toBe('deleted')
    expect(account.emulator.requests[0]?.headers['authorization']).toBe(`Bearer ${KEY}`)
  })

  it('neither api-key nor DASHSCOPE_API_KEY: input error, no request', async () => {
    const account = studio()
    const { ok, log } = await account.run({ 'api-key': '' })

    expect(ok).toBe(false)
    expect(log.join('\n')).toContain("'api-key' is empty and DASHSCOPE_API_KEY is not set")
    expect(account.calls()).toEqual([])
  })

  it('no workspace-id: no X-DashScope-WorkSpace', async () => {
    const account = studio()
    await wire.run(account, SINGAPORE)

    expect(account.deletes()).toHaveLength(1)
    expect(account.emulator.requests.filter(({ headers }) => 'x-dashscope-workspace' in headers)).toEqual([])
  })

  it('workspace-id: X-DashScope-WorkSpace with every request', async () => {
    const account = studio({ workspace_id: 'llm-ours' }, { workspaces: ['llm-ours'] })
    const { outputs } = await wire.run(account, SINGAPORE, { 'workspace-id': 'llm-ours' })

    expect(outputs['status']).toBe('deleted')
    const sent = new Set(account.emulator.requests.map(({ headers }) => headers['x-dashscope-workspace']))
    expect([...sent]).toEqual(['llm-ours'])
  })

  it('DELETE has no body, and all accept JSON', async () => {
    const account = studio()
    await wire.run(account, SINGAPORE)

    expect(account.deletes().map(({ body }) => body)).toEqual([''])
    expect([...new Set(account.emulator.requests.map(({ headers }) => headers['accept']))]).toEqual([
      'application/json',
    ])
  })

  it('a key that begins with sk-sp-: a notice that it belongs to other base URLs', async () => {
    const account = studio({}, { apiKeys: [{ key: 'sk-sp-1f2e3d', workspace: 'llm-emulated' }] })
    const { log } = await wire.run(account, SINGAPORE, { 'api-key': 'sk-sp-1f2e3d' })

    expect(log.filter((line) => line.startsWith('notice'))).toEqual([expect.stringContaining('sk-sp-')])
    expect(log.join('\n')).not.toContain('1f2e3d')
  })

  it('any other key: no such notice', async () => {
    const { log } = await wire.run(studio(), SINGAPORE)
    expect(log.join('\n')).not.toContain('sk-sp-')
  })
})

describe('IDs in paths', () => {
  it.each([
    ['qwen@v1:a+b', 'qwen%40v1%3Aa%2Bb'],
    ['a&b', 'a%26b'],
    ['模型-pr42', '%E6%A8%A1%E5%9E%8B-pr42'],
    ['models-pr1', 'models-pr1'],
    ['...', '...'],
    ['constructor', 'constructor'],
  ])('%s is sent percent-encoded, as one part of the path', async (id, encoded) => {
    const account = studio({ deployed_model: id })

    const { outputs } = await wire.run(account, SINGAPORE, { 'deployment-id': id })

    expect(outputs['status']).toBe('deleted')
    expect(outputs['deleted-ids']).toBe(JSON.stringify([id]))
    expect([...new Set(account.emulator.requests.map(({ path }) => path))]).toEqual([
      `/api/v1/deployments/${encoded}`,
      LIST,
    ])
  })

  it.each([
    'models',
    '.',
    '..',
    'a/b',
    '/',
    'a\\b',
    'a?b',
    'a#b',
    '%2e%2e',
    'a%2Fb',
    'a b',
    'a\u200bb',
    'x'.repeat(257),
  ])('%j cannot be a deployment: input error, no request, also not for the good ID beside it', async (id) => {
    const account = studio()

    const { ok, log, outputs } = await account.run({ 'deployment-id': `${ID}\n${id}` })

    expect(ok).toBe(false)
    expect(outputs['status']).toBe('failed')
    expect(log.filter((line) => line.startsWith('error'))).toEqual([expect.stringContaining("'deployment-id' has ")])
    expect(account.calls()).toEqual([])
  })
})
