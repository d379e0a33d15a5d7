import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment, Removal, ResourceRemoval, StackRequest } from './core/operation.ts';
import { WITHOUT_EFFECT, type DeployStage } from './deploy-template.ts';
import { about, refuseDenied } from './stack-faults.ts';

/** A resource as its template gives it, and what was made of it. */
export type Standing = readonly [ResolvedResource, Created];

/** Where resources are taken away, and as whom. */
export interface RemovalPlace {
  readonly deployment: Deployment;
  readonly actsAs: StackRequest['actsAs'];
}

/** How a type is taken away, if it can be: by its own way, or by that of a type that is changed and compared, too. */
export const removalOf = (
  { services }: Pick<DeployStage, 'services'>,
  { type }: Pick<ResolvedResource, 'type'>,
): ResourceRemoval | undefined => {
  for (const { resourceRemoval, resourceHandling } of services) {
    const own = resourceRemoval?.[type];
    if (own !== undefined) return own;
    const handling = resourceHandling?.[type];
    const remove = handling?.remove;
    if (handling === undefined || remove === undefined) continue;
    return {
      checks: (resource, _created, on) => handling.checks('remove', resource, on),
      remove: (resource, created, on) => {
        remove(resource, created, on);
        return undefined;
      },
    };
  }
  return undefined;
};

const neededRemoval = (stage: DeployStage, resource: ResolvedResource): ResourceRemoval => {
  const removal = removalOf(stage, resource);
  if (removal !== undefined) return removal;
  throw new Error(
    `${resource.type} ${resource.logicalId}: the local organization can make resources of this type and not take them away`,
  );
};

/**
 * `RetainExceptOnCreate` differs from `Retain` only where the creation itself is rolled back.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
const isRetained = ({ deletionPolicy }: ResolvedResource, isRollback: boolean): boolean =>
  deletionPolicy === 'Retain' || (deletionPolicy === 'RetainExceptOnCreate' && !isRollback);

/** What is to be taken away, last first: what was made later may stand on what was made before. */
export const removalsOf = (
  stage: DeployStage,
  standing: readonly Standing[],
  { deployment, actsAs, isRollback = false }: RemovalPlace & { readonly isRollback?: boolean },
): readonly Removal[] =>
  standing
    .toReversed()
    .filter(([{ type }]) => !WITHOUT_EFFECT.has(type))
    .map(([resource, created]) => ({
      logicalId: resource.logicalId,
      type: resource.type,
      physicalId: created.ref,
      isRetained: isRetained(resource, isRollback),
      act: () => {
        const removal = neededRemoval(stage, resource);
        refuseDenied(stage, resource, {
          checks: removal.checks(resource, created, deployment),
          actsAs,
          region: deployment.region,
        });
        return about(resource, () => removal.remove(resource, created, deployment));
      },
    }));

/**
 * Takes all of it away at once. What takes its time goes on behind: who must wait for it goes through `removalsOf`.
 *
 * @throws ServiceFault of the first that is refused; those after it stay
 */
export const removeAll = (
  stage: DeployStage,
  standing: readonly Standing[],
  on: RemovalPlace & { readonly isRollback?: boolean },
): void => {
  for (const { isRetained: stays, act } of removalsOf(stage, standing, on)) {
    if (stays) continue;
    act()?.(() => undefined);
  }
};
