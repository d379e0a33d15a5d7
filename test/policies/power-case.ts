import { compile, type AuthorizationRequest, type Decision } from '@cordon/iam';
import type { Asking, Caller, Check, EndpointRoute, Organization } from '@cordon/local-aws';
import { ec2State, requestFor } from '@cordon/local-aws';
import { ACCOUNTS, callerOf, HOME, type AccountName, type Who } from './cast.ts';

/** One question about power, with the answer that it must get. */
export interface PowerCase {
  /** A sentence, unique among all cases: who does what, and why that is right or wrong. */
  readonly name: string;
  readonly as: Who;
  readonly action: string;
  /** ARN, or `*` where AWS lists no resource for the action; of the organization where only that knows it. */
  readonly on: string | ((organization: Organization) => string);
  /** Owner of the resource; the caller's account when absent. */
  readonly owner?: AccountName;
  /** Condition keys of the request, beside those that AWS gives for every one. */
  readonly given?: Check['context'];
  /** Home when absent. */
  readonly region?: string;
  /** Service of the forensics account's VPC endpoint that the request comes through, such as `ssm`; over the internet when absent. */
  readonly through?: string;
  /** `off`: without the organization's control policies, so that what stands behind them is asked. */
  readonly guardrails?: 'off';
  /**
   * Asks one lock of two, for what each of them refuses: `role` as though the resource's own policy left everything to the
   * caller's account, or to the service that calls; `resource` as though somebody had attached a policy that allows
   * everything to the caller's role.
   */
  readonly alone?: 'role' | 'resource';
  /**
   * `allowed`; the statements that deny it, each as `<carrier>/<Sid>`, all of them; or, where no statement does, the layer
   * whose allow is missing.
   */
  readonly answer:
    | 'allowed'
    | { readonly deniedBy: readonly string[] }
    | { readonly notAllowedBy: Decision['layer'] };
}

/** An address of the isolated network, in which the forensic machine stands. */
const MACHINE_IP = '10.64.0.10';

const routeThrough = ({ world }: Organization, service: string, region: string): EndpointRoute => {
  const name = `com.amazonaws.${region}.${service}`;
  const endpoint = [...world.of(ec2State, ACCOUNTS.forensics, region).vpcEndpoints.values()].find(
    ({ serviceName }) => serviceName === name,
  );
  if (endpoint === undefined)
    throw new Error(`the forensics account has no endpoint of ${name}; name a service that it has one for`);
  const { endpointId: vpcEndpointId, vpcId, policy } = endpoint;
  return { vpcEndpointId, vpcId, sourceIp: MACHINE_IP, policy };
};

const everythingTo = (principal: object): object => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Everything', Effect: 'Allow', ...principal, Action: '*', Resource: '*' }],
});

type Policies = AuthorizationRequest['policies'];

/** The other lock open. */
const withAlone = (
  policies: Policies,
  { account, principal }: Caller,
  alone: PowerCase['alone'],
): Policies => {
  switch (alone) {
    case undefined:
      return policies;
    case 'role': {
      const them =
        principal.kind === 'service'
          ? { Service: principal.service }
          : { AWS: `arn:aws:iam::${account}:root` };
      const open = compile(everythingTo({ Principal: them }), 'policy that leaves all to the caller');
      return { ...policies, resource: open };
    }
    case 'resource': {
      const attached = compile(everythingTo({}), 'policy that somebody attached');
      return { ...policies, identity: [...policies.identity, attached] };
    }
  }
};

/** The request of a case in a world, with every policy that bears on it. */
export const requestOf = (organization: Organization, one: PowerCase): AuthorizationRequest => {
  const { world, services, timeline } = organization;
  const caller = callerOf(organization, one.as);
  const region = one.region ?? HOME;
  const asking: Asking = {
    world,
    services,
    caller,
    region,
    now: timeline.now(),
    ...(one.through === undefined ? {} : { through: routeThrough(organization, one.through, region) }),
  };
  const request = requestFor(asking, {
    action: one.action,
    resource: typeof one.on === 'string' ? one.on : one.on(organization),
    ...(one.owner === undefined ? {} : { account: ACCOUNTS[one.owner] }),
    ...(one.given === undefined ? {} : { context: one.given }),
  });
  const asked = { ...request, policies: withAlone(request.policies, caller, one.alone) };
  if (one.guardrails === undefined) return asked;
  const { serviceControl: _scps, resourceControl: _rcps, ...policies } = asked.policies;
  return { ...asked, policies };
};

/** What a decision says, in a case's words; `labelOf` names what carries a policy. */
export const answerOf = (
  decision: Decision,
  labelOf: (policyName: string) => string,
): PowerCase['answer'] => {
  if (decision.verdict === 'allow') return 'allowed';
  const deniedBy = decision.decisive
    .filter(({ effect }) => effect === 'Deny')
    .map(({ policy, sid }) => `${labelOf(policy)}/${sid}`)
    .toSorted();
  return deniedBy.length > 0 ? { deniedBy: [...new Set(deniedBy)] } : { notAllowedBy: decision.layer };
};
