import { ServiceFault } from '../../core/fault.ts';
import type { ResourceRemoval, Service } from '../../core/operation.ts';
import { arnHere, needs } from '../removal-checks.ts';
import { observabilityState } from './state.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html */
const alarm: ResourceRemoval = {
  checks: (_resource, { ref }, on) =>
    needs(['cloudwatch:DeleteAlarms'], arnHere(on, 'cloudwatch', `alarm:${ref}`)),
  remove: (_resource, { ref }, { world, account, region }) => {
    world.of(observabilityState, account, region).alarms.delete(ref);
    return undefined;
  },
};

/** A dashboard is of no Region. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
const dashboard: ResourceRemoval = {
  checks: (_resource, { ref }, { world, account }) =>
    needs(
      ['cloudwatch:DeleteDashboards'],
      `arn:${world.facts.partition}:cloudwatch::${account}:dashboard/${ref}`,
    ),
  remove: (_resource, { ref }, { world, account, region }) => {
    world.of(observabilityState, account, region).dashboards.delete(ref);
    return undefined;
  },
};

/**
 * With all that was logged there, unless it is protected.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
 */
const logGroup: ResourceRemoval = {
  checks: (_resource, { ref }, on) => needs(['logs:DeleteLogGroup'], arnHere(on, 'logs', `log-group:${ref}`)),
  remove: ({ properties }, { ref }, { world, account, region }) => {
    const state = world.of(observabilityState, account, region);
    if (String(properties['DeletionProtectionEnabled']) === 'true' && state.logGroups.has(ref))
      throw new ServiceFault(
        'ValidationException',
        `Log group ${ref} is protected from deletion: turn its deletion protection off first`,
      );
    state.logGroups.delete(ref);
    state.logStreams.delete(ref);
    return undefined;
  },
};

/** How alarms, dashboards and log groups of templates are taken away. */
export const observabilityResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::Logs::LogGroup': logGroup,
};
