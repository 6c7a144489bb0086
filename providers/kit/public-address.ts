import { BlockList, isIP } from 'node:net'

/**
 * Whether an IP address, as text, belongs to the public internet: none of this machine, of a private or local network, of a
 * carrier's inside, none that is kept for documents, tests or many listeners, and none that wraps another address.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !NOT_PUBLIC.check(address, 'ipv4')
  // With a zone it is of a local network.
  if (family !== 6 || address.includes('%')) return false
  return GLOBAL.check(address, 'ipv6') && !NOT_PUBLIC.check(address, 'ipv6')
}

/** The part of IPv6 that is given out; private, local, mapped and NAT64 addresses lie outside it. */
const GLOBAL = new BlockList()
GLOBAL.addSubnet('2000::', 3, 'ipv6')

const NOT_PUBLIC = new BlockList()

const NETWORKS: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Teredo and others of the protocols' own; documents; 6to4; documents.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

for (const [network, prefix] of NETWORKS) NOT_PUBLIC.addSubnet(network, prefix, isIP(network) === 4 ? 'ipv4' : 'ipv6')
