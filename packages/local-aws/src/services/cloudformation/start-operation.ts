import type { StackSetOperationAction, StackSetOperationPreferences } from '@aws-sdk/client-cloudformation';
import { ServiceFault } from '../../core/fault.ts';
import { organizationState } from '../organizations/state.ts';
import { isTrusted } from './access.ts';
import { executionRole } from './execution-role.ts';
import { operationInProgress, validationError } from './faults.ts';
import { readPreferences, type Preferences } from './preferences.ts';
import { isOver, Skipped, startWaiting, type StackSetStage } from './run-operation.ts';
import {
  placeOf,
  type OperationResult,
  type StackInstance,
  type StackSet,
  type StackSetOperation,
} from './state.ts';

/** An account and Region that an operation is for. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly unitId: string;
}

/** What an operation is to do. */
export interface NewOperation {
  readonly action: StackSetOperationAction;
  readonly places: readonly Place[];
  /** In the order in which they are gone through. */
  readonly regions: readonly string[];
  readonly unitIds?: readonly string[];
  readonly asked?: StackSetOperationPreferences | undefined;
  readonly retainStacks?: boolean;
  readonly id?: string | undefined;
  /** Set where nobody asked but the organization changed: it waits where a request would be refused. */
  readonly automatic?: true;
  readonly ended?: () => void;
}

const OPERATION_ID = /^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/;

/** AWS says that preferences are not for automatic deployments, and not how these go: here all accounts at once, and none stops another. */
const AUTOMATIC: StackSetOperationPreferences = {
  ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
  FailureTolerancePercentage: 100,
  MaxConcurrentPercentage: 100,
};

/**
 * What must hold before a stack can be worked on.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-opt-in-regions.html
 *
 * @throws Skipped for a suspended account; ServiceFault for what fails there. The wording is ours: AWS documents none
 */
const refusePlace = ({ world }: StackSetStage, { account, region }: OperationResult): void => {
  const state = world.accounts.get(account)?.state;
  if (state === undefined)
    throw new ServiceFault('InvalidOperation', `Account ${account} is not in the organization`);
  if (state === 'SUSPENDED' || state === 'CLOSED')
    throw new Skipped(`Account ${account} was suspended at the time of the operation`);
  if (!isTrusted(world))
    throw new ServiceFault('InvalidOperation', 'Trusted access with AWS Organizations is not activated');
  const { disabledRegions } = world.of(organizationState, '', '');
  for (const owner of [account, world.facts.managementAccount])
    if (disabledRegions.get(owner)?.has(region) === true)
      throw new ServiceFault('InvalidOperation', `Region ${region} is not enabled for account ${owner}`);
};

const instanceAt = (set: StackSet, place: Pick<Place, 'account' | 'region'>): StackInstance => {
  const found = set.instances.get(placeOf(place));
  if (found === undefined)
    throw new ServiceFault('StackInstanceNotFoundException', `no stack instance at ${placeOf(place)}`);
  return found;
};

const deploy = (stage: StackSetStage, set: StackSet, result: OperationResult): void => {
  refusePlace(stage, result);
  const instance = instanceAt(set, result);
  const { account, region } = instance;
  const request = {
    account,
    region,
    template: set.template,
    parameters: { ...set.parameters, ...instance.overrides },
    actsAs: executionRole(stage, account),
  };
  const { stacks } = stage.host;
  instance.stack =
    instance.stack === undefined
      ? stacks.create({ ...request, stackName: `StackSet-${set.name}-${stage.ids.uuid('stack-name')}` })
      : stacks.update(instance.stack, { ...request, stackName: instance.stack.stackName });
};

const remove = (stage: StackSetStage, set: StackSet, result: OperationResult, retain: boolean): void => {
  const instance = instanceAt(set, result);
  if (!retain && instance.stack !== undefined) {
    refusePlace(stage, result);
    stage.host.stacks.remove(instance.stack, executionRole(stage, instance.account));
  }
  set.instances.delete(placeOf(result));
};

const lookForDrift = (stage: StackSetStage, set: StackSet, result: OperationResult): void => {
  refusePlace(stage, result);
  const instance = instanceAt(set, result);
  if (instance.stack === undefined)
    throw new ServiceFault('InvalidOperation', `there is no stack at ${placeOf(result)}`);
  const resources = stage.host.stacks.drift(instance.stack);
  const status = [...resources.values()].every((one) => one === 'IN_SYNC') ? 'IN_SYNC' : 'DRIFTED';
  instance.drift = { status, at: stage.timeline.now(), resources };
};

const actOf = (
  stage: StackSetStage,
  set: StackSet,
  { action, retainStacks = false }: NewOperation,
): StackSetOperation['act'] => {
  switch (action) {
    case 'DELETE':
      return (result) => remove(stage, set, result, retainStacks);
    case 'DETECT_DRIFT':
      return (result) => lookForDrift(stage, set, result);
    case 'CREATE':
    case 'UPDATE':
      return (result) => deploy(stage, set, result);
  }
};

/** Every instance that is to be deployed is behind its StackSet from now until that succeeded. */
const expectDeployment = (set: StackSet, place: Place, id: string): void => {
  const key = placeOf(place);
  const found = set.instances.get(key);
  const behind = { status: 'OUTDATED', detailed: 'PENDING', lastOperationId: id } as const;
  if (found === undefined) set.instances.set(key, { ...place, overrides: {}, ...behind });
  else if (found.status !== 'INOPERABLE') Object.assign(found, behind);
};

const refuseBusy = (set: StackSet, { id, automatic }: NewOperation): void => {
  if (id !== undefined && !OPERATION_ID.test(id))
    throw validationError(`Value '${id}' at 'operationId' does not match ${OPERATION_ID.source}`);
  if (id !== undefined && set.operations.has(id))
    throw new ServiceFault('OperationIdAlreadyExistsException', `Operation ${id} already exists`, {
      status: 409,
    });
  const busy = [...set.operations.values()].some((operation) => !isOver(operation));
  if (busy && !set.managed && automatic === undefined) throw operationInProgress(set.name);
};

/**
 * Begins an operation, or queues it behind those that it conflicts with.
 *
 * @throws ServiceFault ValidationError, OperationIdAlreadyExistsException, OperationInProgressException
 * @returns the operation's id
 */
export const startOperation = (stage: StackSetStage, set: StackSet, wanted: NewOperation): string => {
  refuseBusy(set, wanted);
  const { action, places, regions, unitIds = [], retainStacks = false, ended } = wanted;
  const preferences: Preferences = readPreferences(
    wanted.automatic === undefined ? wanted.asked : AUTOMATIC,
    regions,
  );
  const id = wanted.id ?? stage.ids.uuid('stack-set-operation');
  const deploys = action === 'CREATE' || action === 'UPDATE';
  // A stack that could not be deleted is left out of updates until somebody deletes its instance.
  const reached = places.filter(
    (place) => !(deploys && set.instances.get(placeOf(place))?.status === 'INOPERABLE'),
  );
  if (deploys) for (const place of reached) expectDeployment(set, place, id);
  set.operations.set(id, {
    id,
    action,
    status: 'QUEUED',
    preferences,
    unitIds,
    retainStacks,
    createdAt: stage.timeline.now(),
    results: new Map(reached.map((place) => [placeOf(place), { ...place, status: 'PENDING' as const }])),
    act: actOf(stage, set, wanted),
    ...(ended === undefined ? {} : { ended }),
  });
  startWaiting(stage, set);
  return id;
};
