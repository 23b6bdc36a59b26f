import type { ConfiguredProvider } from '../providers/definition.ts'
import { foreignHost } from '../providers/shared/address.ts'
import type { InputReader } from './reader.ts'

/** Notices about correct inputs: where credentials are sent, and what may surprise. */
export function noticesFor({ definition, settings, notices }: ConfiguredProvider, reader: InputReader): string[] {
  return [
    ...(reader.isGiven('api-url')
      ? foreignHost(definition, 'the credentials go', settings.apiUrl, "'api-url' says so")
      : []),
    ...notices,
    ...(reader.variable('NODE_TLS_REJECT_UNAUTHORIZED') === '0'
      ? [
          'NODE_TLS_REJECT_UNAUTHORIZED is 0, so no certificate is checked, and whoever is on the way can read the credentials: remove it, and name your own CA in NODE_EXTRA_CA_CERTS',
        ]
      : []),
  ]
}
