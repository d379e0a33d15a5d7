import { inCidr } from '../cidr.ts';
import type { Permission } from '../state.ts';
import { everywhere, familyOf } from './addresses.ts';
import type { FlowProtocol } from './flow.ts';
import type { Picture, PicturedInterface } from './picture.ts';

/** A flow as one of its ends sees it. */
export interface EndView {
  readonly protocol: FlowProtocol;
  /** True for the end that sends the first packet. */
  readonly opener: boolean;
  readonly ownPort: number;
  readonly peerPort: number;
  readonly peerAddress: string;
  /** Groups of the peer's interface, where the peer is one. */
  readonly peerGroups: readonly string[];
}

/** Echo request, by ICMP and by ICMPv6. https://www.iana.org/assignments/icmp-parameters and icmpv6-parameters */
const ECHO_REQUEST = { ipv4: 8, ipv6: 128 } as const;

const icmpName = { ipv4: 'icmp', ipv6: 'icmpv6' } as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html : -1 as protocol or ICMP type means all. */
const coversPort = (rule: Permission, view: EndView): boolean => {
  if (rule.protocol === '-1') return true;
  const family = familyOf(view.peerAddress);
  if (view.protocol === 'icmp') {
    if (rule.protocol !== icmpName[family]) return false;
    return [undefined, -1, ECHO_REQUEST[family]].includes(rule.fromPort);
  }
  const port = view.opener ? view.peerPort : view.ownPort;
  return rule.protocol === view.protocol && port >= (rule.fromPort ?? 0) && port <= (rule.toPort ?? 65_535);
};

/**
 * A group as source or destination stands for the private addresses of its interfaces.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing
 */
const coversPeer = ({ target }: Permission, view: EndView, picture: Picture): boolean => {
  switch (target.kind) {
    case 'ipv4':
    case 'ipv6':
      return inCidr(view.peerAddress, target.cidr);
    case 'group':
      return view.peerGroups.includes(target.groupId);
    case 'prefix-list':
      return picture.prefixList(target.prefixListId).some((cidr) => inCidr(view.peerAddress, cidr));
  }
};

/** Rules of all of an interface's groups count as one set. https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
const rulesOf = (
  picture: Picture,
  held: PicturedInterface,
  direction: Permission['direction'],
): readonly Permission[] =>
  held.groups.flatMap((id) => picture.permissions(id)).filter((rule) => rule.direction === direction);

/**
 * True for an interface that no group filters: a load balancer that was made without groups, a NAT gateway.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html : "You cannot associate a security group with a NAT gateway."
 */
const isUnfiltered = (held: PicturedInterface): boolean =>
  held.groups.length === 0 && ['nat_gateway', 'network_load_balancer'].includes(held.interfaceType);

/** The rules that let a flow's first packet through: out of the end that opens it, into the other. */
const openingRules = (picture: Picture, held: PicturedInterface, view: EndView): readonly Permission[] =>
  rulesOf(picture, held, view.opener ? 'egress' : 'ingress').filter(
    (rule) => coversPort(rule, view) && coversPeer(rule, view, picture),
  );

/** Whether the groups of one end let a new flow through. Responses need no rule: groups are stateful. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html */
export const groupsAdmit = (picture: Picture, held: PicturedInterface, view: EndView): boolean =>
  isUnfiltered(held) || openingRules(picture, held, view).length > 0;

/** "permits all response traffic (0.0.0.0/0 or ::/0) for any port (0-65535)", on the page that `needsTracking` names. */
const admitsAllResponses = (rule: Permission, view: EndView): boolean =>
  isForEverybody(rule, view) &&
  (rule.protocol === '-1' ||
    (rule.protocol === view.protocol && rule.fromPort === 0 && rule.toPort === 65_535));

const isForEverybody = ({ target }: Permission, view: EndView): boolean =>
  (target.kind === 'ipv4' || target.kind === 'ipv6') &&
  target.cidr === everywhere(familyOf(view.peerAddress));

/**
 * Whether the rules of one end make it track a flow: yes unless TCP or UDP is let through from (or to) everybody and a rule of the
 * other direction lets all responses of the family through on any port. ICMP is always tracked. Where a narrow rule admits the
 * flow beside one for everybody, the page's words make it untracked.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#untracked-connections
 */
export const needsTracking = (picture: Picture, held: PicturedInterface, view: EndView): boolean => {
  if (view.protocol === 'icmp') return true;
  const opens = openingRules(picture, held, view).some((rule) => isForEverybody(rule, view));
  const answers = rulesOf(picture, held, view.opener ? 'ingress' : 'egress').some((rule) =>
    admitsAllResponses(rule, view),
  );
  return !(opens && answers);
};
