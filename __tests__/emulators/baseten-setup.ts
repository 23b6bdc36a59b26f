import { type BasetenOptions, createBasetenEmulator, DEFAULT_API_KEY } from '../../emulators/baseten.ts'

export const START = Date.parse('2026-11-01T12:00:00.000Z')

/** An emulator on a clock of its own, with one model that has a production deployment and a spare one, and a caller. */
export function setup(options: Omit<BasetenOptions, 'now'> = {}) {
  let time = START
  const emulator = createBasetenEmulator({ ...options, now: () => time })
  const { world } = emulator
  const model = world.addModel({ name: 'whisper' })
  const production = world.addDeployment(model.id, { production: true, name: 'live' })
  const spare = world.addDeployment(model.id, { name: 'PR-4_abc1234' })
  const path = `/v1/models/${model.id}`

  async function call(
    method: string,
    at: string,
    { body, key = DEFAULT_API_KEY, scheme = 'Api-Key' }: CallOptions = {},
  ) {
    const headers = { authorization: `${scheme} ${key}` }
    const init = body === undefined ? { method, headers } : { method, headers, body }
    const response = await emulator.handle(new Request(`https://api.baseten.co${at}`, init))
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  return {
    emulator,
    world,
    settings: emulator.settings,
    model,
    production,
    spare,
    path,
    call,
    wait(ms: number) {
      time += ms
    },
    /** What the world did and refused, without times. */
    log: () =>
      world.events.map(({ what, id, by, answer }) => [what, id, by, answer].filter((part) => part !== undefined)),
  }
}

interface CallOptions {
  body?: string
  key?: string
  scheme?: string
}
