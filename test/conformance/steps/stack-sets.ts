import {
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackInstancesCommand,
  DeleteStackSetCommand,
  DescribeStackInstanceCommand,
  DescribeStackSetCommand,
  DescribeStackSetOperationCommand,
  ListStackInstancesCommand,
  ListStackSetOperationResultsCommand,
  ListStackSetOperationsCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { REGION } from '../clients.ts';
import { TRUST } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

const set = { StackSetName: 'conformance' };
const nobody = { StackSetName: 'absent' };

/** A role: of what a StackSet may deploy here, the one type that moto has too. */
const TEMPLATE = JSON.stringify({
  Parameters: { Name: { Type: 'String' } },
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: { Ref: 'Name' }, AssumeRolePolicyDocument: TRUST },
    },
  },
});

const nameIs = (ParameterValue: string) => ({ Parameters: [{ ParameterKey: 'Name', ParameterValue }] });

const unitOf = (at: At) => ({
  DeploymentTargets: { OrganizationalUnitIds: [at.known.of('unit')] },
  Regions: [REGION],
});

const create = (at: At, StackSetName = set.StackSetName) =>
  at.management.cloudformation.send(
    new CreateStackSetCommand({
      StackSetName,
      ...nameIs('conformance-set'),
      Description: 'of the comparison',
      TemplateBody: TEMPLATE,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      PermissionModel: 'SERVICE_MANAGED',
      AutoDeployment: { Enabled: false },
      Tags: [{ Key: 'cordon', Value: 'conformance' }],
    }),
  );

const describe = (at: At) => at.management.cloudformation.send(new DescribeStackSetCommand(set));

const operationOf = (at: At, name: string) => ({ ...set, OperationId: at.known.of(name) });

const describeOperation = (at: At, name: string) =>
  at.management.cloudformation.send(new DescribeStackSetOperationCommand(operationOf(at, name)));

const isDone = ({ StackSetOperation: one }: Awaited<ReturnType<typeof describeOperation>>): boolean =>
  one?.Status === 'SUCCEEDED';

const inMember = (at: At) => ({
  ...set,
  StackInstanceAccount: at.known.of('member'),
  StackInstanceRegion: REGION,
});

const sets: readonly Step[] = [
  step('cloudformation: refuses a StackSet that is not there', (at) =>
    at.management.cloudformation.send(new DescribeStackSetCommand(nobody)),
  ),
  step('cloudformation: creates a StackSet', (at) => create(at), {
    keep: ({ StackSetId }) => ({ 'stack set': StackSetId }),
  }),
  step('cloudformation: describes a StackSet', describe),
  step('cloudformation: refuses a name that no StackSet may have', (at) =>
    at.management.cloudformation.send(
      new CreateStackSetCommand({
        StackSetName: '1st',
        TemplateBody: TEMPLATE,
        ...nameIs('x'),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        PermissionModel: 'SERVICE_MANAGED',
        AutoDeployment: { Enabled: false },
      }),
    ),
  ),
  step('cloudformation: lists no instances of a new StackSet', (at) =>
    at.management.cloudformation.send(new ListStackInstancesCommand(set)),
  ),
];

const instances: readonly Step[] = [
  step('cloudformation: refuses instances in accounts, where permissions are managed by the service', (at) =>
    at.management.cloudformation.send(
      new CreateStackInstancesCommand({ ...set, Accounts: [at.known.of('member')], Regions: [REGION] }),
    ),
  ),
  step('cloudformation: refuses instances of a StackSet that is not there', (at) =>
    at.management.cloudformation.send(new CreateStackInstancesCommand({ ...nobody, ...unitOf(at) })),
  ),
  step(
    'cloudformation: deploys a StackSet to a unit',
    (at) => at.management.cloudformation.send(new CreateStackInstancesCommand({ ...set, ...unitOf(at) })),
    { keep: ({ OperationId }) => ({ deployment: OperationId }) },
  ),
  step('cloudformation: describes an operation that succeeded', (at) => describeOperation(at, 'deployment'), {
    until: isDone,
  }),
  step('cloudformation: lists the results of an operation', (at) =>
    at.management.cloudformation.send(new ListStackSetOperationResultsCommand(operationOf(at, 'deployment'))),
  ),
  step('cloudformation: refuses an operation that is not there', (at) =>
    at.management.cloudformation.send(
      new DescribeStackSetOperationCommand({ ...set, OperationId: 'absent' }),
    ),
  ),
  step('cloudformation: lists the instances of a StackSet', (at) =>
    at.management.cloudformation.send(new ListStackInstancesCommand(set)),
  ),
  step('cloudformation: describes an instance of a StackSet', (at) =>
    at.management.cloudformation.send(new DescribeStackInstanceCommand(inMember(at))),
  ),
  step('cloudformation: refuses an instance that is not there', (at) =>
    at.management.cloudformation.send(
      new DescribeStackInstanceCommand({ ...inMember(at), StackInstanceRegion: 'eu-central-1' }),
    ),
  ),
  step('cloudformation: refuses to delete a StackSet that has instances', (at) =>
    at.management.cloudformation.send(new DeleteStackSetCommand(set)),
  ),
];

/** A StackSet of its own: moto makes a second one of the name, and finds either from then on. */
const twice: readonly Step[] = [
  step('cloudformation: creates another StackSet', (at) => create(at, 'conformance-other')),
  step('cloudformation: refuses a StackSet whose name is taken', (at) => create(at, 'conformance-other')),
  step('cloudformation: deletes a StackSet without instances', (at) =>
    at.management.cloudformation.send(new DeleteStackSetCommand({ StackSetName: 'conformance-other' })),
  ),
];

const changes: readonly Step[] = [
  step(
    'cloudformation: updates a StackSet',
    (at) =>
      at.management.cloudformation.send(
        new UpdateStackSetCommand({
          ...set,
          ...nameIs('conformance-set'),
          TemplateBody: TEMPLATE,
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          Description: 'changed',
        }),
      ),
    { keep: ({ OperationId }) => ({ update: OperationId }) },
  ),
  step('cloudformation: describes an update that succeeded', (at) => describeOperation(at, 'update'), {
    until: isDone,
  }),
  step('cloudformation: describes a StackSet that was updated', describe),
  step('cloudformation: refuses to update a StackSet that is not there', (at) =>
    at.management.cloudformation.send(
      new UpdateStackSetCommand({
        ...nobody,
        ...nameIs('x'),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        TemplateBody: TEMPLATE,
      }),
    ),
  ),
  step(
    'cloudformation: takes a StackSet from a unit',
    (at) =>
      at.management.cloudformation.send(
        new DeleteStackInstancesCommand({ ...set, ...unitOf(at), RetainStacks: false }),
      ),
    { keep: ({ OperationId }) => ({ removal: OperationId }) },
  ),
  step('cloudformation: describes a removal that succeeded', (at) => describeOperation(at, 'removal'), {
    until: isDone,
  }),
  step('cloudformation: lists the operations of a StackSet', (at) =>
    at.management.cloudformation.send(new ListStackSetOperationsCommand(set)),
  ),
  step('cloudformation: lists the instances that are left', (at) =>
    at.management.cloudformation.send(new ListStackInstancesCommand(set)),
  ),
  step('cloudformation: deletes a StackSet', (at) =>
    at.management.cloudformation.send(new DeleteStackSetCommand(set)),
  ),
];

/** One StackSet whose permissions the service manages, from its making to its end. */
export const stackSetSteps: readonly Step[] = [...sets, ...instances, ...changes, ...twice];
