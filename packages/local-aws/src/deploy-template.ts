import {
  deployStack,
  readTemplate,
  type Created,
  type ResolvedResource,
  type Stack,
  type StackEnvironment,
} from '@cordon/templates';
import type { Deployment, Service, StandingResource } from './core/operation.ts';
import { addKnownStack } from './services/cloudformation/known-stack.ts';
import { ec2State } from './services/ec2/state.ts';
import { zonesOf } from './services/ec2/availability-zones.ts';

/** Where a template goes. */
export interface DeployTarget {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** The directory that holds the code of a function, from its `S3Key`; needed when functions run in workers. */
  readonly assetDirectory?: (s3Key: string) => string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Values of exports by `account/region` and name. */
export type Exports = Map<string, Map<string, string>>;

/** What a deployment needs of the organization. */
export interface DeployStage extends Pick<Deployment, 'world' | 'timeline' | 'ids' | 'host'> {
  readonly services: readonly Service[];
  readonly exports: Exports;
  readonly ssmParameters: Readonly<Record<string, string>>;
}

/** Types that stand for nothing in an account. https://docs.aws.amazon.com/cdk/v2/guide/usage-data.html */
export const WITHOUT_EFFECT = new Set(['AWS::CDK::Metadata', 'AWS::CloudFormation::WaitConditionHandle']);

/** Makes one resource. @throws Error for a type or a property that is not implemented */
export const createResource = (
  stage: DeployStage,
  resource: ResolvedResource,
  deployment: Deployment,
): Created => {
  if (WITHOUT_EFFECT.has(resource.type)) return { ref: resource.logicalId, attributes: {} };
  for (const { resourceTypes } of stage.services) {
    const make = resourceTypes?.[resource.type];
    if (make !== undefined) return make(resource, deployment);
  }
  const known = stage.services.flatMap(({ resourceTypes }) => Object.keys(resourceTypes ?? {})).toSorted();
  throw new Error(
    `${resource.type} ${resource.logicalId} of stack ${resource.stackName}: the local organization has no such resource type; it has ${known.join(', ')}`,
  );
};

const lookUp = (from: Readonly<Record<string, string>> | undefined, name: string, what: string): string => {
  const value = from?.[name];
  if (value === undefined)
    throw new Error(
      `${what} ${name} is not known here; known: ${Object.keys(from ?? {}).join(', ') || 'none'}`,
    );
  return value;
};

/** What the resources of a stack are made with. @throws Error for an account or a Region that is not there */
export const deploymentOf = (
  { world, timeline, ids, host }: DeployStage,
  { account, region, stackName, assetDirectory }: DeployTarget,
): Deployment => {
  if (!world.accounts.has(account))
    throw new Error(`stack ${stackName}: the organization has no account ${account}`);
  if (!world.facts.regions.includes(region))
    throw new Error(
      `stack ${stackName}: Region ${region} is not enabled; enabled: ${world.facts.regions.join(', ')}`,
    );
  return {
    world,
    timeline,
    ids,
    account,
    region,
    host,
    ...(assetDirectory === undefined ? {} : { assetDirectory }),
  };
};

/** What a template can look up in its account and Region. */
export const environmentOf = (
  { world, exports, ...stage }: DeployStage,
  { account, region, stackName, parameters = {} }: DeployTarget,
): StackEnvironment => ({
  account,
  region,
  partition: world.facts.partition,
  stackName,
  parameters,
  imports: (name) =>
    lookUp(Object.fromEntries(exports.get(`${account}/${region}`) ?? []), name, `stack ${stackName}: export`),
  availabilityZones: zonesOf(region).map(({ name }) => name),
  // What the organization was made with, and images that were put into the world under a parameter's name.
  ssmParameters: (name) =>
    lookUp(
      {
        ...Object.fromEntries(world.of(ec2State, account, region).publicParameters),
        ...stage.ssmParameters,
      },
      name,
      `stack ${stackName}: SSM parameter`,
    ),
});

/**
 * Deploys a synthesized template into one account and Region, as a stack that CloudFormation's API knows.
 *
 * @throws TemplateError for a template that cannot be read or resolved; Error for a resource type or property that is not implemented
 */
export const deployTemplate = (stage: DeployStage, templateJson: unknown, target: DeployTarget): Stack => {
  const { account, region, stackName, parameters = {} } = target;
  const deployment = deploymentOf(stage, target);
  const template = readTemplate(templateJson, stackName);
  const resources: StandingResource[] = [];
  const stack = deployStack(template, environmentOf(stage, target), (resource) => {
    const created = createResource(stage, resource, deployment);
    resources.push({ logicalId: resource.logicalId, type: resource.type, created });
    return created;
  });
  const place = `${account}/${region}`;
  const exported = stage.exports.get(place) ?? new Map<string, string>();
  for (const [name, value] of Object.entries(stack.exports)) {
    if (exported.has(name))
      throw new Error(`stack ${stackName}: export ${name} exists already in ${place}: choose another name`);
    exported.set(name, value);
  }
  stage.exports.set(place, exported);
  const { outputs } = stack;
  addKnownStack(deployment, JSON.stringify(templateJson), {
    account,
    region,
    stackName,
    template,
    parameters,
    resources,
    outputs,
  });
  return stack;
};
