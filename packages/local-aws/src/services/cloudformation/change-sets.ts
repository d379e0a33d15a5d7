import type {
  CreateChangeSetCommandInput,
  CreateChangeSetCommandOutput,
  DeleteChangeSetCommandInput,
  DescribeChangeSetCommandInput,
  DescribeChangeSetCommandOutput,
  ExecuteChangeSetCommandInput,
  ResourceChange,
} from '@aws-sdk/client-cloudformation';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Operation } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { STACK_DURATIONS } from './durations.ts';
import { validationError } from './faults.ts';
import { turn } from './stack-events.ts';
import { findStack, requireStack, stackChecks } from './stack-requests.ts';
import { stackState, type ApiStack, type ChangeSet } from './stack-state.ts';
import { beginCreation, beginUpdate, placeOf } from './stack-work.ts';
import { parameterList } from './views.ts';
import { newStack, readWanted, refuseBusy, refuseChoices, STACK_MEMBERS } from './wanted-stack.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html (ChangeSetName) */
const NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

const notFound = (name: string): ServiceFault =>
  new ServiceFault('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, { status: 404 });

const requireChangeSet = (stack: ApiStack, wanted = ''): ChangeSet => {
  const found = [...stack.changeSets.values()].find(({ name, id }) => name === wanted || id === wanted);
  if (found === undefined) throw notFound(wanted);
  return found;
};

/** What belongs to a stack already is not taken in by another. */
const isHeld = (call: Call, own: ApiStack, one: { readonly type: string; readonly ref: string }): boolean =>
  [...call.world.of(stackState, call.caller.account, call.region).stacks.values()].some(
    ({ id, standing }) =>
      id !== own.id &&
      standing?.resources.some(({ type, created }) => type === one.type && created.ref === one.ref) === true,
  );

/** What would be taken in, and what would be done with each resource that was not there. */
const lookAhead = (call: Call, stack: ApiStack, set: ChangeSet): void => {
  const { template, parameters } = set.wanted;
  const there = set.importsExisting
    ? call.host.stacks.existing({ template, parameters, ...placeOf(call, stack) })
    : new Map<string, never>();
  const typeOf = (logicalId: string): string => template.resources.get(logicalId)?.type ?? '';
  const before = new Map(stack.standing?.resources.map(({ logicalId, type }) => [logicalId, type]));
  set.imported = new Map(
    [...there].filter(
      ([logicalId, { ref }]) =>
        !before.has(logicalId) && !isHeld(call, stack, { type: typeOf(logicalId), ref }),
    ),
  );
  const changed = [...template.resources.values()].map(({ logicalId, type }): ResourceChange => {
    const taken = set.imported.get(logicalId);
    const Action = taken !== undefined ? 'Import' : before.has(logicalId) ? 'Modify' : 'Add';
    return {
      Action,
      LogicalResourceId: logicalId,
      ResourceType: type,
      ...(taken === undefined ? {} : { PhysicalResourceId: taken.ref }),
    };
  });
  const gone = [...before].filter(([logicalId]) => !template.resources.has(logicalId));
  set.changes = [
    ...changed,
    ...gone.map(([LogicalResourceId, ResourceType]): ResourceChange => ({
      Action: 'Remove',
      LogicalResourceId,
      ResourceType,
    })),
  ];
};

const finish = (call: Call, stack: ApiStack, set: ChangeSet): void => {
  const same =
    stack.standing !== undefined &&
    stack.templateBody === set.wanted.body &&
    JSON.stringify(stack.parameters) === JSON.stringify(set.wanted.parameters);
  if (same) {
    set.status = 'FAILED';
    set.reason = NO_CHANGES;
    return;
  }
  lookAhead(call, stack, set);
  set.status = 'CREATE_COMPLETE';
  set.executionStatus = 'AVAILABLE';
};

const stackFor = (call: Call, input: CreateChangeSetCommandInput, wanted: ChangeSet['wanted']): ApiStack => {
  const found = findStack(call, input.StackName);
  if ((input.ChangeSetType ?? 'UPDATE') === 'UPDATE') {
    const stack = requireStack(call, input.StackName);
    refuseBusy(stack);
    return stack;
  }
  if (found !== undefined && found.status !== 'REVIEW_IN_PROGRESS')
    throw validationError(
      `Stack [${found.name}] already exists and cannot be created again with the changeSet`,
    );
  if (found !== undefined) return found;
  const { ClientToken: _ofTheSet, ...asked } = input;
  const stack = newStack(call, asked, wanted);
  call.world.of(stackState, call.caller.account, call.region).stacks.set(stack.id, stack);
  turn(call, stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
  return stack;
};

/**
 * A stack that is not there yet is in `REVIEW_IN_PROGRESS`, without resources, until a change set of it is executed. An import by identifiers
 * that the request gives is not implemented.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
 */
const createChangeSet = operation<
  CreateChangeSetCommandInput,
  Omit<CreateChangeSetCommandOutput, '$metadata'>
>({
  checks: (input, call) => stackChecks('CreateChangeSet', call, input),
  run: async (input, call) => {
    acceptMembers(input, 'CreateChangeSet', [
      ...STACK_MEMBERS.filter((member) => member !== 'ClientRequestToken'),
      'ChangeSetName',
      'ChangeSetType',
      'ClientToken',
      'Description',
      'ImportExistingResources',
      'IncludeNestedStacks',
    ]);
    refuseChoices(input, 'CreateChangeSet');
    const name = input.ChangeSetName ?? '';
    if (!NAME.test(name))
      throw validationError(`Value '${name}' at 'changeSetName' does not match ${NAME.source}`);
    const type = input.ChangeSetType ?? 'UPDATE';
    if (type === 'IMPORT') throw unimplemented('ChangeSetType IMPORT', 'CreateChangeSet');
    const wanted = await readWanted(call, input);
    const stack = stackFor(call, input, wanted);
    if (stack.changeSets.has(name))
      throw new ServiceFault('AlreadyExistsException', `ChangeSet ${name} already exists`);
    const { partition } = call.world.facts;
    const set: ChangeSet = {
      name,
      id: `arn:${partition}:cloudformation:${call.region}:${call.caller.account}:changeSet/${name}/${call.ids.uuid('change-set')}`,
      type,
      wanted,
      capabilities: input.Capabilities ?? [],
      tags: new Map((input.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
      importsExisting: input.ImportExistingResources ?? false,
      createdAt: call.now,
      status: 'CREATE_IN_PROGRESS',
      executionStatus: 'UNAVAILABLE',
      changes: [],
      imported: new Map(),
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.RoleARN === undefined ? {} : { roleArn: input.RoleARN }),
    };
    stack.changeSets.set(name, set);
    call.timeline.at(call.timeline.now() + STACK_DURATIONS.changeSet, () => finish(call, stack, set));
    return { Id: set.id, StackId: stack.id };
  },
});

/** All changes in one page. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html */
const describeChangeSet = operation<
  DescribeChangeSetCommandInput,
  Omit<DescribeChangeSetCommandOutput, '$metadata'>
>({
  checks: (input, call) => stackChecks('DescribeChangeSet', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DescribeChangeSet', [
      'ChangeSetName',
      'IncludePropertyValues',
      'NextToken',
      'StackName',
    ]);
    const stack = requireStack(call, input.StackName);
    const set = requireChangeSet(stack, input.ChangeSetName);
    return {
      ChangeSetName: set.name,
      ChangeSetId: set.id,
      StackId: stack.id,
      StackName: stack.name,
      Status: set.status,
      ExecutionStatus: set.executionStatus,
      CreationTime: new Date(set.createdAt),
      ImportExistingResources: set.importsExisting,
      IncludeNestedStacks: false,
      Capabilities: [...set.capabilities],
      Parameters: parameterList(set.wanted.parameters),
      Tags: [...set.tags].map(([Key, Value]) => ({ Key, Value })),
      Changes: set.changes.map((change) => ({ Type: 'Resource' as const, ResourceChange: change })),
      ...(set.description === undefined ? {} : { Description: set.description }),
      ...(set.reason === undefined ? {} : { StatusReason: set.reason }),
    };
  },
});

/** The stack's change sets go with it. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html */
const executeChangeSet = operation<ExecuteChangeSetCommandInput, object>({
  checks: (input, call) => stackChecks('ExecuteChangeSet', call, input),
  run: (input, call) => {
    acceptMembers(input, 'ExecuteChangeSet', [
      'ChangeSetName',
      'ClientRequestToken',
      'DisableRollback',
      'StackName',
    ]);
    if (input.DisableRollback === true) throw unimplemented('DisableRollback', 'ExecuteChangeSet');
    const stack = requireStack(call, input.StackName);
    const set = requireChangeSet(stack, input.ChangeSetName);
    if (set.executionStatus !== 'AVAILABLE')
      throw new ServiceFault(
        'InvalidChangeSetStatus',
        `ChangeSet [${set.id}] cannot be executed in its current status of [${set.status}]`,
      );
    if (input.ClientRequestToken !== undefined) stack.token = input.ClientRequestToken;
    if (set.roleArn !== undefined) stack.roleArn = set.roleArn;
    if (set.wanted.description !== undefined) stack.description = set.wanted.description;
    stack.capabilities = set.capabilities;
    stack.tags = set.tags;
    const wanted = { ...set.wanted, imported: set.imported };
    if (set.type === 'CREATE') {
      stack.templateBody = wanted.body;
      stack.parameters = wanted.parameters;
      beginCreation(call, stack, wanted);
    } else {
      refuseBusy(stack);
      stack.updatedAt = call.now;
      beginUpdate(call, stack, wanted);
    }
    stack.changeSets.clear();
    return {};
  },
});

/** One that is not there counts as deleted. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html */
const deleteChangeSet = operation<DeleteChangeSetCommandInput, object>({
  checks: (input, call) => stackChecks('DeleteChangeSet', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DeleteChangeSet', ['ChangeSetName', 'StackName']);
    const stack = requireStack(call, input.StackName);
    for (const { name, id } of stack.changeSets.values())
      if (name === input.ChangeSetName || id === input.ChangeSetName) stack.changeSets.delete(name);
    return {};
  },
});

/** Change sets of stacks, which alone can take in what is there already. */
export const changeSetOperations: Readonly<Record<string, Operation>> = {
  CreateChangeSet: createChangeSet,
  DescribeChangeSet: describeChangeSet,
  ExecuteChangeSet: executeChangeSet,
  DeleteChangeSet: deleteChangeSet,
};
