import { ServiceFault } from '../../core/fault.ts';
import type { Call, Operation } from '../../core/operation.ts';
import { dnsFirewallState } from './state.ts';

/**
 * Quotas, as they are by default. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
export const QUOTAS = {
  requestsPerSecond: 5,
  domainsPerRequest: 1_000,
  domainsPerAccount: 100_000,
  domainLists: 1_000,
  ruleGroups: 1_000,
  rulesPerGroup: 100,
  ruleGroupsPerVpc: 5,
} as const;

/** The fault for one too many. */
export const tooMany = (what: string, most: number): ServiceFault =>
  new ServiceFault(
    'LimitExceededException',
    `The request caused one or more limits to be exceeded: ${most} ${what}.`,
    {
      fields: { ResourceType: what },
    },
  );

/** Counts the request. "Five requests per second per AWS account per Region", all operations together. */
const throttle = (call: Call): void => {
  const state = call.world.of(dnsFirewallState, call.caller.account, call.region);
  state.requests = state.requests.filter((at) => at > call.now - 1_000);
  if (state.requests.length >= QUOTAS.requestsPerSecond)
    throw new ServiceFault('ThrottlingException', 'Rate exceeded');
  state.requests = [...state.requests, call.now];
};

/** The same operations, each counted before it does anything. */
export const throttled = (
  operations: Readonly<Record<string, Operation>>,
): Readonly<Record<string, Operation>> =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      {
        checks: operation.checks,
        run: (input: never, call: Call) => {
          throttle(call);
          return operation.run(input, call);
        },
      },
    ]),
  );
