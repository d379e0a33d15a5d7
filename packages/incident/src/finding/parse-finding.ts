import { accountId, findingId } from '../ids.ts';
import { quoted } from '../quoted.ts';
import type { Because, Finding, FindingCredential, ParsedOne, RefusalCode } from './finding.ts';
import { domainsIn } from './domains.ts';
import { foldCase } from './fold-case.ts';
import { looseInstant } from './loose-instant.ts';
import type { FindingOrigin, NamedSubjects } from './named-subjects.ts';
import { placeOf } from './place.ts';
import { remoteAddressesIn } from './remote-addresses.ts';
import { isSample } from './sample.ts';
import { subjectsIn } from './subjects.ts';
import { type WireFinding, wireFinding } from './wire.ts';

const LONGEST_TEXT = 1000;
const SAFE_TYPE = /^[A-Za-z0-9:/.!&_-]{1,200}$/;
const SAFE_RESOURCE_TYPE = /^[A-Za-z0-9_.:-]{1,64}$/;
const SAFE_ARN = /^arn:[\w:/.+=@,-]{1,1000}$/;

type Refusal = { readonly status: 'set-aside' | 'not-a-finding'; readonly because: Because };

/**
 * Takes one JSON value (an EventBridge event or a bare finding, in camelCase or PascalCase) and, where it is at hand, the text
 * that it was read from. Gives a finding, or what else it is and why; never throws on anything that JSON can hold.
 * What the event says is not proof yet: verify it with GetFindings before acting.
 */
export function parseFinding(json: unknown, raw: string = rewritten(json)): ParsedOne {
  const folded = foldCase(json);
  if (folded.status !== 'folded') {
    const message = `the JSON is ${folded.status === 'too-deep' ? 'nested' : 'filled'} beyond what any finding is`;
    return { ...setAside(folded.status, message), raw };
  }
  const body = bodyOf(folded.value);
  if (body.status !== 'body') return { ...body, raw };
  const wire = wireFinding.safeParse(body.detail).data;
  if (wire === undefined) {
    return { ...setAside('unknown-shape', `got ${quoted(body.detail)}, want a finding`), raw };
  }
  return { ...readFinding(wire), raw };
}

function rewritten(json: unknown): string {
  try {
    return JSON.stringify(json) ?? '';
  } catch {
    return '';
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-guardduty.html */
function bodyOf(value: unknown): { readonly status: 'body'; readonly detail: object } | Refusal {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return setAside('unknown-shape', `got ${quoted(value)}, want an event or a finding`);
  }
  if (!('detail' in value) && !('detail-type' in value)) return { status: 'body', detail: value };
  const detailType = 'detail-type' in value ? value['detail-type'] : undefined;
  const source = 'source' in value ? value.source : undefined;
  if (detailType === undefined || source === undefined) {
    return setAside('unknown-shape', 'the event has no detail-type or no source');
  }
  if (detailType !== 'GuardDuty Finding' || source !== 'aws.guardduty') {
    const message = `the event is ${quoted(detailType)} from ${quoted(source)}, want 'GuardDuty Finding' from 'aws.guardduty'`;
    const hint = 'nothing to do, unless the rule that sent it was meant to send findings only';
    return { status: 'not-a-finding', because: { code: 'other-event', message, hint } };
  }
  const detail = 'detail' in value ? value.detail : undefined;
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) {
    return setAside('unknown-shape', `the event's detail is ${quoted(detail)}, want one finding`);
  }
  return { status: 'body', detail };
}

function readFinding(wire: WireFinding): { readonly status: 'parsed'; readonly finding: Finding } | Refusal {
  const schemaVersion = String(wire.schemaVersion ?? '');
  if (!/^2(\.|$)/.test(schemaVersion)) {
    return setAside('unknown-schema-version', `schema version ${quoted(wire.schemaVersion)}, want 2.x`);
  }
  const id = findingId.safeParse(wire.id);
  if (!id.success) {
    return setAside(
      'bad-finding-id',
      `finding id ${quoted(wire.id)}, want 1 to 300 letters, digits or _:/.-`,
    );
  }
  const { type = '', resource: { resourceType = '' } = {} } = wire;
  if (!SAFE_TYPE.test(type)) {
    return setAside('bad-type', `finding type ${quoted(wire.type)}, want letters, digits or :/.!&_-`);
  }
  if (!SAFE_RESOURCE_TYPE.test(resourceType)) {
    const got = quoted(wire.resource?.resourceType);
    return setAside('bad-resource-type', `resource type ${got}, want a word such as Instance`);
  }
  const account = accountId.safeParse(String(wire.accountId ?? ''));
  if (!account.success) {
    const length = String(wire.accountId ?? '').length;
    const message = `account id ${quoted(wire.accountId)} has ${length} characters, want exactly 12 digits`;
    return setAside('bad-account-id', message);
  }
  const place = placeOf(wire.region, wire.partition ?? safeArn(wire.arn)?.split(':')[1]);
  if (place.status === 'refused') return { status: 'set-aside', because: place.because };
  const { region, partition } = place;
  const origin: FindingOrigin = { account: account.data, region, partition, type, resourceType };
  const subjects = subjectsIn(wire, origin);
  if (subjects.status === 'refused') return { status: 'set-aside', because: subjects.because };
  const identity = { id: id.data, schemaVersion };
  return { status: 'parsed', finding: { ...identity, ...origin, ...restOf(wire), ...subjectPart(subjects) } };
}

function subjectPart(found: Extract<NamedSubjects, { status: 'named' }>) {
  return { subjects: found.subjects, skippedSubjects: found.skipped };
}

/** Everything whose absence or oddity does not stop the finding. */
function restOf(wire: WireFinding) {
  const { service } = wire;
  return {
    title: clipped(wire.title ?? ''),
    description: clipped(wire.description ?? ''),
    sample: isSample(wire),
    archived: service?.archived === true,
    remoteAddresses: remoteAddressesIn(wire),
    domains: domainsIn(wire),
    ...present('arn', safeArn(wire.arn)),
    ...present('severity', numberWithin(wire.severity, 10)),
    ...present('createdAt', looseInstant(wire.createdAt)),
    ...present('updatedAt', looseInstant(wire.updatedAt)),
    ...present('resourceRole', service?.resourceRole),
    ...present('count', numberWithin(service?.count, Number.MAX_SAFE_INTEGER)),
    ...present('domain', service?.action?.dnsRequestAction?.domain?.slice(0, LONGEST_TEXT).toWellFormed()),
    ...present('firstSeen', looseInstant(service?.eventFirstSeen)),
    ...present('lastSeen', looseInstant(service?.eventLastSeen)),
    ...present('associatedAttackSequenceArn', safeArn(wire.associatedAttackSequenceArn)),
    ...present('credential', credentialIn(wire)),
  };
}

function credentialIn(wire: WireFinding): FindingCredential | undefined {
  const key = wire.resource?.accessKeyDetails;
  if (key === undefined || wire.resource?.resourceType !== 'AccessKey') return undefined;
  const roleSession = key.userType === 'Role' || key.userType === 'AssumedRole';
  return {
    ...present('accessKeyId', matching(key.accessKeyId, /^[A-Z0-9]{16,128}$/)),
    ...present('roleName', roleSession ? matching(key.userName, /^[\w+=,.@-]{1,64}$/) : undefined),
  };
}

function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  const part: { [P in K]?: V } = {};
  if (value !== undefined) part[key] = value;
  return part;
}

function matching(text: string | undefined, pattern: RegExp): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}

function safeArn(text: string | undefined): string | undefined {
  return matching(text, SAFE_ARN);
}

function clipped(text: string): string {
  return text.slice(0, LONGEST_TEXT).toWellFormed();
}

function numberWithin(value: string | number | undefined, most: number): number | undefined {
  if (value === undefined || String(value).trim() === '') return undefined;
  const number = Number(value);
  return number >= 0 && number <= most ? number : undefined;
}

function setAside(code: RefusalCode, message: string): Refusal {
  const hint = 'kept aside with its text: have a person compare it with the finding in GuardDuty';
  return { status: 'set-aside', because: { code, message, hint } };
}
