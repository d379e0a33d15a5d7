import { compile, type AuthorizationRequest, type RequestPolicies } from '@cordon/iam';
import type { Claim, Constraint } from '@cordon/iam/prove';
import { requestFor, type Organization } from '@cordon/local-aws';
import { ACCOUNTS, callerOf, HOME, type AccountName, type Who } from '../cast.ts';

/** Whether the organization's control policies are attached. */
export type Guardrails = 'on' | 'off';

const EVERYTHING = compile(
  { Version: '2012-10-17', Statement: [{ Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' }] },
  'everything that an account can be allowed',
);

/** Keys whose value differs from request to request: a claim ranges over them. */
const FREE = new Set([
  'aws:CurrentTime',
  'aws:EpochTime',
  'aws:RequestedRegion',
  'aws:TokenIssueTime',
  'aws:SourceIdentity',
]);

const factsOf = (context: AuthorizationRequest['context']): readonly Constraint[] =>
  Object.entries(context).flatMap(([key, value]) =>
    typeof value === 'string' && !FREE.has(key) ? [{ key, equals: [value] }] : [],
  );

/** What is asked about: an ARN that stands for all of its kind, so that its policy is found, and the forms that it takes. */
export interface Target {
  /** An ARN by which the world finds the policy of the resource; any of the right kind where it has none. */
  readonly arn: string;
  /** Forms of the resource for the claim; the ARN alone when absent. */
  readonly forms?: readonly string[];
  readonly owner: AccountName;
}

/** A claim's parts that follow from who asks about what, with or without guardrails. */
export const shapeOf = (
  organization: Organization,
  {
    who,
    target,
    guardrails,
    anyRoleOf,
  }: {
    readonly who: Who;
    readonly target: Target;
    readonly guardrails: Guardrails;
    /** Stands for every role of its account but those in the list: they are allowed everything that policies can allow. */
    readonly anyRoleOf?: { readonly except: readonly string[] };
  },
  action: string,
): Pick<Claim, 'principal' | 'resources' | 'resourceAccount' | 'policies' | 'facts'> &
  Required<Pick<Claim, 'resourcePolicyMode'>> => {
  const { world, services, timeline } = organization;
  const caller = callerOf(organization, who);
  const asking = { world, services, caller, region: HOME, now: timeline.now() };
  const request = requestFor(asking, { action, resource: target.arn, account: ACCOUNTS[target.owner] });
  const { serviceControl, resourceControl, ...others } = request.policies;
  const policies: RequestPolicies = {
    ...others,
    ...(anyRoleOf === undefined ? {} : { identity: [EVERYTHING] }),
    ...(guardrails === 'off' || serviceControl === undefined ? {} : { serviceControl }),
    ...(guardrails === 'off' || resourceControl === undefined ? {} : { resourceControl }),
  };
  const facts = factsOf(request.context).filter(
    (fact) => anyRoleOf === undefined || !('key' in fact) || !/^aws:(PrincipalArn|userid)$/.test(fact.key),
  );
  const anyRole: readonly Constraint[] =
    anyRoleOf === undefined
      ? []
      : [
          { key: 'aws:PrincipalArn', like: [`arn:aws:iam::${caller.account}:role/*`] },
          ...(anyRoleOf.except.length === 0
            ? []
            : [{ not: { key: 'aws:PrincipalArn', like: anyRoleOf.except } }]),
        ];
  return {
    principal: request.principal,
    resources: target.forms ?? [target.arn],
    resourceAccount: request.resourceAccount,
    policies,
    resourcePolicyMode: request.resourcePolicyMode ?? 'alone-suffices',
    facts: [
      ...facts,
      ...anyRole,
      ...(request.context['aws:PrincipalOrgID'] === undefined
        ? [{ key: 'aws:PrincipalOrgID', is: 'absent' } as const]
        : []),
    ],
  };
};
