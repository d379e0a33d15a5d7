import type {
  DescribeSpotInstanceRequestsCommandInput,
  DescribeSpotInstanceRequestsCommandOutput,
  SpotInstanceRequest,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { spotRequestIdOf } from './instance-view.ts';
import { stateOf } from './lookup.ts';
import { describeCheck } from './resource-checks.ts';
import type { Instance } from './state.ts';

/** A Spot request is kept as a fact of its instance: requests that wait for an instance, or were cancelled, are not modelled. */
interface Request {
  readonly id: string;
  readonly instance: Instance;
  /** The request's own, which nobody gives it here; the instance's are not the request's. */
  readonly tags?: ReadonlyMap<string, string>;
}

/**
 * A stop disables a persistent request; with the instance's end a one-time request is closed and a persistent one opens again, for which
 * the local organization launches nothing.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html
 */
const stateOfRequest = ({ state, spotRequest }: Instance): NonNullable<SpotInstanceRequest['State']> => {
  if (state === 'stopping' || state === 'stopped') return 'disabled';
  if (state === 'shutting-down' || state === 'terminated')
    return spotRequest === 'persistent' ? 'open' : 'closed';
  return 'active';
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html */
const readers: Readers<Request> = {
  'instance-id': ({ instance }) => [instance.instanceId],
  'spot-instance-request-id': ({ id }) => [id],
  state: ({ instance }) => [stateOfRequest(instance)],
  type: ({ instance }) => [instance.spotRequest ?? 'one-time'],
};

const render = ({ id, instance }: Request): SpotInstanceRequest => ({
  SpotInstanceRequestId: id,
  InstanceId: instance.instanceId,
  Type: instance.spotRequest ?? 'one-time',
  State: stateOfRequest(instance),
  InstanceInterruptionBehavior: 'terminate',
  LaunchedAvailabilityZone: instance.availabilityZone,
});

const describeSpotInstanceRequests = operation<
  DescribeSpotInstanceRequestsCommandInput,
  Omit<DescribeSpotInstanceRequestsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeSpotInstanceRequests', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeSpotInstanceRequests', [
      'SpotInstanceRequestIds',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const all = [...stateOf(call).instances.values()].flatMap((instance): readonly Request[] => {
      const id = spotRequestIdOf(instance);
      return id === undefined ? [] : [{ id, instance }];
    });
    const named = input.SpotInstanceRequestIds ?? [];
    const unknown = named.find((id) => !all.some((request) => request.id === id));
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    if (unknown !== undefined)
      throw new ServiceFault(
        'InvalidSpotInstanceRequestID.NotFound',
        `The spot instance request ID '${unknown}' does not exist`,
      );
    const asked = named.length === 0 ? all : all.filter(({ id }) => named.includes(id));
    const shown = page(applyFilters(asked, input.Filters, readers), input, input.SpotInstanceRequestIds);
    return { SpotInstanceRequests: shown.items.map(render), NextToken: shown.nextToken };
  },
});

/** The operation that tells what Spot requests are behind Spot Instances. */
export const spotRequestOperations = { DescribeSpotInstanceRequests: describeSpotInstanceRequests };
