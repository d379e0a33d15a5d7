import { at, isObject, listAt, member, textAt, type Json } from './raw-json.ts';

/** An instance that raw JSON names, with what it says of it. */
export interface NamedInstance {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  /** `instanceDetails` as it came, where there is one. */
  readonly details: Json | undefined;
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
}

const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const INSTANCE = /^i-[0-9a-f]{8,17}$/;

/** Reads an event without judging it: only what a world needs to hold so that the event can be true. */
export const readRawFinding = (document: Json): RawFinding => {
  const detail = member(document, 'detail');
  const isEnvelope = isObject(detail);
  const finding = isEnvelope ? detail : document;
  const account = textAt(finding, 'accountId');
  const region = textAt(finding, 'region');
  return {
    document,
    finding,
    isEnvelope,
    id: textAt(finding, 'id'),
    account,
    region,
    instances: instancesOf(finding, account, region),
  };
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

const instancesOf = (
  finding: Json,
  account: string | undefined,
  region: string | undefined,
): readonly NamedInstance[] => {
  if (account === undefined || region === undefined) return [];
  const details = at(finding, 'resource', 'instanceDetails');
  const principal = textAt(finding, 'resource', 'accessKeyDetails', 'principalId')?.split(':')[1];
  const named: NamedInstance[] = [];
  const add = (instance: NamedInstance): void => {
    const good =
      ACCOUNT.test(instance.account) && REGION.test(instance.region) && INSTANCE.test(instance.instanceId);
    if (good && !named.some(({ instanceId }) => instanceId === instance.instanceId)) named.push(instance);
  };
  const direct = textAt(details, 'instanceId');
  if (direct !== undefined) add({ account, region, instanceId: direct, details });
  if (principal !== undefined) add({ account, region, instanceId: principal, details });
  for (const resource of listAt(finding, 'service', 'detection', 'sequence', 'resources')) {
    if (textAt(resource, 'resourceType') !== 'EC2_INSTANCE') continue;
    add({
      account: textAt(resource, 'accountId') ?? account,
      region: textAt(resource, 'region') ?? region,
      instanceId: (textAt(resource, 'uid') ?? '').split('/').at(-1) ?? '',
      details: undefined,
    });
  }
  return named;
};
