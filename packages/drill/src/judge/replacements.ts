import { TAGS } from '@cordon/incident';
import { ec2State, type Ec2State, type World } from '@cordon/local-aws';

/** An instance as the organization has it. */
export type Instance = Ec2State['instances'] extends Map<string, infer Held> ? Held : never;

/** Instances that carry the mark of having been launched in place of an incident's. */
export const replacementsFor = (
  world: World,
  { account, region, incidentId }: Readonly<Record<'account' | 'region' | 'incidentId', string>>,
): readonly Instance[] =>
  [...world.of(ec2State, account, region).instances.values()].filter(
    ({ tags }) => tags.get(TAGS.replaces) === incidentId,
  );
