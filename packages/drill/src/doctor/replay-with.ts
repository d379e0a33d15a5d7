import type { Duty } from '@cordon/incident';
import {
  authorize,
  isServiceLinked,
  type AuthorizationRequest,
  type CompiledPolicy,
  type Decision,
  type Layer,
} from '@cordon/iam';
import { FULL_ACCESS } from '@cordon/local-aws';
import { ACCOUNT_KINDS, type AccountKind, type Given, type GivenPolicy } from './given-policies.ts';
import type { AskedThere, RecordedCheck } from './record-checks.ts';
import { requestRenamed, type Place } from './rename-request.ts';
import { isCustomerKeyOf } from './customer-key.ts';
import { patternOf } from './pattern-of.ts';
import { RESPONSE_STEPS, type ResponseStep } from './step-of.ts';
import { unjudgedKeys, type UnjudgedKey } from './unjudged-keys.ts';

/** One thing that the response does and that the given policies deny. */
export interface Denial {
  readonly step: ResponseStep;
  readonly duty?: Duty;
  readonly action: string;
  /** The resource with `*` for the ids that each incident makes anew. */
  readonly resource: string;
  /** ARN of the role that asked, or a service's name. */
  readonly who: string;
  readonly layer: Layer;
  /** The policy that denies; where no statement of its allows, the policies that could have. */
  readonly policy: string;
  /** The statement that denies; absent where none allows. */
  readonly sid?: string;
  readonly why: string;
  /** AWS does not document the check: it may not be made at all. */
  readonly assumed: boolean;
  /** How many requests of the recorded response this stands for. */
  readonly requests: number;
}

/** What would become of the response under the given policies. */
export interface Replayed {
  readonly denials: readonly Denial[];
  /** Requests that were asked again: those that are allowed without the given policies. */
  readonly replayed: number;
  /** How many of them a given policy bears on, by its place alone. */
  readonly underGiven: number;
  /** Steps that asked nothing in the recorded response, so that nothing is known of them. */
  readonly notExercised: readonly ResponseStep[];
  readonly unjudgedKeys: readonly UnjudgedKey[];
  readonly place: Place;
}

/** One way in which a given policy bears on a request. */
interface Addition {
  readonly policies: readonly CompiledPolicy[];
  readonly request: AuthorizationRequest;
}

/** Which kind of account it is; undefined for the management account, which no control policy binds, and for strangers. */
const kindOf = (
  account: string | undefined,
  { accounts }: AskedThere,
  member: string,
): AccountKind | undefined =>
  account === member
    ? 'member'
    : ACCOUNT_KINDS.find((kind) => kind !== 'member' && accounts[kind] === account);

const forKind = (given: readonly GivenPolicy[], kind: AccountKind | undefined): readonly CompiledPolicy[] =>
  kind === undefined
    ? []
    : given.filter(({ only }) => only === undefined || only === kind).map(({ policy }) => policy);

/**
 * The given policies as they are attached to one more node above an account. AWS's own policy which allows everything stays
 * beside denies; a list of what is allowed takes its place, or it would limit nothing.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 */
const levelOf = (policies: readonly CompiledPolicy[], kind: 'SCP' | 'RCP'): readonly CompiledPolicy[] =>
  policies.some(({ statements }) => statements.some(({ effect }) => effect === 'Allow'))
    ? policies
    : [FULL_ACCESS[kind], ...policies];

/** The request under each layer of the given policies that bears on it, one at a time: each reason is worth telling. */
const additionsTo = (
  request: AuthorizationRequest,
  at: { readonly recording: AskedThere; readonly given: Given; readonly member: string },
): readonly Addition[] => {
  const { recording, given, member } = at;
  const { principal, policies, resourceAccount } = request;
  const caller = 'account' in principal ? principal.account : undefined;
  const free = isServiceLinked(request.principal);
  const scps = free ? [] : forKind(given.scps, kindOf(caller, recording, member));
  const rcps = free ? [] : forKind(given.rcps, kindOf(resourceAccount ?? caller, recording, member));
  const additions: Addition[] = [];
  const add = (added: readonly CompiledPolicy[], more: Partial<AuthorizationRequest['policies']>): void => {
    if (added.length > 0)
      additions.push({ policies: added, request: { ...request, policies: { ...policies, ...more } } });
  };
  add(scps, { serviceControl: [...(policies.serviceControl ?? []), levelOf(scps, 'SCP')] });
  add(rcps, { resourceControl: [...(policies.resourceControl ?? []), levelOf(rcps, 'RCP')] });
  if (given.keyPolicy !== undefined && isCustomerKeyOf(request, member))
    add([given.keyPolicy], { resource: given.keyPolicy });
  return additions;
};

const whoOf = ({ principal }: AuthorizationRequest): string => {
  switch (principal.kind) {
    case 'role-session':
      return principal.roleArn;
    case 'service':
      return principal.service;
    case 'user':
    case 'federated-user':
      return principal.arn;
    case 'root':
      return `arn:aws:iam::${principal.account}:root`;
    case 'federated':
      return principal.provider;
  }
};

/** The statements that denied, or the policies of which none allows. */
const reasonsOf = (decision: Decision, { policies }: Addition): readonly Pick<Denial, 'policy' | 'sid'>[] => {
  const names = new Set(policies.map(({ name }) => name));
  const denies = decision.decisive.filter(({ effect, policy }) => effect === 'Deny' && names.has(policy));
  return denies.length > 0
    ? denies.map(({ policy, sid }) => ({ policy, sid }))
    : [{ policy: [...names].join(', ') }];
};

const layerOf = (decision: Decision): Layer =>
  decision.decisive.find(({ effect }) => effect === 'Deny')?.layer ?? decision.layer;

/** The same denial, met again and again, is one line. */
const counted = (denials: readonly Denial[]): readonly Denial[] =>
  [
    ...Map.groupBy(denials, ({ step, duty, action, resource, who, policy, sid }) =>
      JSON.stringify([step, duty, action, resource, who, policy, sid]),
    ).values(),
  ]
    .flatMap((same) => {
      const [first] = same;
      const assumed = same.every((one) => one.assumed);
      return first === undefined ? [] : [{ ...first, assumed, requests: same.length }];
    })
    .toSorted((one, other) => RESPONSE_STEPS.indexOf(one.step) - RESPONSE_STEPS.indexOf(other.step));

/** Steps of which the recording has no call of their own: a role that was only taken on did nothing yet. */
const idleSteps = (checks: readonly RecordedCheck[]): readonly ResponseStep[] => {
  const active = new Set(
    checks.filter(({ request }) => request.principal.kind !== 'service').map(({ step }) => step),
  );
  return RESPONSE_STEPS.filter((step) => step !== 'instance' && !active.has(step));
};

/**
 * Asks every allowed request of a recorded response again, with the given policies added, and gives each that is denied now.
 * Pure. The requests are first said as if the member had been the one that is meant (`given.account`, `given.region`); throws
 * Error where that alone would change an answer.
 *
 * SCPs count as attached together to one node above the caller's account, RCPs above the resource's; neither binds the
 * management account, and SCPs bind no service. The key's policy takes the place of the one that the drill's customer key has.
 */
export const replayWith = (recording: AskedThere, given: Given): Replayed => {
  const { checks, member } = recording;
  const place = { account: given.account ?? member.account, region: given.region ?? member.region };
  const renamed = requestRenamed(member, place);
  const at = { recording, given, member: place.account };
  // What an instance may do is no part of the response.
  const asked = checks
    .filter(({ step, decision }) => step !== 'instance' && decision.verdict === 'allow')
    .map((check) => ({ ...check, request: renamed(check.request) }));
  if (place.account !== member.account || place.region !== member.region) refuseOtherAnswers(asked, place);
  const additions = asked.map((check) => ({ check, additions: additionsTo(check.request, at) }));
  const denials = additions.flatMap(({ check, additions: each }) =>
    each.flatMap((addition) => deniedBy(check, addition)),
  );
  return {
    denials: counted(denials),
    replayed: asked.length,
    underGiven: additions.filter(({ additions: each }) => each.length > 0).length,
    notExercised: idleSteps(checks),
    unjudgedKeys: unjudgedKeys(
      additions.flatMap(({ check: { request }, additions: each }) =>
        each.flatMap(({ policies }) => policies.map((policy) => ({ policy, request }))),
      ),
    ),
    place,
  };
};

/** Said of another place, a request must be allowed as it was: else its denial would be laid to the given policies. */
const refuseOtherAnswers = (asked: readonly RecordedCheck[], place: Place): void => {
  for (const { request } of asked) {
    const { verdict, why } = authorize(request);
    if (verdict === 'deny')
      throw new Error(
        `${request.action} on ${request.resource} is denied once it is said of ${place.account}, ${place.region}: ${why}; ` +
          'a policy of the product names the place of the drill in a way that cannot be renamed',
      );
  }
};

const deniedBy = (check: RecordedCheck, addition: Addition): readonly Denial[] => {
  const { step, duty, request, assumed } = check;
  const decision = authorize(addition.request);
  if (decision.verdict === 'allow') return [];
  return reasonsOf(decision, addition).map((reason) => ({
    step,
    ...(duty === undefined ? {} : { duty }),
    action: request.action,
    resource: patternOf(request.resource),
    who: whoOf(request),
    layer: layerOf(decision),
    ...reason,
    why: decision.why,
    assumed,
    requests: 1,
  }));
};
