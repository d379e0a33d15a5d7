import type { GetParameterCommandInput, GetParameterCommandOutput } from '@aws-sdk/client-ssm';
import type { Ids } from '../../core/ids.ts';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { resourceTagContext } from '../request-tags.ts';
import { awsManagedKey } from '../kms/aws-managed-key.ts';
import { encryptionContextKeys, keyCheck } from '../kms/key-checks.ts';
import { requireUsable } from '../kms/key-state.ts';
import { requireKey, targetOf } from '../kms/key-target.ts';
import { ec2State } from '../ec2/state.ts';
import type { SsmPlace } from './build.ts';
import { ssmState, type Parameter } from './state.ts';

const arnOf = (world: World, { account, region }: SsmPlace, name: string): string =>
  `arn:${world.facts.partition}:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;

/**
 * Puts a parameter into the world: a SecureString under the account's key `aws/ssm`, or under the customer managed key that is named.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
 */
export const addParameter = (
  stage: { readonly world: World; readonly ids: Ids },
  on: SsmPlace,
  spec: {
    readonly name: string;
    readonly value: string;
    readonly type?: Parameter['type'];
    readonly keyArn?: string;
    readonly tags?: Readonly<Record<string, string>>;
    /** Virtual epoch ms. */
    readonly now: number;
  },
): Parameter => {
  const { name, value, type = 'SecureString', now } = spec;
  const { account, region } = on;
  const { world, ids } = stage;
  const { parameters } = world.of(ssmState, account, region);
  const keyArn = spec.keyArn ?? awsManagedKey(world, { account, region, service: 'ssm' }, { ids, now }).arn;
  const parameter: Parameter = {
    name,
    arn: arnOf(world, on, name),
    type,
    value,
    version: (parameters.get(name)?.version ?? 0) + 1,
    modifiedAt: now,
    tags: new Map(Object.entries(spec.tags ?? {})),
    ...(type === 'SecureString' ? { keyArn } : {}),
  };
  parameters.set(name, parameter);
  return parameter;
};

/** Where parameters that AWS publishes are: nobody's account is in their ARN. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html */
const PUBLIC = '/aws/service/';

/** A parameter that names an image, as EC2 resolves it at a launch: AWS's own, or one that a world put there. */
const imageParameter = (call: Call, name: string): Parameter | undefined => {
  const { account } = call.caller;
  const value = call.world.of(ec2State, account, call.region).publicParameters.get(name);
  if (value === undefined) return undefined;
  const owner = name.startsWith(PUBLIC) ? '' : account;
  return {
    name,
    arn: arnOf(call.world, { account: owner, region: call.region }, name),
    type: 'String',
    value,
    version: 1,
    modifiedAt: 0,
    tags: new Map(),
  };
};

const named = (call: Call, name: string): Parameter | undefined =>
  call.world.of(ssmState, call.caller.account, call.region).parameters.get(name) ??
  imageParameter(call, name);

/** Parameter Store asks KMS in the caller's name: https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html */
const decryption = (call: Call, { keyArn, arn }: Parameter): readonly Check[] =>
  keyArn === undefined
    ? []
    : [
        keyCheck(call, 'Decrypt', {
          target: targetOf(call, keyArn),
          context: {
            'kms:ViaService': `ssm.${call.region}.amazonaws.com`,
            ...encryptionContextKeys({ PARAMETER_ARN: arn }),
          },
        }),
      ];

/**
 * A parameter of the caller's account, by its name; a SecureString decrypted. Not there: by ARN, with a version or label, and the ciphertext.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export const getParameter = operation<GetParameterCommandInput, Omit<GetParameterCommandOutput, '$metadata'>>(
  {
    checks: (input, call) => {
      const { Name = '', WithDecryption = false } = input;
      const place = { account: Name.startsWith(PUBLIC) ? '' : call.caller.account, region: call.region };
      const parameter = named(call, Name);
      return [
        {
          action: 'ssm:GetParameter',
          resource: arnOf(call.world, place, Name),
          context: resourceTagContext(parameter?.tags),
        },
        ...(WithDecryption && parameter !== undefined ? decryption(call, parameter) : []),
      ];
    },
    run: (input, call) => {
      acceptMembers(input, 'GetParameter', ['Name', 'WithDecryption']);
      const { Name = '', WithDecryption = false } = input;
      if (Name.includes(':')) throw unimplemented('Name with a colon', 'GetParameter');
      const parameter = named(call, Name);
      if (parameter === undefined)
        throw new ServiceFault('ParameterNotFound', `Parameter ${Name} not found.`);
      const { name, arn, type, value, version, modifiedAt, keyArn } = parameter;
      if (keyArn !== undefined && !WithDecryption)
        throw unimplemented('WithDecryption=false of a SecureString', 'GetParameter');
      if (keyArn !== undefined)
        requireUsable(requireKey(call, targetOf(call, keyArn)), 'ENCRYPT_DECRYPT', 'Decrypt');
      return {
        Parameter: {
          Name: name,
          ARN: arn,
          Type: type,
          Value: value,
          Version: version,
          LastModifiedDate: new Date(modifiedAt),
          DataType: 'text',
        },
      };
    },
  },
);
