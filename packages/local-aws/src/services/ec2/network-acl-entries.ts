import type {
  CreateNetworkAclEntryCommandInput,
  DeleteNetworkAclEntryCommandInput,
  NetworkAclEntry as ApiNetworkAclEntry,
  ReplaceNetworkAclEntryCommandInput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, acceptMembers, required } from './accept-input.ts';
import { parseCidr } from './cidr.ts';
import { stateOf } from './lookup.ts';
import type { NetworkAcl, NetworkAclEntry } from './network-state.ts';
import { resourceCheck } from './resource-checks.ts';
import { idKinds } from './resource-ids.ts';
import { requireOwn, visibleAcls } from './sharing.ts';

type EntryInput = CreateNetworkAclEntryCommandInput & ReplaceNetworkAclEntryCommandInput;

/**
 * In each direction, IPv4 and IPv6 apart, the last entry included: 19 are left for the user.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
const MOST_ENTRIES = 20;

/** Numbers from 32767 are AWS's own. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html */
const LAST_NUMBER = 32_766;

const [ICMP, TCP, UDP, ICMPV6] = ['1', '6', '17', '58'] as const;

const invalid = (message: string): ServiceFault => new ServiceFault('InvalidParameterValue', message);

/** The caller's own ACL; a participant is told that the owner's is not its own. */
export const ownAcl = (call: Call, operationName: string, id: string | undefined): NetworkAcl =>
  requireOwn(
    {
      kind: idKinds.networkAcl,
      own: stateOf(call).networkAcls,
      visible: visibleAcls(call),
      operationName,
    },
    required(id, 'networkAclId'),
  );

const numberOf = (given: number | undefined): number => {
  const number = required(given, 'ruleNumber');
  if (!Number.isInteger(number) || number < 1 || number > LAST_NUMBER)
    throw invalid(`Value (${number}) for parameter ruleNumber is invalid. Expecting 1 to ${LAST_NUMBER}.`);
  return number;
};

const sourceOf = ({ CidrBlock, Ipv6CidrBlock }: EntryInput): NetworkAclEntry['source'] => {
  if (CidrBlock !== undefined && Ipv6CidrBlock !== undefined) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      'The parameters cidrBlock and ipv6CidrBlock cannot be used together',
    );
  }
  const kind = CidrBlock === undefined ? 'ipv6' : 'ipv4';
  const given = required(CidrBlock ?? Ipv6CidrBlock, 'cidrBlock');
  const parsed = parseCidr(given);
  if (parsed?.family !== kind)
    throw invalid(`Value (${given}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  return { kind, cidr: parsed.text };
};

const portsOf = ({ PortRange }: EntryInput): NonNullable<NetworkAclEntry['portRange']> => {
  acceptMembers(PortRange, 'PortRange', ['From', 'To']);
  const from = required(PortRange?.From, 'portRange.from');
  const to = required(PortRange?.To, 'portRange.to');
  if (from < 0 || to > 65_535 || from > to) throw invalid(`Port range ${from}-${to} is invalid.`);
  return { from, to };
};

const icmpOf = ({ IcmpTypeCode }: EntryInput): NonNullable<NetworkAclEntry['icmp']> => {
  acceptMembers(IcmpTypeCode, 'IcmpTypeCode', ['Type', 'Code']);
  return {
    type: required(IcmpTypeCode?.Type, 'icmp.type'),
    code: required(IcmpTypeCode?.Code, 'icmp.code'),
  };
};

/** Ports and ICMP types count for TCP, UDP and ICMP alone, and for ICMPv6 with an IPv6 block. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html */
const narrowing = (
  input: EntryInput,
  protocol: string,
  source: NetworkAclEntry['source'],
): Pick<NetworkAclEntry, 'portRange' | 'icmp'> => {
  if (protocol === TCP || protocol === UDP) return { portRange: portsOf(input) };
  if (protocol === ICMP || (protocol === ICMPV6 && source.kind === 'ipv6')) return { icmp: icmpOf(input) };
  return {};
};

/** What a request's entry is, in AWS's canonical form. Protocols are taken by number alone: names are UNCONFIRMED. */
const entryFrom = (input: EntryInput): NetworkAclEntry => {
  const protocol = required(input.Protocol, 'protocol');
  if (protocol !== '-1' && !(/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255))
    throw invalid(
      `Value (${protocol}) for parameter protocol is invalid. Expecting a protocol number or -1.`,
    );
  const action = required(input.RuleAction, 'ruleAction');
  if (action !== 'allow' && action !== 'deny')
    throw invalid(`Value (${String(action)}) for parameter ruleAction is invalid. Expecting allow or deny.`);
  const source = sourceOf(input);
  return {
    ruleNumber: numberOf(input.RuleNumber),
    egress: required(input.Egress, 'egress'),
    protocol,
    action,
    source,
    ...narrowing(input, protocol, source),
  };
};

const MEMBERS = [
  'NetworkAclId',
  'RuleNumber',
  'Protocol',
  'RuleAction',
  'Egress',
  'CidrBlock',
  'Ipv6CidrBlock',
  'IcmpTypeCode',
  'PortRange',
] as const;

const aclCheck = (action: string, call: Call, id: string | undefined) => [
  resourceCheck(action, call, { type: 'network-acl', id: id ?? '*' }),
];

const refuseBeyondQuota = (acl: NetworkAcl, wanted: NetworkAclEntry): void => {
  const alike = acl.entries.filter(
    (held) => held.egress === wanted.egress && held.source.kind === wanted.source.kind,
  );
  if (alike.length >= MOST_ENTRIES) {
    throw new ServiceFault(
      'NetworkAclEntryLimitExceeded',
      `The maximum number of network acl entries has been reached: ${MOST_ENTRIES}`,
    );
  }
};

const at =
  ({ ruleNumber, egress }: Pick<NetworkAclEntry, 'ruleNumber' | 'egress'>) =>
  (held: NetworkAclEntry): boolean =>
    held.ruleNumber === ruleNumber && held.egress === egress;

const missing = (ruleNumber: number): ServiceFault =>
  new ServiceFault(
    'InvalidNetworkAclEntry.NotFound',
    `The network acl entry identified by '${ruleNumber}' does not exist.`,
  );

const createNetworkAclEntry = operation<CreateNetworkAclEntryCommandInput, object>({
  checks: (input, call) => aclCheck('CreateNetworkAclEntry', call, input.NetworkAclId),
  run: (input, call) => {
    acceptInput(input, 'CreateNetworkAclEntry', MEMBERS);
    const acl = ownAcl(call, 'CreateNetworkAclEntry', input.NetworkAclId);
    const entry = entryFrom(input);
    if (acl.entries.some(at(entry))) {
      throw new ServiceFault(
        'NetworkAclEntryAlreadyExists',
        `The network acl entry identified by ${entry.ruleNumber} already exists.`,
      );
    }
    refuseBeyondQuota(acl, entry);
    acl.entries = [...acl.entries, entry];
    return {};
  },
});

const replaceNetworkAclEntry = operation<ReplaceNetworkAclEntryCommandInput, object>({
  checks: (input, call) => aclCheck('ReplaceNetworkAclEntry', call, input.NetworkAclId),
  run: (input, call) => {
    acceptInput(input, 'ReplaceNetworkAclEntry', MEMBERS);
    const acl = ownAcl(call, 'ReplaceNetworkAclEntry', input.NetworkAclId);
    const entry = entryFrom(input);
    const others = acl.entries.filter((held) => !at(entry)(held));
    if (others.length === acl.entries.length) throw missing(entry.ruleNumber);
    refuseBeyondQuota({ ...acl, entries: others }, entry);
    acl.entries = [...others, entry];
    return {};
  },
});

const deleteNetworkAclEntry = operation<DeleteNetworkAclEntryCommandInput, object>({
  checks: (input, call) => aclCheck('DeleteNetworkAclEntry', call, input.NetworkAclId),
  run: (input, call) => {
    acceptInput(input, 'DeleteNetworkAclEntry', ['NetworkAclId', 'RuleNumber', 'Egress']);
    const acl = ownAcl(call, 'DeleteNetworkAclEntry', input.NetworkAclId);
    const entry = { ruleNumber: numberOf(input.RuleNumber), egress: required(input.Egress, 'egress') };
    const others = acl.entries.filter((held) => !at(entry)(held));
    if (others.length === acl.entries.length) throw missing(entry.ruleNumber);
    acl.entries = others;
    return {};
  },
});

/** An entry as DescribeNetworkAcls shows it. */
export const renderEntry = (entry: NetworkAclEntry): ApiNetworkAclEntry => ({
  RuleNumber: entry.ruleNumber,
  Egress: entry.egress,
  Protocol: entry.protocol,
  RuleAction: entry.action,
  CidrBlock: entry.source.kind === 'ipv4' ? entry.source.cidr : undefined,
  Ipv6CidrBlock: entry.source.kind === 'ipv6' ? entry.source.cidr : undefined,
  PortRange: entry.portRange && { From: entry.portRange.from, To: entry.portRange.to },
  IcmpTypeCode: entry.icmp && { Type: entry.icmp.type, Code: entry.icmp.code },
});

/** Operations of the entries of network ACLs. */
export const networkAclEntryOperations = {
  CreateNetworkAclEntry: createNetworkAclEntry,
  ReplaceNetworkAclEntry: replaceNetworkAclEntry,
  DeleteNetworkAclEntry: deleteNetworkAclEntry,
};
