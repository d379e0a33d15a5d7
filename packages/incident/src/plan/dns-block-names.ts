import { sha256Hex } from '@cordon/evidence';

/** What a domain list holds for a zone: a specification with an asterisk does not match the zone itself. */
export const specificationsOf = (zones: readonly string[]): readonly string[] =>
  zones.flatMap((zone) => [zone, `*.${zone}`]);

/** A name as people write those that nobody should follow: in no mail or chat does it become a link. */
export const defanged = (name: string): string => name.replaceAll('.', '[.]');

/**
 * Name of the domain list, rule group, rule and association that block an incident's zones in one VPC, and what marks their
 * creation: the same for every try, so that a lost reply makes nothing twice. Route 53 takes 64 characters.
 */
export const dnsBlockName = (incidentId: string, vpcId: string): string =>
  `cordon-dns-${sha256Hex(`${incidentId}/${vpcId}`).slice(0, 24)}`;
