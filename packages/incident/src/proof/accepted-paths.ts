import { BlockList, isIP } from 'node:net';
import type { OpenPath } from '../climb/next-rung.ts';
import { deniableAddresses } from '../plan/remote-entries.ts';
import type { Accepted } from './judge-records.ts';

/** Where an interface is. */
interface NicPlace {
  readonly networkInterfaceId: string;
  readonly subnetId: string;
  readonly vpcId: string;
  /** Blocks of its subnet. */
  readonly blocks: readonly string[];
}

const isWithin = (address: string, blocks: readonly string[]): boolean => {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', prefix = ''] = block.split('/');
    const family = isIP(network);
    if (family !== 0 && /^\d{1,3}$/.test(prefix))
      list.addSubnet(network, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
};

/**
 * Ways that are open by what flow logs saw, so that what would end them can be climbed to: a far end in the same subnet, elsewhere in private
 * address space, or outside. An address that is none of ours but looks public leads outside as far as is known; where a rung does not end
 * it, the next proof says so. Pure.
 */
export const acceptedPaths = (
  accepted: readonly Accepted[],
  places: readonly NicPlace[],
): readonly OpenPath[] =>
  accepted.flatMap(({ networkInterfaceId, peers }) => {
    const place = places.find((one) => one.networkInterfaceId === networkInterfaceId);
    return peers.map((address): OpenPath => {
      const reach = isWithin(address, place?.blocks ?? [])
        ? 'subnet'
        : deniableAddresses([address]).length === 0
          ? 'vpc'
          : 'outside';
      return {
        what: `packets of ${networkInterfaceId} from or to ${address} were accepted after containment`,
        reach,
        address,
        subnetId: place?.subnetId,
        vpcId: place?.vpcId,
      };
    });
  });
