import { expect } from 'vitest'
import { type Inputs, readInputs } from '../../src/inputs/inputs.ts'
import { PROVIDERS } from '../../src/providers/registry.ts'
import { act } from '../support/act.ts'
import { sourcesOf } from '../support/sources.ts'

type With = Readonly<Record<string, string>>

/** Complete, correct steps; a test changes the one input that it is about. */
export const BASETEN: With = {
  provider: 'baseten',
  'model-id': 'm1a2b3c',
  'deployment-id': 'd1e2f3g',
  'api-key': 'bt-0123456789abcdef',
}
export const SERVICE_KEY = {
  clientid: 'sb-1234!b1|aicore!b540',
  clientsecret: 'service-key-secret-1',
  url: 'https://tenant.authentication.eu10.hana.ondemand.com',
  serviceurls: { AI_API_URL: 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com' },
}
export const SAP: With = {
  provider: 'sap-ai-core',
  'deployment-id': 'd748fdae9f88a9b0',
  'service-key': JSON.stringify(SERVICE_KEY),
}
export const ALIBABA: With = {
  provider: 'alibaba-model-studio',
  'deployment-id': 'qwen-plus-pr42',
  'api-key': 'sk-0123456789abcdef',
}

/** Runs the action on wrong inputs; fails if it sends anything, succeeds or leaves an output out. Gives its errors. */
export async function mistakesOf(inputs: With, env: With = {}): Promise<string[]> {
  let requests = 0
  const { ok, log, outputs } = await act({
    inputs,
    env,
    transport: () => {
      requests += 1
      throw new Error('a request was sent')
    },
  })
  expect({ requests, ok, status: outputs['status'], deleted: outputs['deleted-count'] }).toEqual({
    requests: 0,
    ok: false,
    status: 'failed',
    deleted: '0',
  })
  return log.filter((line) => line.startsWith('error: ')).map((line) => line.slice('error: '.length))
}

/** What is read of correct inputs. */
export function inputsOf(inputs: With, env: With = {}): Inputs {
  const { result } = readInputs(sourcesOf({ ...env, ...variables(inputs) }), PROVIDERS)
  if (!result.ok) throw new Error(result.mistakes.join('; '))
  return result.inputs
}

/** The secrets that are masked, whether the inputs are right or wrong. */
export function secretsOf(inputs: With, env: With = {}): readonly string[] {
  return readInputs(sourcesOf({ ...env, ...variables(inputs) }), PROVIDERS).secrets
}

/** As the runner hands inputs over. */
export function variables(inputs: With): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
}

/** The input without which the rest is still a step. */
export function without(inputs: With, ...names: string[]): With {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name)))
}
