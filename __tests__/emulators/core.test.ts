import { describe, expect, it } from 'vitest'
import { emulate, json } from '../../emulators/core.ts'
import { type Fault, TransportFault } from '../../emulators/emulator.ts'

function counter() {
  let count = 0
  const emulator = emulate({ now: () => 1000 + count }, (request, body) => {
    count += 1
    if (request.url.endsWith('/empty')) return new Response(null, { status: 204 })
    if (request.url.endsWith('/array')) return json(200, [count])
    return json(201, { count, body }, { 'x-kept': 'yes' })
  })
  const send = (path = '/things?a=1', init: RequestInit = {}) =>
    emulator.handle(new Request(`http://emulated${path}`, init))
  const play = (fault: Fault, path?: string) => {
    emulator.faults.push(fault)
    return send(path)
  }
  return { emulator, send, play, count: () => count }
}

function thrown(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('the request log', () => {
  it('keeps time, method, path with query, lower-cased headers, body and status', async () => {
    const { emulator, send } = counter()
    const response = await send('/things?a=1', {
      method: 'POST',
      body: 'hello',
      headers: { Authorization: 'Bearer t' },
    })

    expect(await response.json()).toEqual({ count: 1, body: 'hello' })
    expect(emulator.requests).toMatchObject([
      {
        at: 1000,
        method: 'POST',
        path: '/things?a=1',
        headers: { authorization: 'Bearer t' },
        body: 'hello',
        status: 201,
      },
    ])
  })

  it('leaves the status open where the connection broke', async () => {
    const { emulator, play } = counter()
    await thrown(play({ kind: 'lost-answer' }))
    expect(emulator.requests).toHaveLength(1)
    expect(emulator.requests[0]).not.toHaveProperty('status')
  })

  it('lets a mistake of the emulator itself through', async () => {
    const emulator = emulate({}, () => {
      throw new Error('a mistake')
    })
    await expect(emulator.handle(new Request('http://emulated/'))).rejects.toThrow('a mistake')
  })
})

describe('which request a fault hits', () => {
  it('hits one request where no number is given, and is dropped then', async () => {
    const { emulator, send, play } = counter()
    expect((await play({ kind: 'html' })).status).toBe(200)
    expect(emulator.faults).toEqual([])
    expect((await send()).status).toBe(201)
  })

  it('hits as many as said, and a constant fault can be pushed again', async () => {
    const { emulator, send } = counter()
    const fault: Fault = { kind: 'status', status: 503, times: 2 }
    for (const _round of [1, 2]) {
      emulator.faults.push(fault)
      const statuses = [await send(), await send(), await send()].map((response) => response.status)
      expect(statuses).toEqual([503, 503, 201])
    }
    expect(fault.times).toBe(2)
  })

  it('hits only matching requests, and the oldest matching fault wins', async () => {
    const { emulator, send } = counter()
    emulator.faults.push(
      { kind: 'status', status: 500, when: ({ method }) => method === 'DELETE' },
      { kind: 'status', status: 502 },
      { kind: 'status', status: 504 },
    )
    const statuses = [await send(), await send('/x', { method: 'DELETE' }), await send(), await send()]
    expect(statuses.map((response) => response.status)).toEqual([502, 500, 504, 201])
  })

  it('goes on for ever with Infinity and never plays with 0', async () => {
    const { emulator, send } = counter()
    emulator.faults.push({ kind: 'status', status: 500, times: 0 }, { kind: 'status', status: 429, times: Infinity })
    for (const _round of [1, 2, 3]) expect((await send()).status).toBe(429)
    expect(emulator.faults).toHaveLength(2)
  })
})

describe('what a fault does', () => {
  it.each([
    ['reset-before', 'reset', 0],
    ['lost-answer', 'reset', 1],
    ['hang', 'hang', 0],
    ['hang-after', 'hang', 1],
  ] as const)('%s throws %s after %i processed', async (kind, fault, processed) => {
    const { play, count } = counter()
    const error = await thrown(play({ kind }))
    expect(error).toBeInstanceOf(TransportFault)
    expect(error).toMatchObject({ fault })
    expect(count()).toBe(processed)
  })

  it('truncated processes, delivers half of the announced bytes, then breaks', async () => {
    const { play, count } = counter()
    const response = await play({ kind: 'truncated' })
    const whole = JSON.stringify({ count: 1, body: '' })
    expect(response.status).toBe(201)
    expect(response.headers.get('content-length')).toBe(String(whole.length))

    const reader = response.body?.getReader()
    const half = await reader?.read()
    expect(new TextDecoder().decode(half?.value)).toBe(whole.slice(0, whole.length / 2))
    await expect(reader?.read()).rejects.toThrow()
    expect(count()).toBe(1)
  })

  it('truncated breaks the connection where there is no body to cut', async () => {
    const { play } = counter()
    expect(await thrown(play({ kind: 'truncated' }, '/empty'))).toMatchObject({ fault: 'reset' })
  })

  it.each([
    ['/things', 201, []],
    ['/array', 200, 'ok'],
    ['/empty', 200, []],
  ])('wrong-type processes %s and answers %i with another shape', async (path, status, body) => {
    const { play, count } = counter()
    const response = await play({ kind: 'wrong-type' }, path)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual(body)
    expect(count()).toBe(1)
  })

  it('html answers 200 with a page and processes nothing', async () => {
    const { play, count } = counter()
    const response = await play({ kind: 'html' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain('<html>')
    expect(count()).toBe(0)
  })

  it('huge processes and makes its 64 MiB only while they are read', async () => {
    const { play, count } = counter()
    const response = await play({ kind: 'huge' })
    let size = 0
    for await (const chunk of response.body ?? []) size += chunk.length
    expect(size).toBe(64 * 1024 * 1024 + 2)
    expect(response.status).toBe(201)
    expect(count()).toBe(1)
  })

  it('slow processes, delivers one byte and then nothing', async () => {
    const { play, count } = counter()
    const response = await play({ kind: 'slow' })
    const reader = response.body?.getReader()
    expect((await reader?.read())?.value).toEqual(new TextEncoder().encode('{'))
    const second = await Promise.race([reader?.read(), new Promise((resolve) => setTimeout(resolve, 20, 'nothing'))])
    expect(second).toBe('nothing')
    await reader?.cancel()
    expect(count()).toBe(1)
  })

  it('status answers as told, processed or not', async () => {
    const { play, count } = counter()
    const limited = await play({ kind: 'status', status: 429, headers: { 'Retry-After': '7' }, body: 'slow down' })
    expect([limited.status, limited.headers.get('retry-after'), await limited.text()]).toEqual([429, '7', 'slow down'])
    expect(count()).toBe(0)

    expect((await play({ kind: 'status', status: 204, processed: true })).status).toBe(204)
    expect(count()).toBe(1)
  })
})
