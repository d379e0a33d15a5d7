import type {
  CreateStackSetCommandInput,
  CreateStackSetCommandOutput,
  DeleteStackSetCommandInput,
  DescribeStackSetCommandInput,
  DescribeStackSetCommandOutput,
  UpdateStackSetCommandInput,
  UpdateStackSetCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { refuseStrangers, setCheck, setNamed, setsOf } from './access.ts';
import { validationError } from './faults.ts';
import { isOver, type StackSetStage } from './run-operation.ts';
import { readAutoDeployment, readParameters, readSetTemplate } from './set-template.ts';
import { startOperation, type Place } from './start-operation.ts';
import type { StackSet } from './state.ts';
import { setView } from './views.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html (StackSetName) */
const NAME = /^[a-zA-Z][a-zA-Z0-9-]{0,127}$/;

/** Service-managed permissions alone are here. */
const refuseSelfManaged = (model: string | undefined, operationName: string): void => {
  if (model !== 'SERVICE_MANAGED')
    throw unimplemented(`PermissionModel ${model ?? 'SELF_MANAGED'}`, operationName);
};

/** What a StackSet is made from. @throws ServiceFault ValidationError, NameAlreadyExistsException, InsufficientCapabilitiesException */
export const addStackSet = (stage: StackSetStage, input: CreateStackSetCommandInput): StackSet => {
  const { world, ids, region } = stage;
  const name = input.StackSetName ?? '';
  if (!NAME.test(name))
    throw validationError(`Value '${name}' at 'stackSetName' does not match ${NAME.source}`);
  const sets = setsOf(world, region);
  const known = sets.get(name);
  // The same request once more.
  if (known?.token !== undefined && known.token === input.ClientRequestToken) return known;
  if (known !== undefined)
    throw new ServiceFault('NameAlreadyExistsException', `StackSet ${name} already exists`, { status: 409 });
  if (input.TemplateBody === undefined) throw validationError('TemplateBody must be specified');
  const capabilities = input.Capabilities ?? [];
  const { template, json } = readSetTemplate(input.TemplateBody, { name, capabilities });
  const id = `${name}:${ids.uuid('stack-set')}`;
  const { partition, managementAccount } = world.facts;
  const set: StackSet = {
    name,
    id,
    arn: `arn:${partition}:cloudformation:${region}:${managementAccount}:stackset/${id}`,
    templateBody: input.TemplateBody,
    template,
    parameters: readParameters(input.Parameters, { json, previous: {} }),
    capabilities,
    tags: new Map((input.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    autoDeployment: readAutoDeployment(input.AutoDeployment, 'CreateStackSet'),
    managed: input.ManagedExecution?.Active ?? false,
    targets: new Map(),
    instances: new Map(),
    operations: new Map(),
    ...(input.ClientRequestToken === undefined ? {} : { token: input.ClientRequestToken }),
    ...(input.Description === undefined ? {} : { description: input.Description }),
  };
  sets.set(name, set);
  return set;
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html ; tags are kept without a behaviour. */
const createStackSet = operation<CreateStackSetCommandInput, Omit<CreateStackSetCommandOutput, '$metadata'>>({
  checks: ({ Tags: tags = [] }) => [
    {
      action: 'cloudformation:CreateStackSet',
      resource: '*',
      ...(tags.length === 0
        ? {}
        : {
            context: {
              'aws:TagKeys': tags.map(({ Key }) => Key ?? ''),
              ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ''])),
            },
          }),
    },
  ],
  run: (input, call) => {
    acceptMembers(input, 'CreateStackSet', [
      'AutoDeployment',
      'CallAs',
      'Capabilities',
      'ClientRequestToken',
      'Description',
      'ManagedExecution',
      'Parameters',
      'PermissionModel',
      'StackSetName',
      'Tags',
      'TemplateBody',
    ]);
    refuseSelfManaged(input.PermissionModel, 'CreateStackSet');
    refuseStrangers(call, input.CallAs);
    return { StackSetId: addStackSet(call, input).id };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSet.html */
const describeStackSet = operation<
  DescribeStackSetCommandInput,
  Omit<DescribeStackSetCommandOutput, '$metadata'>
>({
  checks: (input, call) => setCheck('DescribeStackSet', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DescribeStackSet', ['CallAs', 'StackSetName']);
    return { StackSet: setView(setNamed(call, input.StackSetName, input.CallAs)) };
  },
});

/** Puts what an update asks for into the StackSet. @throws ServiceFault ValidationError, InvalidOperationException */
const change = (set: StackSet, input: UpdateStackSetCommandInput): void => {
  if ((input.TemplateBody === undefined) !== (input.UsePreviousTemplate === true))
    throw validationError('You must specify either TemplateBody or UsePreviousTemplate');
  const body = input.TemplateBody ?? set.templateBody;
  const capabilities = input.Capabilities ?? [];
  const { template, json } = readSetTemplate(body, { name: set.name, capabilities });
  const parameters = readParameters(input.Parameters, { json, previous: set.parameters });
  const autoDeployment =
    input.AutoDeployment === undefined
      ? set.autoDeployment
      : readAutoDeployment(input.AutoDeployment, 'UpdateStackSet');
  const managed = input.ManagedExecution?.Active ?? set.managed;
  if (managed !== set.managed && [...set.operations.values()].some((one) => !isOver(one)))
    throw new ServiceFault(
      'InvalidOperationException',
      `ManagedExecution of ${set.name} cannot be changed while operations run or are queued`,
    );
  if (body !== set.templateBody) set.template = template;
  Object.assign(set, { templateBody: body, parameters, capabilities, autoDeployment, managed });
  if (input.Description !== undefined) set.description = input.Description;
};

/** Changes a StackSet and begins to bring the change to all its instances; gives the operation's id. @throws ServiceFault, and nothing has changed */
export const bringTo = (stage: StackSetStage, set: StackSet, input: UpdateStackSetCommandInput): string => {
  const before = { ...set };
  change(set, input);
  const places: readonly Place[] = [...set.instances.values()];
  try {
    return startOperation(stage, set, {
      action: 'UPDATE',
      places,
      regions: [...new Set(places.map(({ region }) => region))],
      asked: input.OperationPreferences,
      id: input.OperationId,
    });
  } catch (error) {
    // Refused: nothing of the StackSet has changed.
    Object.assign(set, before);
    throw error;
  }
};

/**
 * Changes the StackSet and all its instances; those that failed before are tried again. A part of the instances is not implemented.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackSet.html
 */
const updateStackSet = operation<UpdateStackSetCommandInput, Omit<UpdateStackSetCommandOutput, '$metadata'>>({
  checks: (input, call) => setCheck('UpdateStackSet', call, input),
  run: (input, call) => {
    acceptMembers(input, 'UpdateStackSet', [
      'AutoDeployment',
      'CallAs',
      'Capabilities',
      'Description',
      'ManagedExecution',
      'OperationId',
      'OperationPreferences',
      'Parameters',
      'PermissionModel',
      'StackSetName',
      'TemplateBody',
      'UsePreviousTemplate',
    ]);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    if (input.PermissionModel !== undefined) refuseSelfManaged(input.PermissionModel, 'UpdateStackSet');
    return { OperationId: bringTo(call, set, input) };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStackSet.html */
const deleteStackSet = operation<DeleteStackSetCommandInput, object>({
  checks: (input, call) => setCheck('DeleteStackSet', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DeleteStackSet', ['CallAs', 'StackSetName']);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    if (set.instances.size > 0)
      throw new ServiceFault('StackSetNotEmptyException', `StackSet ${set.name} is not empty`, {
        status: 409,
      });
    setsOf(call.world, call.region).delete(set.name);
    return {};
  },
});

/** StackSets themselves. */
export const stackSetOperations: Readonly<Record<string, Operation>> = {
  CreateStackSet: createStackSet,
  DescribeStackSet: describeStackSet,
  UpdateStackSet: updateStackSet,
  DeleteStackSet: deleteStackSet,
};
