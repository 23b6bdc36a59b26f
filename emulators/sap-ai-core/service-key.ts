import type { SapClient } from './model.ts'

/**
 * The service key of an emulated client, as SAP BTP hands it out (SAP AI Core docs, create a service key): with a secret,
 * or in the X.509 form with certificate and key.
 */
export function sapServiceKey(origin: string, client: SapClient, x509?: { certificate: string; key: string }) {
  const secret =
    x509 === undefined
      ? { clientsecret: client.clientsecret ?? '' }
      : { 'credential-type': 'x509', certificate: x509.certificate, key: x509.key, certurl: origin }
  return {
    serviceurls: { AI_API_URL: origin },
    appname: `${client.clientid.split('|')[0] ?? ''}|aicore!b540`,
    clientid: client.clientid,
    identityzone: 'emulated',
    identityzoneid: '00000000-0000-4000-8000-00000000e0e0',
    url: origin,
    ...secret,
  }
}
