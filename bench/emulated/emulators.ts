import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { AccountPlan } from './account.ts'
import type { OpenAccount, Order, Reply } from './process.ts'
import type { Tally } from './tally.ts'

/** Emulators in a process of their own, so that their work is not counted as that of what is measured. */
export interface Emulators extends AsyncDisposable {
  /** Opens an account for the time of `use`. */
  withAccount<T>(plan: AccountPlan, use: (account: Opened) => Promise<T>): Promise<T>
}

export interface Opened extends OpenAccount {
  /** What was asked so far. */
  tally(): Promise<Tally>
}

export function startEmulators(): Emulators {
  const child = fork(join(import.meta.dirname, 'process.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>()
  let serial = 0
  child.on('message', (message: { serial: number; reply: Reply }) => {
    waiting.get(message.serial)?.resolve(message.reply)
    waiting.delete(message.serial)
  })
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the process of the emulators ended'))
  })

  const ask = async (order: Order): Promise<Reply> => {
    const own = ++serial
    const reply = await new Promise<Reply>((resolve, reject) => {
      waiting.set(own, { resolve, reject })
      child.send({ serial: own, order })
    })
    if ('problem' in reply) throw new Error(reply.problem)
    return reply
  }

  return {
    async withAccount(plan, use) {
      const reply = await ask({ open: plan })
      if (!('opened' in reply)) throw new Error('the account was not opened')
      const { opened } = reply
      try {
        return await use({ ...opened, tally: () => tallyAt(opened.url) })
      } finally {
        await ask({ close: opened.url })
      }
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await ended
    },
  }

  async function tallyAt(url: string): Promise<Tally> {
    const reply = await ask({ count: url })
    if (!('tally' in reply)) throw new Error('nothing was counted')
    return reply.tally
  }
}
