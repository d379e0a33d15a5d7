import { parse } from 'tldts';
import { dnsNameOf } from '../finding/domains.ts';

/** Zones that are blocked for one plan at most: of a domain generator's names the next one is another anyway. */
const MOST_ZONES = 50;

/**
 * Names of AWS and Amazon: hosts of the VPC need them for AWS's own services, agents and images, and a finding can be made to
 * name them by asking for them. Two are whole top-level domains.
 */
const OF_AMAZON = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonwebservices.com.cn',
  'amazonaws.cn',
  'amazonaws-us-gov.com',
  'amazonaws.eu',
  'amazonwebservices.eu',
  'amazonaws.dev',
  'aws',
  'aws.dev',
  'amazon',
  'amazon.com',
  'amazontrust.com',
  'awsstatic.com',
] as const;

const isWithin = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

/**
 * What of a name can be blocked: the part that somebody registered, for a tunnel asks for another name below it each time. Undefined
 * where nobody registered it: a public suffix (`co.uk`, `github.io`), or a name under none, such as a VPC's own `.internal`.
 * https://publicsuffix.org/
 */
const registered = (name: string): string | undefined => {
  const { domain, publicSuffix, isIcann, isPrivate } = parse(name, {
    allowPrivateDomains: true,
    extractHostname: false,
  });
  if (domain === null || publicSuffix === null || (isIcann !== true && isPrivate !== true)) return undefined;
  // DNS Firewall takes letters, digits and hyphens; `arpa` is infrastructure, whatever is registered below it.
  return isWithin(domain, 'arpa') || domain.includes('_') ? undefined : domain;
};

/** What becomes of the names of an incident's findings. */
export interface ChosenZones {
  /** To block, each with all names below it; without repeats, at most 50. */
  readonly zones: readonly string[];
  /** Names that are never blocked: AWS's, the organization's own, and what nobody registered. */
  readonly spared: readonly string[];
  /** Zones beyond the most that are blocked. */
  readonly tooMany: readonly string[];
}

/**
 * Chooses what of the findings' names is blocked. Names are the attacker's choice: one that is no DNS name counts for nothing.
 *
 * @param own the organization's own names: neither they nor what is above or below them is blocked
 */
export const chooseZones = (names: readonly string[], own: readonly string[] = []): ChosenZones => {
  const kept = [...OF_AMAZON, ...own];
  const zones = new Set<string>();
  const spared = new Set<string>();
  for (const name of names.flatMap((text) => dnsNameOf(text) ?? [])) {
    const zone = registered(name);
    if (zone === undefined || kept.some((mine) => isWithin(zone, mine) || isWithin(mine, zone)))
      spared.add(name);
    else zones.add(zone);
  }
  return {
    zones: [...zones].slice(0, MOST_ZONES),
    spared: [...spared],
    tooMany: [...zones].slice(MOST_ZONES),
  };
};
