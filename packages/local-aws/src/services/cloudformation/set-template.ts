import type { AutoDeployment, Capability, Parameter } from '@aws-sdk/client-cloudformation';
import { parseDocument } from 'yaml';
import { INLINE_TEMPLATE_LIMIT_BYTES, readTemplate, TemplateError, type Template } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import { unimplemented } from '../accept-members.ts';
import { validationError } from './faults.ts';
import type { Parameters } from './state.ts';

type Json = Readonly<Record<string, unknown>>;

const objectIn = (json: unknown): Json =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? Object.fromEntries(Object.entries(json))
    : {};

/** JSON, or YAML with intrinsic functions written out: their short forms (`!Ref`) are refused. */
const parsed = (body: string): Json => {
  const document = parseDocument(body);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined)
    throw validationError(
      `Template format error: ${problem.message} (short forms of functions are not implemented)`,
    );
  return objectIn(document.toJS());
};

/** Properties by which a template names what IAM would name itself. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html (Capabilities) */
const refuseWithoutCapability = (json: Json, given: readonly Capability[]): void => {
  const resources = Object.values(objectIn(json['Resources'])).map(objectIn);
  const iam = resources.filter(({ Type }) => String(Type) in NAMES || String(Type) === 'AWS::IAM::Policy');
  const named = iam.some(
    ({ Type, Properties }) => objectIn(Properties)[NAMES[String(Type)] ?? ''] !== undefined,
  );
  const enough: readonly Capability[] = named
    ? ['CAPABILITY_NAMED_IAM']
    : ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];
  if (iam.length > 0 && !enough.some((one) => given.includes(one)))
    throw new ServiceFault('InsufficientCapabilitiesException', `Requires capabilities : [${enough[0]}]`);
};

/**
 * Reads a template, once for all the stacks that are made of it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 *
 * @throws ServiceFault ValidationError, InsufficientCapabilitiesException
 */
export const readStackTemplate = (
  body: string,
  { name, capabilities }: { readonly name: string; readonly capabilities: readonly Capability[] },
): { readonly template: Template; readonly json: Json } => {
  const json = parsed(body);
  refuseWithoutCapability(json, capabilities);
  try {
    return { template: readTemplate(json, name), json };
  } catch (error) {
    throw error instanceof TemplateError ? validationError(error.message) : error;
  }
};

/**
 * Reads a StackSet's template, once for all its stacks: no transform, no nested stack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
 *
 * @throws ServiceFault ValidationError, InsufficientCapabilitiesException
 */
export const readSetTemplate: typeof readStackTemplate = (body, about) => {
  if (Buffer.byteLength(body, 'utf8') > INLINE_TEMPLATE_LIMIT_BYTES)
    throw validationError(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${INLINE_TEMPLATE_LIMIT_BYTES}`,
    );
  return readStackTemplate(body, about);
};

/** Values of parameters; those that the template has without a default must be among them. @throws ServiceFault ValidationError */
export const readParameters = (
  given: readonly Parameter[] | undefined,
  on: { readonly json: Json; readonly previous: Parameters; readonly partial?: true },
): Parameters => {
  const declared = objectIn(on.json['Parameters']);
  const read = Object.fromEntries(
    (given ?? []).map(({ ParameterKey: key = '', ParameterValue: value, UsePreviousValue: previous }) => {
      const kept = previous === true ? on.previous[key] : value;
      if (!(key in declared)) throw validationError(`Parameters: [${key}] do not exist in the template`);
      if (kept === undefined) throw validationError(`Parameters: [${key}] must have values`);
      return [key, kept];
    }),
  );
  const missing = Object.entries(declared).filter(
    ([key, one]) => read[key] === undefined && objectIn(one)['Default'] === undefined,
  );
  if (missing.length > 0 && on.partial === undefined)
    throw validationError(`Parameters: [${missing.map(([key]) => key).join(', ')}] must have values`);
  return read;
};

/**
 * What automatic deployment a StackSet of service-managed permissions has; that it must say so is the stricter reading (UNCONFIRMED).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_AutoDeployment.html
 */
export const readAutoDeployment = (asked: AutoDeployment | undefined, operation: string): AutoDeployment => {
  const { Enabled: enabled, RetainStacksOnAccountRemoval: retain, ...others } = asked ?? {};
  for (const [member, value] of Object.entries(others))
    if (value !== undefined) throw unimplemented(`AutoDeployment.${member}`, operation);
  if (enabled === undefined)
    throw validationError('AutoDeployment with Enabled must be specified for SERVICE_MANAGED stack sets');
  if (!enabled && retain !== undefined)
    throw validationError('RetainStacksOnAccountRemoval can be specified only if AutoDeployment is enabled');
  return { Enabled: enabled, ...(enabled ? { RetainStacksOnAccountRemoval: retain ?? false } : {}) };
};
