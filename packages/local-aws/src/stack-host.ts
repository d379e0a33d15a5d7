import { deployStack, type Created, type ResolvedResource } from '@cordon/templates';
import { ServiceFault } from './core/fault.ts';
import type {
  Deployment,
  ResourceDrift,
  ResourceHandling,
  StackHost,
  StackRequest,
  StandingResource,
  StandingStack,
} from './core/operation.ts';
import {
  createResource,
  deploymentOf,
  environmentOf,
  WITHOUT_EFFECT,
  type DeployStage,
} from './deploy-template.ts';

type Act = 'create' | 'update' | 'remove';

/**
 * A failure as CloudFormation words it for one resource of a StackSet's stack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-troubleshooting.html
 */
const failureOf = ({ logicalId, type }: ResolvedResource, { code, message }: ServiceFault): ServiceFault =>
  new ServiceFault(
    code,
    `ResourceLogicalId:${logicalId}, ResourceType:${type}, ResourceStatusReason:${message}`,
  );

const knownHandling = (
  { services }: DeployStage,
  { type }: Pick<ResolvedResource, 'type'>,
): ResourceHandling | undefined =>
  services.map(({ resourceHandling }) => resourceHandling?.[type]).find((one) => one !== undefined);

const handlingOf = (stage: DeployStage, resource: ResolvedResource): ResourceHandling => {
  const handling = knownHandling(stage, resource);
  if (handling !== undefined) return handling;
  const { type, logicalId } = resource;
  throw new Error(
    `${type} ${logicalId}: the local organization can make resources of this type and neither change nor remove them: what a StackSet has, or a stack that is changed or deleted, must be of another`,
  );
};

const withoutEffect = ({ type }: { readonly type: string }): boolean => WITHOUT_EFFECT.has(type);

/** Asks for everything that an act on a resource needs, as who CloudFormation acts as. @throws ServiceFault AccessDenied */
const authorize = (
  stage: DeployStage,
  {
    act,
    resource,
    deployment,
    actsAs,
  }: { act: Act; resource: ResolvedResource; deployment: Deployment } & Pick<StackRequest, 'actsAs'>,
): void => {
  if (withoutEffect(resource)) return;
  for (const check of handlingOf(stage, resource).checks(act, resource, deployment)) {
    const { verdict, why } = stage.host.decideFor(actsAs, deployment.region, check);
    if (verdict === 'deny')
      throw failureOf(
        resource,
        new ServiceFault(
          'AccessDenied',
          `not authorized to perform ${check.action} on ${check.resource}: ${why}`,
        ),
      );
  }
};

/** Lets the faults of one resource be told with its name. */
const about = <Value>(resource: ResolvedResource, work: () => Value): Value => {
  try {
    return work();
  } catch (error) {
    throw error instanceof ServiceFault ? failureOf(resource, error) : error;
  }
};

/** Stands for a resource that is to be made: any reference to it differs from what was there before. */
const notYet = (logicalId: string): Created => {
  const valueOf = (name: string | symbol): string => `${logicalId}.${String(name)}`;
  const attributes: Record<string, string> = {};
  return {
    ref: logicalId,
    attributes: new Proxy(attributes, {
      get: (_target, name) => valueOf(name),
      getOwnPropertyDescriptor: (_target, name) => ({
        configurable: true,
        enumerable: true,
        value: valueOf(name),
      }),
    }),
  };
};

/** The resources of a standing stack with their properties as its template gives them. */
const resolvedOf = (
  stage: DeployStage,
  stack: Omit<StandingStack, 'stackId' | 'outputs'>,
): readonly (readonly [ResolvedResource, Created])[] => {
  const created = new Map(stack.resources.map((one) => [one.logicalId, one.created]));
  const resolved: (readonly [ResolvedResource, Created])[] = [];
  deployStack(stack.template, environmentOf(stage, stack), (resource) => {
    const made = created.get(resource.logicalId) ?? notYet(resource.logicalId);
    resolved.push([resource, made]);
    return made;
  });
  return resolved;
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
const isRetained = ({ deletionPolicy }: ResolvedResource): boolean => deletionPolicy === 'Retain';

const removeAll = (
  stage: DeployStage,
  resources: readonly (readonly [ResolvedResource, Created])[],
  on: { readonly deployment: Deployment; readonly actsAs: StackRequest['actsAs'] },
): void => {
  for (const [resource, created] of resources.toReversed()) {
    if (withoutEffect(resource) || isRetained(resource)) continue;
    authorize(stage, { act: 'remove', resource, ...on });
    about(resource, () => handlingOf(stage, resource).remove(resource, created, on.deployment));
  }
};

/** Takes back what was made before a failure; gives the failure, with that of the rollback if there is one: what it could not take away stays. */
const rolledBack = (
  stage: DeployStage,
  failure: ServiceFault,
  { made, ...on }: { made: Parameters<typeof removeAll>[1] } & Parameters<typeof removeAll>[2],
): ServiceFault => {
  const stays = made.filter(([one]) => !withoutEffect(one) && knownHandling(stage, one) === undefined);
  try {
    removeAll(
      stage,
      made.filter((one) => !stays.includes(one)),
      on,
    );
    const names = stays.map(([{ logicalId }]) => logicalId);
    return names.length === 0
      ? failure
      : new ServiceFault(
          failure.code,
          `${failure.message}; its rollback failed: the local organization cannot take away ${names.join(', ')}`,
        );
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    return new ServiceFault(failure.code, `${failure.message}; its rollback failed: ${error.message}`);
  }
};

const create = (
  stage: DeployStage,
  request: StackRequest,
  { onlyMade }: { readonly onlyMade: 'refused' | 'made' },
): StandingStack => {
  const { actsAs, ...where } = request;
  const deployment = deploymentOf(stage, where);
  const made: (readonly [ResolvedResource, Created])[] = [];
  let outputs: StandingStack['outputs'] = {};
  try {
    const deployed = deployStack(request.template, environmentOf(stage, where), (resource) => {
      if (onlyMade === 'refused' || knownHandling(stage, resource) !== undefined)
        authorize(stage, { act: 'create', resource, deployment, actsAs });
      const created = about(resource, () => createResource(stage, resource, deployment));
      made.push([resource, created]);
      return created;
    });
    if (Object.keys(deployed.exports).length > 0)
      throw new Error(
        `stack ${request.stackName}: exports of a stack that is not deployed by the world are not implemented`,
      );
    outputs = deployed.outputs;
  } catch (error) {
    throw error instanceof ServiceFault ? rolledBack(stage, error, { made, deployment, actsAs }) : error;
  }
  const { account, region, stackName } = where;
  return {
    ...where,
    stackId: `arn:${stage.world.facts.partition}:cloudformation:${region}:${account}:stack/${stackName}/${stage.ids.uuid('stack')}`,
    resources: made.map(([{ logicalId, type }, created]) => ({ logicalId, type, created })),
    outputs,
  };
};

/**
 * A change of a stack: made, changed and taken away, each only where its properties differ. What AWS does in one go with a rollback is here
 * asked for as a whole before the first change; a name that is taken is the one failure that is left, and what was changed until then stays.
 */
const update = (stage: DeployStage, stack: StandingStack, request: StackRequest): StandingStack => {
  const { actsAs, ...where } = request;
  const deployment = deploymentOf(stage, where);
  const before = new Map(
    resolvedOf(stage, stack).map(([one, created]) => [one.logicalId, [one, created] as const]),
  );
  const actOn = (resource: ResolvedResource): 'create' | 'update' | 'keep' => {
    const [old] = before.get(resource.logicalId) ?? [];
    if (old === undefined) return 'create';
    if (old.type !== resource.type)
      throw new Error(
        `stack ${request.stackName}: ${resource.logicalId} changes its type, which is not implemented`,
      );
    return JSON.stringify(old.properties) === JSON.stringify(resource.properties) ? 'keep' : 'update';
  };
  const planned = resolvedOf(stage, { ...where, resources: stack.resources });
  for (const [resource] of planned) {
    const act = actOn(resource);
    if (act !== 'keep') authorize(stage, { act, resource, deployment, actsAs });
  }
  const resources: StandingResource[] = [];
  const { outputs } = deployStack(request.template, environmentOf(stage, where), (resource) => {
    const [old, kept] = before.get(resource.logicalId) ?? [];
    const act = withoutEffect(resource) ? 'keep' : actOn(resource);
    const created =
      act === 'update' && old !== undefined
        ? about(resource, () => handlingOf(stage, resource).update(old, resource, deployment))
        : act === 'keep' && kept !== undefined
          ? kept
          : about(resource, () => createResource(stage, resource, deployment));
    resources.push({ logicalId: resource.logicalId, type: resource.type, created });
    return created;
  });
  const stays = new Set(resources.map(({ logicalId }) => logicalId));
  const gone = [...before.values()].filter(([{ logicalId }]) => !stays.has(logicalId));
  removeAll(stage, gone, { deployment, actsAs });
  return { ...where, stackId: stack.stackId, resources, outputs };
};

const drift = (stage: DeployStage, stack: StandingStack): ReadonlyMap<string, ResourceDrift> => {
  const deployment = deploymentOf(stage, stack);
  return new Map(
    resolvedOf(stage, stack)
      .filter(([resource]) => !withoutEffect(resource))
      .map(([resource, created]) => [
        resource.logicalId,
        handlingOf(stage, resource).drift(resource, created, deployment),
      ]),
  );
};

/** Stacks of this organization, for the services in it. */
export const stackHost = (stage: () => DeployStage): StackHost => ({
  create: (request) => create(stage(), request, { onlyMade: 'refused' }),
  make: (request) => create(stage(), request, { onlyMade: 'made' }),
  update: (stack, request) => update(stage(), stack, request),
  remove: (stack, actsAs) =>
    removeAll(stage(), resolvedOf(stage(), stack), { deployment: deploymentOf(stage(), stack), actsAs }),
  drift: (stack) => drift(stage(), stack),
});
