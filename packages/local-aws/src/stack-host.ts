import { deployStack, notYetMade, type ResolvedResource } from '@cordon/templates';
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
import { existingOf } from './stack-import.ts';
import { about, refuseDenied } from './stack-faults.ts';
import { removalsOf, removeAll, type RemovalPlace, type Standing } from './stack-removal.ts';

type Act = 'create' | 'update';

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
    `${type} ${logicalId}: the local organization can make resources of this type and take them away, and neither change nor compare them: what a StackSet has, or what is changed in a stack, must be of another`,
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
  const checks = handlingOf(stage, resource).checks(act, resource, deployment);
  refuseDenied(stage, resource, { checks, actsAs, region: deployment.region });
};

/** The resources of a standing stack with their properties as its template gives them. */
const resolvedOf = (
  stage: DeployStage,
  stack: Omit<StandingStack, 'stackId' | 'outputs'>,
): readonly Standing[] => {
  const created = new Map(stack.resources.map((one) => [one.logicalId, one.created]));
  const resolved: Standing[] = [];
  deployStack(stack.template, environmentOf(stage, stack), (resource) => {
    const made = created.get(resource.logicalId) ?? notYetMade(resource.logicalId);
    resolved.push([resource, made]);
    return made;
  });
  return resolved;
};

/** Takes back what was made before a failure; gives the failure, with that of the rollback if there is one: what it could not take away stays. */
const rolledBack = (
  stage: DeployStage,
  failure: ServiceFault,
  { made, ...on }: { readonly made: readonly Standing[] } & RemovalPlace,
): ServiceFault => {
  try {
    removeAll(stage, made, { ...on, isRollback: true });
    return failure;
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
  const { actsAs, imported, ...where } = request;
  const deployment = deploymentOf(stage, where);
  const made: Standing[] = [];
  const resources: StandingResource[] = [];
  let outputs: StandingStack['outputs'] = {};
  try {
    const deployed = deployStack(request.template, environmentOf(stage, where), (resource) => {
      const { logicalId, type } = resource;
      const taken = imported?.get(logicalId);
      if (taken !== undefined) {
        resources.push({ logicalId, type, created: taken });
        return taken;
      }
      if (onlyMade === 'refused' || knownHandling(stage, resource) !== undefined)
        authorize(stage, { act: 'create', resource, deployment, actsAs });
      const created = about(resource, () => createResource(stage, resource, deployment));
      made.push([resource, created]);
      resources.push({ logicalId, type, created });
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
    resources,
    outputs,
  };
};

/**
 * A change of a stack: made, changed and taken away, each only where its properties differ. What AWS does in one go with a rollback is here
 * asked for as a whole before the first change; a name that is taken is the one failure that is left, and what was changed until then stays.
 */
const update = (stage: DeployStage, stack: StandingStack, request: StackRequest): StandingStack => {
  const { actsAs, imported, ...where } = request;
  const deployment = deploymentOf(stage, where);
  const before = new Map(
    resolvedOf(stage, stack).map(([one, created]) => [one.logicalId, [one, created] as const]),
  );
  const actOn = (resource: ResolvedResource): 'create' | 'update' | 'keep' => {
    const [old] = before.get(resource.logicalId) ?? [];
    if (old === undefined) return imported?.has(resource.logicalId) === true ? 'keep' : 'create';
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
    const standing = kept ?? imported?.get(resource.logicalId);
    const created =
      act === 'update' && old !== undefined
        ? about(resource, () => handlingOf(stage, resource).update(old, resource, deployment))
        : act === 'keep' && standing !== undefined
          ? standing
          : about(resource, () => createResource(stage, resource, deployment));
    resources.push({ logicalId: resource.logicalId, type: resource.type, created });
    return created;
  });
  const stays = new Set(resources.map(({ logicalId }) => logicalId));
  const gone = [...before.values()].filter(([{ logicalId }]) => !stays.has(logicalId));
  removeAll(stage, gone, { deployment, actsAs });
  return { ...where, stackId: stack.stackId, resources, outputs };
};

/** What still stands of a stack; a deletion that failed may have left a part. */
const standingOf = (stage: DeployStage, stack: StandingStack): readonly Standing[] => {
  const left = new Set(stack.resources.map(({ logicalId }) => logicalId));
  return resolvedOf(stage, stack).filter(([{ logicalId }]) => left.has(logicalId));
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
  existing: (request) => existingOf(stage(), request),
  update: (stack, request) => update(stage(), stack, request),
  remove: (stack, actsAs) =>
    removeAll(stage(), standingOf(stage(), stack), { deployment: deploymentOf(stage(), stack), actsAs }),
  removals: (stack, actsAs) =>
    removalsOf(stage(), standingOf(stage(), stack), { deployment: deploymentOf(stage(), stack), actsAs }),
  drift: (stack) => drift(stage(), stack),
});
