import type {
  InstanceMetadataOptionsResponse,
  ModifyInstanceMetadataOptionsCommandInput,
  ModifyInstanceMetadataOptionsCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { instanceDurations } from './durations.ts';
import { refuseManaged, requireState } from './instance-guards.ts';
import { stateOf } from './lookup.ts';
import { instanceCheck } from './resource-checks.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import type { Instance, MetadataOptions } from './state.ts';

type Input = ModifyInstanceMetadataOptionsCommandInput;

/** Possible values of HttpPutResponseHopLimit. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html */
const HOPS = { least: 1, most: 64 };

/**
 * An instance's metadata options as the API shows them. While a change is pending the values are those that were asked for: the page
 * tells of the state alone (UNCONFIRMED).
 */
export const renderMetadataOptions = (instance: Instance): InstanceMetadataOptionsResponse => {
  const shown = instance.pendingMetadataOptions ?? instance.metadataOptions;
  return {
    State: instance.pendingMetadataOptions === undefined ? 'applied' : 'pending',
    HttpEndpoint: shown.httpEndpoint,
    HttpTokens: shown.httpTokens,
    HttpPutResponseHopLimit: shown.hopLimit ?? 1,
    HttpProtocolIpv6: shown.httpProtocolIpv6 ?? 'disabled',
    InstanceMetadataTags: shown.instanceMetadataTags ?? 'disabled',
  };
};

const oneOf = <Value extends string>(member: string, value: string, allowed: readonly Value[]): Value => {
  const found = allowed.find((name) => name === value);
  if (found !== undefined) return found;
  throw new ServiceFault(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${member} is invalid. Expected: '${allowed.join("' or '")}'`,
  );
};

const SWITCH = ['enabled', 'disabled'] as const;

/** The options as they will be: "If this parameter is not specified, the existing state is maintained." */
const wanted = (input: Input, before: MetadataOptions): MetadataOptions => {
  const { HttpEndpoint, HttpTokens, HttpPutResponseHopLimit: hops } = input;
  const { HttpProtocolIpv6, InstanceMetadataTags } = input;
  if (hops !== undefined && !(Number.isInteger(hops) && hops >= HOPS.least && hops <= HOPS.most)) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Value (${hops}) for parameter httpPutResponseHopLimit is invalid. Expecting an integer from ${HOPS.least} to ${HOPS.most}.`,
    );
  }
  const switched = (member: string, value: string) => oneOf(member, value, SWITCH);
  return {
    ...before,
    ...(HttpEndpoint === undefined ? {} : { httpEndpoint: switched('httpEndpoint', HttpEndpoint) }),
    ...(HttpTokens === undefined
      ? {}
      : { httpTokens: oneOf('httpTokens', HttpTokens, ['required', 'optional']) }),
    ...(hops === undefined ? {} : { hopLimit: hops }),
    ...(HttpProtocolIpv6 === undefined
      ? {}
      : { httpProtocolIpv6: switched('httpProtocolIpv6', HttpProtocolIpv6) }),
    ...(InstanceMetadataTags === undefined
      ? {}
      : { instanceMetadataTags: switched('instanceMetadataTags', InstanceMetadataTags) }),
  };
};

/** Lets the metadata service answer as was asked last. */
export const applyMetadataOptions = (instance: Instance): void => {
  instance.metadataOptions = instance.pendingMetadataOptions ?? instance.metadataOptions;
  delete instance.pendingMetadataOptions;
};

const checks = (input: Input, call: Call): readonly Check[] => [
  instanceCheck('ModifyInstanceMetadataOptions', call, input.InstanceId ?? '*'),
];

/**
 * "When you modify the parameters on a stopped instance, they are applied when the instance is started. When you modify the parameters on
 * a running instance, the API responds with a state of 'pending'." It takes no credentials back that were given before.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
 */
const modifyInstanceMetadataOptions = operation<
  Input,
  Omit<ModifyInstanceMetadataOptionsCommandOutput, '$metadata'>
>({
  checks,
  run: (input, call) => {
    acceptInput(input, 'ModifyInstanceMetadataOptions', [
      'InstanceId',
      'HttpEndpoint',
      'HttpTokens',
      'HttpPutResponseHopLimit',
      'HttpProtocolIpv6',
      'InstanceMetadataTags',
    ]);
    const id = required(input.InstanceId, 'instanceId');
    const instance = requireOne(idKinds.instance, stateOf(call).instances, id);
    refuseManaged(instance);
    requireState(instance, ['running', 'stopped']);
    const asked = wanted(input, instance.pendingMetadataOptions ?? instance.metadataOptions);
    instance.pendingMetadataOptions = asked;
    if (instance.state === 'running') {
      call.timeline.at(call.now + instanceDurations.metadataOptions, () => {
        // A later request has its own appointment, and a stopped instance takes them when it starts.
        if (instance.pendingMetadataOptions === asked && instance.state === 'running')
          applyMetadataOptions(instance);
      });
    }
    return { InstanceId: id, InstanceMetadataOptions: renderMetadataOptions(instance) };
  },
});

/** The operation that changes how an instance's metadata service answers. */
export const metadataOptionsOperations = { ModifyInstanceMetadataOptions: modifyInstanceMetadataOptions };
