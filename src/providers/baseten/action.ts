import type { Target } from '../target.ts'

/** The actions on Baseten. */
export type BasetenAction =
  | { verb: 'delete'; final: true }
  | { verb: 'deactivate'; final: false }
  | { verb: 'delete-environment'; final: false; environment: string }
  | { verb: 'delete-model'; final: true }

/** What an action applies to: the target itself, or something that is deleted before it or with it. */
export function subjectOf(target: Target, action: BasetenAction): Target {
  const { parent = '' } = target
  switch (action.verb) {
    case 'delete':
    case 'deactivate':
      return target
    case 'delete-environment':
      return { resource: 'environment', id: action.environment, parent }
    case 'delete-model':
      return { resource: 'model', id: parent }
  }
}

/** What was requested, for people: `its deletion`. */
export function requestText(action: BasetenAction): string {
  switch (action.verb) {
    case 'deactivate':
      return 'its deactivation'
    case 'delete-environment':
      return `the deletion of the environment ${action.environment}`
    case 'delete':
      return 'its deletion'
    case 'delete-model':
      return 'the deletion of its model'
  }
}
