import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment, Service } from '../../core/operation.ts';
import { compileStateMachine } from '../../states-language/index.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { roleRefusal } from './machine-role.ts';
import { statesState } from './state.ts';
import { knownResources, unknownResources } from './tasks.ts';

/**
 * Kept without a behaviour of their own: logs and traces have no place here, tags are for people, encryption is AWS's. A role that may send no traces is
 * not refused: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html ("What if there is no data")
 */
const KEPT = ['LoggingConfiguration', 'TracingConfiguration', 'Tags', 'EncryptionConfiguration'];

const definitionOf = (properties: ResourceProperties): string => {
  const text =
    properties.kept('Definition') === undefined
      ? properties.requiredText('DefinitionString')
      : JSON.stringify(properties.requiredDocument('Definition'));
  const substitutions = Object(properties.kept('DefinitionSubstitutions') ?? {}) as Readonly<
    Record<string, unknown>
  >;
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html (DefinitionSubstitutions)
  return Object.entries(substitutions).reduce(
    (whole, [name, value]) => whole.replaceAll(`\${${name}}`, String(value)),
    text,
  );
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html */
const createStateMachine = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, [
    'StateMachineName',
    'Definition',
    'DefinitionString',
    'DefinitionSubstitutions',
    'RoleArn',
    'StateMachineType',
    ...KEPT,
  ]);
  const { account, region, world, ids, timeline } = deployment;
  const name =
    properties.text('StateMachineName') ?? `${resource.logicalId}-${ids.base32('cloudformation-name', 12)}`;
  const arn = `arn:${world.facts.partition}:states:${region}:${account}:stateMachine:${name}`;
  const { machines } = world.of(statesState, account, region);
  if (machines.has(name))
    throw new Error(
      `AWS::StepFunctions::StateMachine ${resource.logicalId}: ${arn} exists already: choose another StateMachineName`,
    );
  properties.oneOf('StateMachineType', ['STANDARD']);
  const roleArn = properties.requiredText('RoleArn');
  const refusal = roleRefusal(deployment, arn, roleArn);
  if (refusal !== undefined)
    throw new Error(
      `AWS::StepFunctions::StateMachine ${arn}: Step Functions may not assume ${roleArn}: ${refusal}; let it trust states.amazonaws.com`,
    );
  const definition = definitionOf(properties);
  const compiled = compileStateMachine(JSON.parse(definition));
  const [unknown] = unknownResources(compiled);
  if (unknown !== undefined) {
    throw new Error(
      `AWS::StepFunctions::StateMachine ${arn}: task resource ${unknown} is not implemented by the local organization; known: ${knownResources().join(', ')}`,
    );
  }
  machines.set(name, {
    arn,
    name,
    roleArn,
    definition,
    compiled,
    createdAt: timeline.now(),
    executions: new Map(),
    mapRuns: new Map(),
  });
  return { ref: arn, attributes: { Arn: arn, Name: name } };
};

/** Step Functions' resource types in CloudFormation templates; a property that is not implemented throws. */
export const statesResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::StepFunctions::StateMachine': createStateMachine,
};
