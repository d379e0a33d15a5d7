import { isIP } from 'node:net';
import type { Remote } from '../run-record.ts';
import { at, digitsAt, isObject, listAt, member, textAt, type Json } from './raw-json.ts';

/** An instance that raw JSON names, with what it says of it. */
export interface NamedInstance {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  /** `instanceDetails` as it came, where there is one. */
  readonly details: Json | undefined;
  /** The role whose session a credential finding is about, where the finding names it. */
  readonly roleName: string | undefined;
}

/** What the world builder reads of one event. */
export interface RawFinding {
  /** The event or finding as it came. */
  readonly document: Json;
  /** The finding inside. */
  readonly finding: Json;
  readonly isEnvelope: boolean;
  readonly id: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly instances: readonly NamedInstance[];
  /** The far end of the connection that it tells of. */
  readonly remotes: readonly Remote[];
  /** Names that it tells were asked for. */
  readonly asks: readonly string[];
}

const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const INSTANCE = /^i-[0-9a-f]{8,17}$/;
const INSTANCE_ARN = /^arn:aws:ec2:(?<region>[a-z0-9-]+):(?<account>\d{12}):instance\/(?<instanceId>[^/]+)$/;
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

/** Reads an event without judging it: only what a world needs to hold so that the event can be true. */
export const readRawFinding = (document: Json): RawFinding => {
  const detail = member(document, 'detail');
  const isEnvelope = isObject(detail);
  const finding = isEnvelope ? detail : document;
  const account = digitsAt(finding, 'accountId');
  const region = textAt(finding, 'region');
  return {
    document,
    finding,
    isEnvelope,
    id: textAt(finding, 'id'),
    account,
    region,
    instances: instancesOf(finding, account, region),
    remotes: remotesOf(finding),
    asks: asksOf(finding),
  };
};

const portAt = (finding: Json, ...path: readonly string[]): number | undefined => {
  const port = path.reduce<Json | undefined>((of, name) => member(of, name), finding);
  return typeof port === 'number' && port > 0 && port <= 65_535 ? port : undefined;
};

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_NetworkConnectionAction.html */
const remotesOf = (finding: Json): readonly Remote[] => {
  const action = ['service', 'action', 'networkConnectionAction'] as const;
  const inbound = textAt(finding, ...action, 'connectionDirection')?.toUpperCase() === 'INBOUND';
  const localPort = portAt(finding, ...action, 'localPortDetails', 'port');
  const port = portAt(finding, ...action, 'remotePortDetails', 'port') ?? 443;
  return ['ipAddressV4', 'ipAddressV6'].flatMap((name) => {
    const address = textAt(finding, ...action, 'remoteIpDetails', name);
    if (address === undefined || isIP(address) === 0) return [];
    return [
      {
        address,
        port,
        direction: inbound ? 'inbound' : 'outbound',
        ...(localPort === undefined ? {} : { localPort }),
      } as const,
    ];
  });
};

/** A name of two labels or more, as a resolver is asked for; samples hold other words in its place. */
const ASKED = /^(?=.{4,253}$)(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62}$/;

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DnsRequestAction.html */
const asksOf = (finding: Json): readonly string[] => {
  const name = textAt(finding, 'service', 'action', 'dnsRequestAction', 'domain')?.toLowerCase() ?? '';
  return ASKED.test(name) ? [name] : [];
};

/** Undefined when a world can be built around the event; else what is missing. */
export const whatNoWorldHas = (
  raw: RawFinding,
): { readonly code: string; readonly message: string; readonly hint: string } | undefined => {
  const partition = textAt(raw.finding, 'partition') ?? 'aws';
  if (!isObject(raw.finding))
    return {
      code: 'not-an-event',
      message: 'the document is no JSON object',
      hint: 'give a GuardDuty event or finding',
    };
  if (raw.account === undefined || !ACCOUNT.test(raw.account)) {
    return {
      code: 'bad-account-id',
      message: `the finding's account id is ${JSON.stringify(raw.account ?? null)}, wanted 12 digits`,
      hint: 'correct accountId in the file; AWS account ids have exactly 12 digits',
    };
  }
  if (raw.region === undefined || !REGION.test(raw.region)) {
    return {
      code: 'bad-region',
      message: `the finding's Region is ${JSON.stringify(raw.region ?? null)}, wanted a name such as eu-west-1`,
      hint: 'correct region in the file',
    };
  }
  if (partition !== 'aws' || /^(cn|us-gov|us-iso)/.test(raw.region)) {
    return {
      code: 'unsupported-partition',
      message: `the finding is of partition ${partition}, Region ${raw.region}; this version covers partition aws`,
      hint: 'use a finding of a commercial Region',
    };
  }
  return undefined;
};

/**
 * The role behind a credential. A user's name stands in the same member, and is none.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_AccessKeyDetails.html
 */
const roleNameOf = (finding: Json): string | undefined => {
  const key = at(finding, 'resource', 'accessKeyDetails');
  const name = textAt(key, 'userName');
  const ofRole = ['Role', 'AssumedRole', undefined].includes(textAt(key, 'userType'));
  return ofRole && name !== undefined && ROLE_NAME.test(name) ? name : undefined;
};

/** What a resource of an attack sequence says of itself; where it says nothing, what its ARN says. */
const inSequence = (resource: Json): Partial<NamedInstance> => {
  const uid = textAt(resource, 'uid') ?? '';
  const arn = INSTANCE_ARN.exec(uid)?.groups;
  const account = digitsAt(resource, 'accountId') ?? arn?.['account'];
  const region = textAt(resource, 'region') ?? arn?.['region'];
  return {
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    instanceId: arn?.['instanceId'] ?? uid,
  };
};

const instancesOf = (
  finding: Json,
  account: string | undefined,
  region: string | undefined,
): readonly NamedInstance[] => {
  if (account === undefined || region === undefined) return [];
  const details = at(finding, 'resource', 'instanceDetails');
  const principal = textAt(finding, 'resource', 'accessKeyDetails', 'principalId')?.split(':')[1];
  const roleName = roleNameOf(finding);
  const named: NamedInstance[] = [];
  const add = (more: Partial<NamedInstance>): void => {
    const instance = { account, region, instanceId: '', details: undefined, roleName: undefined, ...more };
    const good =
      ACCOUNT.test(instance.account) && REGION.test(instance.region) && INSTANCE.test(instance.instanceId);
    if (good && !named.some(({ instanceId }) => instanceId === instance.instanceId)) named.push(instance);
  };
  const direct = textAt(details, 'instanceId');
  if (direct !== undefined) add({ instanceId: direct, details, roleName });
  if (principal !== undefined) add({ instanceId: principal, details, roleName });
  for (const resource of listAt(finding, 'service', 'detection', 'sequence', 'resources')) {
    if (textAt(resource, 'resourceType') === 'EC2_INSTANCE') add(inSequence(resource));
  }
  return named;
};
