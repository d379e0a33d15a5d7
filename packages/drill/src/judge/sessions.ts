import type { Decision } from '@cordon/iam';
import { iamState, instanceSession, type Caller, type Role, type World } from '@cordon/local-aws';
import type { Place } from './isolation.ts';
import type { Remains } from './remains.ts';

/** One thing that a role's own policy allows. */
export interface Probe {
  readonly action: string;
  readonly resource: string;
}

/** Fills what a policy's pattern leaves open, so that the pattern matches the outcome. */
const fill = (pattern: string): string => pattern.replaceAll('*', 'probe').replaceAll('?', 'p');

/** The role of an ARN, with its path or without. */
export const roleOf = (world: World, roleArn: string): Role | undefined => {
  const account = roleArn.split(':')[4] ?? '';
  return world.of(iamState, account, '').roles.get(roleArn.slice(roleArn.lastIndexOf('/') + 1));
};

/** Whether the role's own policy settles the request: another account's, a role's or a key's policy has a say of its own. */
const isOwnMatter = (account: string, { action, resource }: Probe): boolean => {
  const owner = resource.split(':')[4] ?? '';
  return !/^(sts|kms):/i.test(action) && !resource.includes('${') && (owner === '' || owner === account);
};

/**
 * An action and resource for each plain Allow of a role's policies: what its healthy sessions can do. A statement with
 * conditions or negations says too little to make a request from.
 */
export const probesOf = (world: World, role: Role): readonly Probe[] => {
  const account = role.arn.split(':')[4] ?? '';
  const { managedPolicies } = world.of(iamState, account, '');
  const policies = [
    ...role.inline.values(),
    ...role.attached.flatMap((arn) => managedPolicies.get(arn)?.document ?? []),
  ];
  return policies
    .flatMap(({ statements }) => statements)
    .filter(
      ({ effect, conditions, action, resource }) =>
        effect === 'Allow' && conditions.length === 0 && !action.negated && resource?.negated === false,
    )
    .map(({ action, resource }) => {
      const [named = '*'] = action.patterns;
      const [on = '*'] = resource?.patterns ?? [];
      return {
        action: named === '*' ? 's3:ListAllMyBuckets' : fill(named),
        resource: on === '*' ? '*' : fill(on),
      };
    })
    .filter((probe) => isOwnMatter(account, probe));
};

/** Decides a probe for the credentials that the instance holds, or held before its profile was taken away. */
export const decideOn = (
  remains: Remains,
  on: Place & { readonly roleName: string },
  probe: Probe,
): Decision => {
  const { world, journal, host } = remains.organization;
  const now = Math.max(journal.events.at(-1)?.at ?? 0, journal.calls.at(-1)?.sentAt ?? 0);
  // Whoever took the credentials uses them from anywhere: no VPC endpoint's policy stands in the way there.
  const { within: _place, ...session }: Caller = instanceSession(world, on, now);
  return host.decideFor(session, on.region, probe);
};
