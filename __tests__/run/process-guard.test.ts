import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InternalError } from '../../src/run/internal-error.ts'
import { guardProcess } from '../../src/run/process-guard.ts'
import { createSecrets } from '../../src/runner/secrets.ts'
import { fakeRunner } from '../support/runner.ts'

class FakeProcess extends EventEmitter {
  exitCode: number | string | null | undefined = 0
  readonly exits: (number | undefined)[] = []
  readonly stdout = new EventEmitter()
  readonly stderr = new EventEmitter()

  exit(code?: number): void {
    this.exits.push(code)
  }
}

function guarded() {
  const process = new FakeProcess()
  const { runner, told } = fakeRunner(createSecrets(() => undefined))
  const guard = guardProcess(process, runner)
  const close = vi.fn(async () => undefined)
  return { process, told, guard, close }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the exit code', () => {
  it('is 1 from the beginning, so that no early end is a success', () => {
    expect(guarded().process.exitCode).toBe(1)
  })

  it.each([
    [true, 0],
    [false, 1],
  ])('of a run that gives %s is %d, and what would hold the process is closed', async (succeeded, code) => {
    const { process, guard, close, told } = guarded()
    await guard.carryOut(async () => succeeded, close)
    process.emit('exit')
    expect([process.exitCode, told.log, close.mock.calls.length]).toEqual([code, [], 1])
  })

  it('of a run that throws is 1, with every output and one error', async () => {
    const { process, guard, close, told } = guarded()
    await guard.carryOut(() => Promise.reject(new Error('boom')), close)
    process.emit('exit')
    expect(process.exitCode).toBe(1)
    expect(told.log).toEqual([expect.stringMatching(/^error: Undeploy failed unexpectedly: boom/)])
    expect(told.outputs).toMatchObject({ status: 'failed', results: '[]', 'deleted-count': '0' })
  })

  it('of a run that never ends is 1; what it wrote before stays, but for the status', () => {
    const { process, guard, told } = guarded()
    guard.runner.output('deleted-ids', '["d1"]')
    guard.runner.output('status', 'deleted')
    process.emit('exit')
    expect(process.exitCode).toBe(1)
    expect(told.outputs).toMatchObject({ status: 'failed', 'deleted-ids': '["d1"]', results: '[]' })
    expect(told.log).toEqual([expect.stringContaining('it stopped in the middle')])
  })
})

describe('a cancellation', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGBREAK'])('by %s aborts the run, and says nothing of a mistake', (signal) => {
    const { process, guard } = guarded()
    process.emit(signal)
    expect(guard.cancelled.aborted).toBe(true)
    expect(guard.cancelled.reason).not.toBeInstanceOf(InternalError)
  })
})

describe('a mistake of ours that nobody waits for', () => {
  it.each(['uncaughtException', 'unhandledRejection'])('%s: cancels the run, which ends as failed', async (event) => {
    const { process, guard, close, told } = guarded()
    process.emit(event, new Error('lost'))
    process.emit(event, new Error('another'))
    expect(guard.cancelled.reason).toMatchObject({ name: 'InternalError', message: expect.stringContaining('lost') })
    await guard.carryOut(async () => true, close)
    process.emit('exit')
    expect(process.exitCode).toBe(1)
    expect(told.log).toEqual([expect.stringContaining('lost')])
  })

  it('that the report tells of is not told again', async () => {
    const { process, guard, close, told } = guarded()
    process.emit('uncaughtException', new Error('lost'))
    await guard.carryOut(async () => {
      if (guard.cancelled.reason instanceof InternalError) guard.cancelled.reason.isReported = true
      return false
    }, close)
    process.emit('exit')
    expect([process.exitCode, told.log]).toEqual([1, []])
  })

  it('ends the process after 5 s where the run does not end by itself', () => {
    const { process } = guarded()
    process.emit('uncaughtException', new Error('lost'))
    vi.advanceTimersByTime(4999)
    expect(process.exits).toEqual([])
    vi.advanceTimersByTime(1)
    expect(process.exits).toEqual([1])
  })
})

describe('the end', () => {
  it('comes a second after the run, whatever still holds the process', async () => {
    const { process, guard } = guarded()
    void guard.carryOut(
      async () => true,
      () => new Promise(() => undefined),
    )
    await vi.advanceTimersByTimeAsync(1000)
    expect(process.exits).toEqual([undefined])
  })

  it('of whoever reads the log is no end of the run', () => {
    const { process } = guarded()
    expect(() => process.stdout.emit('error', new Error('EPIPE'))).not.toThrow()
    expect(() => process.stderr.emit('error', new Error('EPIPE'))).not.toThrow()
  })
})
