import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { requestTagContext, resourceTagContext } from '../request-tags.ts';
import { dnsFirewallState, type DnsFirewallState, type Made } from './state.ts';

/** Resource types of DNS Firewall that can carry tags, with the beginning of their ids. */
export const KINDS = {
  'firewall-domain-list': 'rslvr-fdl-',
  'firewall-rule-group': 'rslvr-frg-',
  'firewall-rule-group-association': 'rslvr-frgassoc-',
} as const;
/** One of `KINDS`. */
export type Kind = keyof typeof KINDS;

/** A tag as requests bring it. */
export interface RequestTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The caller's DNS Firewall in the Region of the call. */
export const stateOf = (call: Call): DnsFirewallState =>
  call.world.of(dnsFirewallState, call.caller.account, call.region);

/** ARN of a thing of the caller's; `*` for one that is being made. */
const arnOf = (call: Call, kind: Kind, id = '*'): string =>
  `arn:${call.world.facts.partition}:route53resolver:${call.region}:${call.caller.account}:${kind}/${id}`;

const tagsOf = (state: DnsFirewallState, kind: Kind, id: string): ReadonlyMap<string, string> | undefined => {
  switch (kind) {
    case 'firewall-domain-list':
      return state.domainLists.get(id)?.tags;
    case 'firewall-rule-group':
      return state.ruleGroups.get(id)?.tags;
    case 'firewall-rule-group-association':
      return state.associations.get(id)?.tags;
  }
};

/**
 * The check of an action on a thing that exists: its tags are condition keys.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53resolver.html
 */
export const onThing = (
  call: Call,
  action: string,
  [kind, id = '']: readonly [Kind, string | undefined],
): Check => ({
  action: `route53resolver:${action}`,
  resource: arnOf(call, kind, id),
  context: resourceTagContext(tagsOf(stateOf(call), kind, id)),
});

/** An action without a resource level. */
export const onAll = (action: string): Check => ({ action: `route53resolver:${action}`, resource: '*' });

/** The checks of an action that makes a thing, and of the tags that it gives it, which AWS lists as an action of its own. Same page. */
export const onNew = (
  call: Call,
  action: string,
  made: { readonly kind: Kind; readonly tags: readonly RequestTag[] | undefined },
): readonly Check[] => {
  const resource = arnOf(call, made.kind);
  const context = requestTagContext(made.tags ?? []);
  return [
    { action: `route53resolver:${action}`, resource, context },
    ...((made.tags ?? []).length === 0 ? [] : [{ action: 'route53resolver:TagResource', resource, context }]),
  ];
};

/** The fault for a thing that is not there. */
export const notFound = (kind: string, id: string): ServiceFault =>
  new ServiceFault('ResourceNotFoundException', `[RSLVR-02012] ${kind} with ID "${id}" does not exist.`, {
    fields: { ResourceType: kind },
  });

/** The fault for a request that says something which cannot be. */
export const invalid = (message: string): ServiceFault => new ServiceFault('ValidationException', message);

/** The fault for a state that does not allow it. */
export const conflict = (message: string): ServiceFault => new ServiceFault('ConflictException', message);

/** Finds a thing by id. @throws ServiceFault ResourceNotFoundException */
export const found = <Thing>(
  things: ReadonlyMap<string, Thing>,
  kind: Kind,
  id: string | undefined,
): Thing => {
  const thing = things.get(id ?? '');
  if (thing === undefined) throw notFound(kind, id ?? '');
  return thing;
};

/** "(?!^[0-9]+$)([a-zA-Z0-9\-_' ']+)", 64 characters at most. API_route53resolver_CreateFirewallRuleGroup.html */
export const checkedName = (name: string | undefined): string => {
  if (name !== undefined && /^(?!^[0-9]+$)[a-zA-Z0-9\-_' ]{1,64}$/.test(name)) return name;
  throw invalid(`The name "${name}" is not valid: 1 to 64 letters, digits, hyphens, underscores or spaces.`);
};

/** Tags as a new thing keeps them. "Maximum number of 200 items"; reserved keys are AWS's. API_route53resolver_Tag.html */
export const checkedTags = (tags: readonly RequestTag[] = []): Map<string, string> => {
  if (tags.length > 200) throw invalid('A resource takes 200 tags at most.');
  const reserved = tags.find(({ Key }) => Key?.toLowerCase().startsWith('aws:') === true);
  if (reserved !== undefined) throw invalid(`The tag key ${reserved.Key} is reserved.`);
  return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
};

/** The moment of a call as these things tell it. */
export const momentOf = ({ now }: Call): string => new Date(now).toISOString();

/** What every request that makes a thing brings. */
interface Making {
  readonly CreatorRequestId?: string | undefined;
  readonly Name?: string | undefined;
  readonly Tags?: readonly RequestTag[] | undefined;
}

/**
 * What was made by the same request before, for a repeat makes nothing twice; else what every new thing has, for the caller to complete
 * and keep: its id is taken when it is asked for.
 * @throws ServiceFault ValidationException for a name or tags that cannot be
 */
export const makeOnce = <Thing extends Made>(
  things: ReadonlyMap<string, Thing>,
  { CreatorRequestId, Name, Tags }: Making,
  { kind, call }: { readonly kind: Kind; readonly call: Call },
): { readonly before: Thing } | { readonly before?: undefined; readonly make: () => Made } => {
  const creatorRequestId = CreatorRequestId ?? call.ids.uuid('dns-firewall-request');
  const before = [...things.values()].find((one) => one.creatorRequestId === creatorRequestId);
  if (before !== undefined) return { before };
  const make = (): Made => {
    const id = `${KINDS[kind]}${call.ids.hex(kind, 17)}`;
    return {
      id,
      arn: arnOf(call, kind, id),
      name: checkedName(Name),
      creatorRequestId,
      createdAt: momentOf(call),
      modifiedAt: momentOf(call),
      tags: checkedTags(Tags),
    };
  };
  return { make };
};
