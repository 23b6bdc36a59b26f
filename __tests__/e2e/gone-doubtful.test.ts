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

const NO_PROOF: readonly [string, number, Record<string, string>][] = [
  ['is only a part of it (206)', 206, {}],
  ['was changed by a proxy (203)', 203, {}],
  ['comes from a cache (Age: 30)', 200, { age: '30' }],
]

describe.concurrent.each(CASES)('$provider, $form: a list that proves nothing', ({ provider, form, open }) => {
  it.for(NO_PROOF)(
    '%s: nothing is decided on it, nothing is said to be deleted, and the step fails',
    async ([, status, headers], context) => {
      const { expect } = context
      const account = open([ID])
      const spoil = (answer: Promise<Response>) => changed(answer, status, headers)
      const end = await runBetween(
        account,
        form,
        context,
        (call, proceed) => (call.isList ? spoil(proceed()) : proceed()),
        { timeout: '15s' },
      )
      expect(end.exitCode).toBe(EXIT.failed)
      expect(end.outputs).toMatchObject({ 'deleted-count': '0', 'deleted-ids': '[]' })
      // One named by its ID is decided on by GET on these two; only the end of it needs a list.
      const isByGet = form === 'exact' && provider !== 'Baseten'
      expect(end.writes).toHaveLength(isByGet ? 1 : 0)
      expect(account.has(ID)).toBe(!isByGet)
      if (isByGet) expect(end.results[0]?.reason).toContain('deletion was accepted but not confirmed')
    },
  )

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

const PASSING: readonly [string, () => Response][] = [
  ['421 for a GET', () => json(421, {})],
  ['425 for a GET', () => json(425, {})],
  ['499 for a GET', () => new Response('', { status: 499 })],
  ['404 of a gateway for a GET', () => new Response('default backend - 404', { status: 404 })],
  ['404 of a gateway in JSON for a GET', () => json(404, { message: 'no Route matched with those values' })],
]

describe.concurrent.each(CASES)('$provider, $form: after its deletion was accepted', ({ form, open }) => {
  it.for(PASSING)('a passing %s: deleted', async ([, answer], context) => {
    const { expect } = context
    const account = open([ID], { deleteMs: 4000 })
    let left = 2
    let isDeleting = false
    const end = await runBetween(account, form, context, async ({ method, isList, isAbout }, proceed) => {
      if (method === 'GET' && isDeleting && (isList || isAbout(ID)) && left-- > 0) return answer()
      isDeleting ||= method === 'DELETE'
      return proceed()
    })
    expect(end.results).toMatchObject([{ id: ID, outcome: 'deleted' }])
    expect({ exitCode: end.exitCode, isThere: account.has(ID) }).toEqual({ exitCode: EXIT.ok, isThere: false })
    expect(left).toBeLessThanOrEqual(0)
  })

  it('but answered 503 with Retry-After: 600: found gone at once, in a step of five minutes', async (context) => {
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
    const account = open([ID], { deleteMs: 60_000 })
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
