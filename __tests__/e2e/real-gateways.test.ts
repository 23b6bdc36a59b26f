import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { runStep } from '../../demo/runner.ts'
import { type Emulator, TransportFault } from '../../emulators/emulator.ts'
import { account, caFile, inputs, open, serveOver, visible } from './far-end.ts'

// Real programs, where Debian's packages are installed: nginx-light, haproxy, squid, tinyproxy. A program that is not there is named.
const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

const isInstalled = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** A group of tests with a real program; where it is not installed, one test says so. */
function withProgram(program: string, tests: () => void): void {
  if (isInstalled(program)) describe(program, tests)
  else it(`${program} is not installed here: nothing is shown with it`, () => expect(isInstalled(program)).toBe(false))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'undeploy-gateway-'))
  chmodSync(path, 0o777)
  open.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Starts a program in the foreground and waits until it listens. */
async function listening(port: number, command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk))
  for (let tries = 0; tries < 200; tries++) {
    if (await takesConnections(port)) return
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}: ${said}`)
    await sleep(50)
  }
  throw new Error(`${command} does not listen: ${said}`)
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

const port = (url: string): string => new URL(url).port

/** Two ways to one account: the first loses the answer to the first DELETE, which it carried out. */
async function twoBackends() {
  const baseten = account(['d1'])
  let lost = 0
  const lossy: Emulator = {
    ...baseten,
    async handle(request) {
      const response = await baseten.handle(request)
      if (request.method !== 'DELETE' || lost++ > 0) return response
      throw new TransportFault('reset')
    },
  }
  return { baseten, ports: [port(await serveOver(lossy, 'http')), port(await serveOver(baseten, 'http'))] as const }
}

/** How often the action itself sent a DELETE, by its debug log. */
const sentByUs = (log: string): number => log.split('\n').filter((line) => line.startsWith('::debug::DELETE ')).length

withProgram('nginx', () => {
  const nginx = async (server: string, http = ''): Promise<number> => {
    const [path, listen] = [folder(), await freePort()]
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${path}/${name};`,
    )
    writeFileSync(
      join(path, 'nginx.conf'),
      `daemon off; master_process off; pid ${path}/pid; error_log ${path}/error.log; events {}
       http { access_log off; ${temp.join(' ')} ${http} server { listen 127.0.0.1:${listen}${server.replaceAll('FOLDER', path)} } }`,
    )
    await listening(listen, 'nginx', ['-c', join(path, 'nginx.conf'), '-e', join(path, 'error.log')])
    return listen
  }

  it('sends DELETE to the next backend after a lost answer, and answers with the second 404: gone without an acceptance, so not deleted by us, and we sent it once', async () => {
    const { baseten, ports } = await twoBackends()
    const upstream = `upstream api { server 127.0.0.1:${ports[0]}; server 127.0.0.1:${ports[1]} backup; }`
    const listen = await nginx('; location / { proxy_pass http://api; proxy_http_version 1.1; }', upstream)
    const end = await runStep({ inputs: inputs(`http://127.0.0.1:${listen}`, ['d1']) })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'already-gone'])
    expect(baseten.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(2)
    expect(sentByUs(end.log)).toBe(1)
  })

  it('ends every connection after two requests: nothing is lost, and each DELETE arrives once', async () => {
    const ids = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6']
    const baseten = account(ids)
    const back = port(await serveOver(baseten, 'http'))
    const listen = await nginx(`; keepalive_requests 2; location / { proxy_pass http://127.0.0.1:${back}; }`)
    const end = await runStep({ inputs: inputs(`http://127.0.0.1:${listen}`, ids) })
    expect([end.exitCode, end.outputs['deleted-count']]).toEqual([0, '6'])
    expect(baseten.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(6)
  })

  it('gives up on a backend that is down with an HTML 502: the step fails with the host and the status', async () => {
    const dead = await freePort()
    const listen = await nginx(`; location / { proxy_pass http://127.0.0.1:${dead}; }`)
    const end = await runStep({ inputs: inputs(`http://127.0.0.1:${listen}`, ['d1'], { timeout: '3s' }) })
    expect([end.exitCode, end.outputs['deleted-count']]).toEqual([1, '0'])
    expect(visible(end)).toMatch(/GET \/v1\/models\/m1\S* answered HTTP 502/)
  })
})

withProgram('haproxy', () => {
  it('repeats DELETE with retry-on all-retryable-errors: gone without an acceptance, so not deleted by us, and we sent it once', async () => {
    const { baseten, ports } = await twoBackends()
    const [path, listen] = [folder(), await freePort()]
    writeFileSync(
      join(path, 'haproxy.cfg'),
      `defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
  retries 3
  retry-on all-retryable-errors
  option redispatch 1
frontend in
  bind 127.0.0.1:${listen}
  default_backend api
backend api
  balance first
  server a 127.0.0.1:${ports[0]}
  server b 127.0.0.1:${ports[1]} backup
`,
    )
    await listening(listen, 'haproxy', ['-db', '-f', join(path, 'haproxy.cfg')])
    const end = await runStep({ inputs: inputs(`http://127.0.0.1:${listen}`, ['d1']) })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'already-gone'])
    expect(baseten.requests.filter(({ method }) => method === 'DELETE').length).toBeGreaterThanOrEqual(2)
    expect(sentByUs(end.log)).toBe(1)
  })
})

withProgram('squid', () => {
  const squid = async (rules: string): Promise<number> => {
    const [path, listen] = [folder(), await freePort()]
    const config = `http_port 127.0.0.1:${listen}
pid_filename none
cache deny all
cache_log ${path}/cache.log
access_log none
coredump_dir ${path}
shutdown_lifetime 0 seconds
${rules.replaceAll('FOLDER', path)}
`
    writeFileSync(join(path, 'squid.conf'), config)
    await listening(listen, 'squid', ['-N', '-f', join(path, 'squid.conf')])
    return listen
  }

  it('tunnels https, where the port is allowed', async () => {
    const baseten = account(['d1'])
    const url = await serveOver(baseten, 'https')
    const listen = await squid('http_access allow all')
    const env = { https_proxy: `http://127.0.0.1:${listen}`, NODE_EXTRA_CA_CERTS: caFile() }
    const end = await runStep({ inputs: inputs(url, ['d1']), env })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
  })

  it('refuses ports other than 443 as Debian configures it: the step fails at once with the proxy, the host and the remedy', async () => {
    const baseten = account(['d1'])
    const url = await serveOver(baseten, 'https')
    const listen = await squid('acl SSL_ports port 443\nhttp_access deny CONNECT !SSL_ports\nhttp_access allow all')
    const env = { https_proxy: `http://127.0.0.1:${listen}`, NODE_EXTRA_CA_CERTS: caFile() }
    const end = await runStep({ inputs: inputs(url, ['d1']), env })
    expect([end.exitCode, end.outputs['status']]).toEqual([1, 'failed'])
    expect(visible(end)).toContain(
      `the proxy 127.0.0.1:${listen} answered 403 for ${new URL(url).host}: let it allow this host`,
    )
    expect(baseten.requests).toEqual([])
  })
})

withProgram('tinyproxy', () => {
  const tinyproxy = async (): Promise<number> => {
    const [path, listen] = [folder(), await freePort()]
    writeFileSync(
      join(path, 'tinyproxy.conf'),
      `Port ${listen}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nLogFile "${path}/log"\n`,
    )
    await listening(listen, 'tinyproxy', ['-d', '-c', join(path, 'tinyproxy.conf')])
    return listen
  }

  it('answers CONNECT with HTTP/1.0 200: https goes through it', async () => {
    const baseten = account(['d1'])
    const url = await serveOver(baseten, 'https')
    const listen = await tinyproxy()
    const env = { https_proxy: `127.0.0.1:${listen}`, NODE_EXTRA_CA_CERTS: caFile() }
    const end = await runStep({ inputs: inputs(url, ['d1']), env })
    expect([end.exitCode, end.outputs['status']]).toEqual([0, 'deleted'])
  })

  it('answers 500 for a host that cannot be reached: told with the proxy and the host', async () => {
    const [dead, listen] = [await freePort(), await tinyproxy()]
    const env = { https_proxy: `http://127.0.0.1:${listen}` }
    const end = await runStep({ inputs: inputs(`https://127.0.0.1:${dead}`, ['d1'], { timeout: '3s' }), env })
    expect([end.exitCode, end.outputs['deleted-count']]).toEqual([1, '0'])
    expect(visible(end)).toMatch(/the proxy 127\.0\.0\.1:\d+ answered 500 for 127\.0\.0\.1:\d+/)
  })
})
