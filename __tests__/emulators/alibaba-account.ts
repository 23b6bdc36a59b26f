import {
  type AlibabaEmulator,
  type AlibabaOptions,
  createAlibabaEmulator,
} from '../../emulators/alibaba-model-studio.ts'

/** What an answer may hold; every field is looked at by some test only. */
export interface Body {
  request_id: string
  code?: string
  message?: string
  output: Output
}

export interface Output {
  deployed_model?: string
  status?: string
  gmt_create?: unknown
  total?: number
  deployments?: { deployed_model: string; status: string; gmt_create?: unknown }[]
  records?: { instance_id: string; status: string; deleted: boolean; can_delete: boolean }[]
  items?: number
  operation_id?: string
  operation_status?: string
  request_id?: string
  error_code?: string
  ptu_capacity?: { input_tpm: number; output_tpm: number }
}

export interface Account {
  emulator: AlibabaEmulator
  world: AlibabaEmulator['world']
  /** Lets time pass. */
  wait(ms: number): void
  call(method: string, path: string, headers?: Record<string, string>): Promise<{ status: number; body: Body }>
  get(path: string): Promise<{ status: number; body: Body }>
  del(path: string, headers?: Record<string, string>): Promise<{ status: number; body: Body }>
}

export const START = Date.UTC(2026, 5, 17, 11, 0, 38, 680)

/** An emulated account with a clock that stands still. */
export function account(options: AlibabaOptions = {}): Account {
  let time = START
  const emulator = createAlibabaEmulator({ now: () => time, ...options })

  async function call(method: string, path: string, headers: Record<string, string> = {}) {
    const url = `https://dashscope-intl.aliyuncs.com/api/v1${path}`
    const all = { authorization: 'Bearer sk-emulated', ...headers }
    const response = await emulator.handle(new Request(url, { method, headers: all }))
    const text = await response.text()
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body }
  }

  return {
    emulator,
    world: emulator.world,
    wait(ms) {
      time += ms
    },
    call,
    get: (path) => call('GET', path),
    del: (path, headers) => call('DELETE', path, headers),
  }
}
