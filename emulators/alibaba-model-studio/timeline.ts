/** What is going to happen by itself, worked out lazily: nothing runs until someone looks. */
export interface Timeline {
  now(): number
  /** Plans something. A time of Infinity never comes. */
  plan(at: number, happen: (at: number) => void): void
  /** Lets everything happen that is due by now, in the order of its times, also what it sets off on its way. */
  catchUp(): void
}

interface Plan {
  at: number
  happen: (at: number) => void
}

/** Makes a timeline over a clock. */
export function createTimeline(now: () => number): Timeline {
  const plans: Plan[] = []

  function plan(at: number, happen: (at: number) => void): void {
    if (at === Number.POSITIVE_INFINITY) return
    // Equal times keep the order in which they were planned.
    const index = plans.findLastIndex((each) => each.at <= at) + 1
    plans.splice(index, 0, { at, happen })
  }

  function catchUp(): void {
    const until = now()
    for (let next = plans[0]; next !== undefined && next.at <= until; next = plans[0]) {
      plans.shift()
      next.happen(next.at)
    }
  }

  return { now, plan, catchUp }
}
