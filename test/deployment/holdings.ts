import {
  dynamodbState,
  ec2State,
  eventsState,
  iamState,
  kmsState,
  lambdaState,
  observabilityState,
  organizationState,
  s3State,
  snsState,
  sqsState,
  ssmState,
  stackSetState,
  statesState,
  type Organization,
} from '@cordon/local-aws';

type World = Organization['world'];

/** What a state holds, each as `kind name`. */
const named = (kind: string, names: Iterable<string>): readonly string[] =>
  [...names].map((name) => `${kind} ${name}`);

/** What an account has in one Region. IAM's is told in that Region too: it is of none. */
const inRegion = (world: World, account: string, region: string): readonly string[] => {
  const iam = world.of(iamState, account, '');
  const ec2 = world.of(ec2State, account, region);
  const events = world.of(eventsState, account, region);
  const kms = world.of(kmsState, account, region);
  const watched = world.of(observabilityState, account, region);
  const ssm = world.of(ssmState, account, region);
  return [
    ...named('role', iam.roles.keys()),
    ...named('policy', iam.managedPolicies.keys()),
    ...named('profile', iam.instanceProfiles.keys()),
    ...named('function', world.of(lambdaState, account, region).functions.keys()),
    ...named('event source', world.of(lambdaState, account, region).eventSources.keys()),
    ...named('queue', world.of(sqsState, account, region).queues.keys()),
    ...named('topic', world.of(snsState, account, region).topics.keys()),
    ...named('table', world.of(dynamodbState, account, region).tables.keys()),
    ...named('machine', world.of(statesState, account, region).machines.keys()),
    ...named(
      'bus',
      [...events.buses.keys()].filter((name) => name !== 'default'),
    ),
    ...[...events.buses.values()].flatMap(({ rules }) => named('rule', rules.keys())),
    ...[...kms.keys.values()].map(({ state, description }) => `key ${state} ${description}`),
    ...named('alias', kms.aliases.keys()),
    ...named('alarm', watched.alarms.keys()),
    ...named('dashboard', watched.dashboards.keys()),
    ...named('log group', watched.logGroups.keys()),
    ...named('document', [...ssm.documents.keys(), ...ssm.sessionDocuments.keys()]),
    ...named('vpc', ec2.vpcs.keys()),
    ...named('subnet', ec2.subnets.keys()),
    ...named('group', ec2.securityGroups.keys()),
    ...named('route table', ec2.routeTables.keys()),
    ...named('interface', ec2.networkInterfaces.keys()),
    ...named('endpoint', ec2.vpcEndpoints.keys()),
    ...named('launch template', ec2.launchTemplates.keys()),
    ...named('StackSet', world.of(stackSetState, account, region).sets.keys()),
  ];
};

/** All that accounts of an organization have in its Regions, and the organization itself: as sorted lines, the same for the same holdings. */
export const holdingsOf = ({ world }: Pick<Organization, 'world'>): ReadonlySet<string> => {
  const { attachments, policies } = world.of(organizationState, '', '');
  const lines = [...world.accounts.keys()].flatMap((account) =>
    world.facts.regions.flatMap((region) =>
      inRegion(world, account, region).map(
        (line) => `${account} ${/^(role|policy|profile) /.test(line) ? '' : `${region} `}${line}`,
      ),
    ),
  );
  return new Set(
    [
      ...lines,
      ...[...world.of(s3State, '', '').buckets.values()].map(
        ({ account, name }) => `${account} bucket ${name}`,
      ),
      ...attachments.map(({ name, node }) => `organization ${name} at ${node}`),
      ...named('organization policy', policies.keys()),
    ].toSorted(),
  );
};
