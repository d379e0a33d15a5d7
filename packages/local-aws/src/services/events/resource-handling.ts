import type { ResolvedResource } from '@cordon/templates';
import type { Deployment, ResourceHandling, Service } from '../../core/operation.ts';
import { eventsResourceTypes } from './resource-types.ts';
import { findBus, readBusArn, type Rule } from './state.ts';

const busNameOf = ({ properties }: ResolvedResource): string => {
  const { EventBusName: name } = properties;
  return typeof name === 'string' ? name : 'default';
};

const rulesOf = (resource: ResolvedResource, { world, account, region }: Deployment): Map<string, Rule> => {
  const name = busNameOf(resource);
  const place = readBusArn(name) ?? { account, region, name };
  return findBus(world, place)?.rules ?? new Map<string, Rule>();
};

const arnOf = (resource: ResolvedResource, { world, account, region }: Deployment): string => {
  const { Name: name } = resource.properties;
  const bus = busNameOf(resource);
  const path = bus === 'default' ? '' : `${bus}/`;
  return `arn:${world.facts.partition}:events:${region}:${account}:rule/${path}${typeof name === 'string' ? name : '*'}`;
};

const ACTIONS = {
  create: ['PutRule', 'PutTargets'],
  update: ['PutRule', 'PutTargets', 'RemoveTargets'],
  remove: ['RemoveTargets', 'DeleteRule'],
} as const;

/** A schedule has appointments of its own that end with nothing. */
const refuseSchedule = ({ properties, type, logicalId }: ResolvedResource): void => {
  if (properties['ScheduleExpression'] !== undefined)
    throw new Error(`${type} ${logicalId}: a rule with a schedule cannot be changed here`);
};

const rule: ResourceHandling = {
  checks: (act, resource, on) =>
    ACTIONS[act].map((action) => ({
      action: `events:${action}`,
      resource: arnOf(resource, on),
      assumed: true,
    })),
  update: (from, to, on) => {
    refuseSchedule(from);
    if (from.properties['Name'] !== to.properties['Name'] || busNameOf(from) !== busNameOf(to))
      throw new Error(
        `${to.type} ${to.logicalId}: a change of its name or bus by an update is not implemented`,
      );
    const { Name: name } = to.properties;
    rulesOf(from, on).delete(String(name));
    const make = eventsResourceTypes['AWS::Events::Rule'];
    if (make === undefined) throw new Error('EventBridge has no rules');
    return make(to, on);
  },
  remove: (resource, created, on) => {
    rulesOf(resource, on).delete(created.ref);
  },
  drift: (resource, created, on) => {
    const found = rulesOf(resource, on).get(created.ref);
    if (found === undefined) return 'DELETED';
    const wanted = resource.properties['State'] !== 'DISABLED';
    const targets = resource.properties['Targets'];
    const arns = (Array.isArray(targets) ? targets : []).map(
      (target) => (Object(target) as { Arn?: unknown }).Arn,
    );
    const same =
      found.enabled === wanted &&
      arns.length === found.targets.length &&
      found.targets.every(({ arn }) => arns.includes(arn));
    return same ? 'IN_SYNC' : 'MODIFIED';
  },
};

/**
 * What CloudFormation does with rules later; drift looks at state and targets, not at the pattern.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
 */
export const eventsResourceHandling: NonNullable<Service['resourceHandling']> = {
  'AWS::Events::Rule': rule,
};
