/**
 * Labels with a value of every JSON type. "User-provided key-value labels" are any JSON object (DeploymentV1); they are set by
 * the push and never changed afterwards.
 */
export const LABELS_OF_EVERY_TYPE: Readonly<Record<string, unknown>> = {
  text: 'pr-42',
  empty: '',
  number: 42,
  fraction: 1.5,
  huge: 2 ** 60,
  yes: true,
  no: false,
  nothing: null,
  list: ['pr-42'],
  nested: { text: 'pr-42' },
}
