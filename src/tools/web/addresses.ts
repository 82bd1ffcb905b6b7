/** Which addresses of the internet are no part of it: this machine, its own networks, and what clouds tell their machines. */
import {BlockList, isIP} from 'node:net';

/** Addresses of one link: clouds hand out keys there. Nobody means them. */
const links = listOf(['169.254.0.0', 16], ['fe80::', 10], ['fd00:ec2::254', 128], ['100.100.100.200', 32]);
const privates = listOf(
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
  ['::', 127],
  ['fc00::', 7],
  ['ff00::', 8],
);
/** Each carries an address of IPv4, in its last four bytes or behind its first two. */
const carriers = listOf(['::ffff:0:0', 96], ['64:ff9b::', 96], ['::', 96]);
const relays = listOf(['2002::', 16], ['2001::', 32]);

/** Null for one that anybody may reach. */
export function kindOf(address: string): 'link' | 'private' | null {
  const version = isIP(address);
  // What is no address is nothing that is known to be harmless.
  if (version === 0) return 'private';
  const type = version === 4 ? 'ipv4' : 'ipv6';
  if (links.check(address, type)) return 'link';
  if (privates.check(address, type) || relays.check(address, type)) return 'private';
  return version === 6 && carriers.check(address, type) ? kindOf(carried(address)) : null;
}

/** The last four bytes as an address of IPv4. */
function carried(address: string): string {
  const {hostname} = new URL(`http://[${address.replace(/%.*$/, '')}]`);
  const groups = hostname.slice(1, -1).split(':').slice(-2);
  const bytes = groups.flatMap(group => {
    const value = Number.parseInt(group || '0', 16);
    return [value >> 8, value & 255];
  });
  return bytes.join('.');
}

function listOf(...networks: readonly (readonly [network: string, bits: number])[]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of networks) list.addSubnet(network, bits, isIP(network) === 4 ? 'ipv4' : 'ipv6');
  return list;
}
