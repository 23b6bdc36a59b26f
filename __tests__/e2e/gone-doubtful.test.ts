import { describe, it } from 'vitest'
import { startStep } from '../../demo/runner.ts'
import { json } from '../../emulators/core.ts'
import { serve } from '../../emulators/serve.ts'
import { FAST } from './fast-clock.ts'
import { CASES, inFront, inputsOf, runBetween } from './gone-accounts.ts'
import { until } from './job.ts'

/** Answers that prove nothing, and answers that pass; on the built action, for every provider in both forms. */

const ID = 'pr-1'
const EXIT = { ok: 0, failed: 1 } as const

async function changed(answer: Promise<Response>, status: number, more: Record<string, string>): Promise<Response> {
  const response = await answer
  return new Response(await response.text(), {
    status,
    headers: { ...Object.fromEntries(response.headers), ...more },
  })
}

/** Partial, changed by a proxy, and from a cache. */
const NO_PROOF: readonly [number, Record<string, string>][] = [
  [206, {}],
  [203, {}],
  [200, { age: '30' }],
]

describe.concurrent.each(CASES)('$provider, $form: a list that proves nothing', ({ provider, form, open }) => {
  it('lists are partial, changed, and from a cache in turn: nothing is decided on them, and the step fails', async (context) => {
    const { expect } = context
    const account = open([ID])
    let lists = 0
    const end = await runBetween(
      account,
      form,
      context,
      (call, proceed) => {
        if (!call.isList) return proceed()
        const [status, headers] = NO_PROOF[lists++ % NO_PROOF.length] ?? [206, {}]
        return changed(proceed(), status, headers)
      },
      { timeout: '60s' },
    )
    expect(end.exitCode).toBe(EXIT.failed)
    expect(end.outputs).toMatchObject({ 'deleted-count': '0', 'deleted-ids': '[]' })
    expect(lists).toBeGreaterThanOrEqual(NO_PROOF.length)
    // One named by its ID is decided on by GET on these two; only the end of it needs a list.
    const isByGet = form === 'exact' && provider !== 'Baseten'
    expect(end.writes.length).toBeLessThanOrEqual(isByGet ? 1 : 0)
    expect(account.has(ID)).toBe(end.writes.length === 0)
    if (end.writes.length > 0) expect(end.results[0]?.reason).toContain('deletion was accepted but not confirmed')
  })

  it('a 404 that comes from a cache is no sign that it is gone: read until the provider itself answers', async (context) => {
    const { expect } = context
    const account = open([ID], { deleteMs: 4000 })
    const shown: string[] = []
    let cached = 3
    const end = await runBetween(account, form, context, ({ method, isAbout }, proceed) => {
      if (method !== 'GET' || !isAbout(ID) || cached-- <= 0) return proceed()
      shown.push('from the cache')
      return changed(Promise.resolve(account.notFound()), 404, { age: '30' })
    })
    expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
    expect({ times: shown.length, isThere: account.has(ID) }).toEqual({ times: 3, isThere: false })
  })
})

/** In turn; the last two are of gateways. */
const PASSING: readonly (() => Response)[] = [
  () => json(421, {}),
  () => json(425, {}),
  () => new Response('', { status: 499 }),
  () => new Response('default backend - 404', { status: 404 }),
  () => json(404, { message: 'no Route matched with those values' }),
]

describe.concurrent.each(CASES)('$provider, $form: after its deletion was accepted', ({ form, open }) => {
  it('every GET is answered 421, 425, 499, and twice 404 by a gateway, and then as it should be: deleted', async (context) => {
    const { expect } = context
    const account = open([ID], { deleteMs: 4000 })
    const played = new Map<string, number>()
    let isDeleting = false
    const end = await runBetween(account, form, context, async ({ method, path, isList, isAbout }, proceed) => {
      const count = played.get(path) ?? 0
      const answer = PASSING[count]
      if (method === 'GET' && isDeleting && (isList || isAbout(ID)) && answer !== undefined) {
        played.set(path, count + 1)
        return answer()
      }
      isDeleting ||= method === 'DELETE'
      return proceed()
    })
    expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
    expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: EXIT.ok, isThere: false })
    expect(Math.max(...played.values())).toBe(PASSING.length)
  })

  it('but answered 503 with Retry-After: 600: found gone at once, in a step of four minutes', async (context) => {
    const { expect } = context
    const account = open([ID], { deleteMs: 4000 })
    let isFirst = true
    const end = await runBetween(account, form, context, async ({ method }, proceed) => {
      const response = await proceed()
      if (method !== 'DELETE' || !isFirst) return response
      isFirst = false
      return new Response('', { status: 503, headers: { 'retry-after': '600' } })
    })
    // Where the provider shows that it is being deleted, that is an acceptance.
    expect(['deleted', 'already-gone']).toContain(end.results[0]?.outcome)
    expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: EXIT.ok, isThere: false })
    expect(end.writes.filter((line) => line.startsWith('DELETE'))).toHaveLength(1)
  })

  it('SIGTERM that is not the runner’s ends the step: exit code 1, and what was accepted is told', async ({
    expect,
    onTestFinished,
  }) => {
    const account = open([ID], { deleteMs: 600_000 })
    let isDeleting = false
    const far = inFront(account.emulator, async ({ method }, proceed) => {
      const response = await proceed()
      isDeleting ||= method === 'DELETE'
      return response
    })
    const { url, close } = await serve(far)
    onTestFinished(close)
    const step = await startStep({ inputs: inputsOf(account, form, url), env: FAST })
    await until(() => isDeleting)
    step.kill('SIGTERM')
    const { exitCode, outputs } = await step.ended
    const [result] = JSON.parse(outputs['results'] ?? '[]')
    expect(result).toMatchObject({ id: ID, outcome: 'cancelled' })
    expect({ exitCode, deleted: outputs['deleted-count'] }).toEqual({ exitCode: EXIT.failed, deleted: '0' })
  })
})

describe.concurrent.each(CASES)(
  '$provider, $form: a portal answers DELETE with an empty HTML page and 200',
  ({ form, open }) => {
    it.for(['true', 'false'])('wait: %s: not accepted without a look; it is sent again', async (wait, context) => {
      const { expect } = context
      const account = open([ID])
      let isPortal = true
      const end = await runBetween(
        account,
        form,
        context,
        ({ method }, proceed) => {
          if (method !== 'DELETE' || !isPortal) return proceed()
          isPortal = false
          return new Response('', { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
        },
        { wait },
      )
      expect(end.results).toMatchObject([{ id: ID, outcome: wait === 'true' ? 'deleted' : 'accepted' }])
      expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: EXIT.ok, isThere: false })
      expect(end.writes.filter((line) => line.startsWith('DELETE'))).toHaveLength(2)
    })
  },
)
