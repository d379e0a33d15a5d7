import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { takePage, type Page } from '../page.ts';
import { surroundingsIn, type Surroundings } from './health.ts';
import {
  loadBalancingState,
  type ClassicLoadBalancer,
  type LoadBalancer,
  type LoadBalancingState,
  type TargetGroup,
} from './state.ts';

/** Elastic Load Balancing in the account and Region of the call. */
export const stateOf = ({ world, caller, region }: Call): LoadBalancingState =>
  world.of(loadBalancingState, caller.account, region);

/** What health checks look at, for the call. */
export const surroundingsOf = ({ world, caller, region }: Call): Surroundings =>
  surroundingsIn({ world, account: caller.account, region });

/** The error of both APIs for a request that breaks a rule of theirs. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html */
export const invalid = (message: string): ServiceFault => new ServiceFault('ValidationError', message);

/** The keys that a check on a resource with tags gives. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html#awselasticloadbalancingv2-policy-keys */
const tagContext = (tags: ReadonlyMap<string, string> | undefined): Record<string, string> => {
  const context: Record<string, string> = {};
  for (const [key, value] of tags ?? []) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`elasticloadbalancing:ResourceTag/${key}`] = value;
  }
  return context;
};

/** The one check of a Describe operation, which knows no resources. */
export const describeCheck = (action: string): readonly Check[] => [
  { action: `elasticloadbalancing:${action}`, resource: '*' },
];

/** The check on a target group, which may not exist. */
export const groupCheck = (action: string, call: Call, arn: string | undefined): readonly Check[] => [
  {
    action: `elasticloadbalancing:${action}`,
    resource: arn ?? '',
    context: tagContext(stateOf(call).targetGroups.get(arn ?? '')?.tags),
  },
];

/** The check on a Classic Load Balancer, which may not exist. */
export const classicCheck = (action: string, call: Call, name: string | undefined): readonly Check[] => [
  {
    action: `elasticloadbalancing:${action}`,
    resource: `arn:${call.world.facts.partition}:elasticloadbalancing:${call.region}:${call.caller.account}:loadbalancer/${name ?? ''}`,
    context: tagContext(stateOf(call).classic.get(name ?? '')?.tags),
  },
];

/** @throws ServiceFault TargetGroupNotFound */
export const requireGroup = (call: Call, arn: string | undefined): TargetGroup => {
  const found = stateOf(call).targetGroups.get(arn ?? '');
  if (found === undefined) throw new ServiceFault('TargetGroupNotFound', `Target groups '${arn}' not found`);
  return found;
};

/** @throws ServiceFault LoadBalancerNotFound */
export const requireBalancer = (call: Call, arn: string | undefined): LoadBalancer => {
  const found = stateOf(call).loadBalancers.get(arn ?? '');
  if (found === undefined)
    throw new ServiceFault('LoadBalancerNotFound', `Load balancers '[${arn}]' not found`);
  return found;
};

/** @throws ServiceFault LoadBalancerNotFound */
export const requireClassic = (call: Call, name: string | undefined): ClassicLoadBalancer => {
  const found = stateOf(call).classic.get(name ?? '');
  if (found === undefined)
    throw new ServiceFault('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`);
  return found;
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html : 1 to 400 */
const LARGEST_PAGE = 400;

/**
 * One page of what a Describe operation gives.
 *
 * @throws ServiceFault ValidationError for a size outside of 1 to 400, or a marker that no answer gave
 */
export const pageOf = <Item>(
  items: readonly Item[],
  { Marker, PageSize }: { readonly Marker?: string | undefined; readonly PageSize?: number | undefined },
): Page<Item> => {
  const size = PageSize ?? LARGEST_PAGE;
  if (size < 1 || size > LARGEST_PAGE)
    throw invalid(
      `1 validation error detected: Value '${size}' at 'pageSize' failed to satisfy constraint: Member must have value between 1 and ${LARGEST_PAGE}`,
    );
  return takePage(items, { token: Marker, size }, () => invalid('The marker is not valid'));
};
