import { setDefaultCACertificates } from 'node:tls'
import type { HttpDestination, Service } from '@sap-cloud-sdk/connectivity'
import { transformServiceBindingToDestination } from '@sap-cloud-sdk/connectivity'
import { type Certificate, selfSigned } from '../emulators/sap-ai-core/certificate.ts'
import {
  createSapEmulator,
  type SapClient,
  type SapEmulator,
  type SapOptions,
  sapServiceKey,
} from '../emulators/sap-ai-core.ts'
import { serve } from '../emulators/serve.ts'

export const GROUP = { 'AI-Resource-Group': 'default' }

/** An emulated tenant on https, which SAP's client takes for a real one. */
export interface Tenant extends SapEmulator {
  withSecret: SapClient
  /** Known by {@link identity}, without a secret. */
  withCertificate: SapClient
  /** Where SAP's client sends to, with a token it fetched itself. */
  destination: (client?: SapClient, certificate?: Certificate) => Promise<HttpDestination>
  close: () => Promise<void>
}

const server = selfSigned('localhost')
/** The certificate that the tenant's second client has instead of a secret. */
export const identity: Certificate = selfSigned('undeploy')
// What NODE_EXTRA_CA_CERTS does, from within.
setDefaultCACertificates([server.cert])

let tenants = 0

export async function openTenant(options: SapOptions = {}): Promise<Tenant> {
  // SAP's client keeps tokens by client ID, whatever the tenant.
  tenants += 1
  const withSecret: SapClient = { clientid: `sb-secret${tenants}!b1|aicore!b540`, clientsecret: 'emulated-secret$1=' }
  const withCertificate: SapClient = { clientid: `sb-x509${tenants}!b1|aicore!b540`, certificate: true }
  const clients = [withSecret, withCertificate]
  const sap = createSapEmulator({ stopMs: 0, deleteMs: 0, clients, ...options })
  const tls = { key: server.key, cert: server.cert, ca: identity.cert, requestCert: true }
  const { url, close } = await serve(sap, { tls })

  /** As SAP's client makes it of AICORE_SERVICE_KEY, but for one tenant and not for the whole process. */
  const destination = async (client = withSecret, certificate?: Certificate) => {
    const credentials = sapServiceKey(
      url,
      client,
      certificate && { certificate: certificate.cert, key: certificate.key },
    )
    const service = { credentials, label: 'aicore', name: 'aicore', tags: ['aicore'] } satisfies Service
    const found = await transformServiceBindingToDestination(service, { useCache: false })
    if (found.url === undefined) throw new Error('SAP made no HTTP destination of the service key')
    return { ...found, url: found.url }
  }
  return { ...sap, withSecret, withCertificate, destination, close }
}
