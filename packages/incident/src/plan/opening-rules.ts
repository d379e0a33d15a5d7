import type { Plan, StepOf } from './steps.ts';

/** One rule of a group that opens an interface for a bounded time, as EC2 says it. */
export interface OpeningRule {
  readonly direction: 'ingress' | 'egress';
  readonly protocol: 'tcp' | 'udp';
  readonly fromPort: number;
  readonly toPort: number;
  /** A block, or the id of a prefix list. */
  readonly peer: string;
}

/**
 * What makes a connection untracked: everybody in and out, on every port of both protocols that need not be tracked. ICMP always is, so
 * it is not let through. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#untracked-connections
 */
export const UNTRACKING_RULES: readonly OpeningRule[] = (['ingress', 'egress'] as const).flatMap(
  (direction) =>
    (['tcp', 'udp'] as const).flatMap((protocol) =>
      ['0.0.0.0/0', '::/0'].map((peer) => ({ direction, protocol, fromPort: 0, toPort: 65_535, peer })),
    ),
);

/** A step that opens an interface for a bounded time. */
export type OpeningStep = StepOf<'untrack-connections' | 'keep-management-path'>;

/** The rules that a step's group has: these, and no other. */
export const rulesThatOpen = (step: OpeningStep): readonly OpeningRule[] => {
  switch (step.kind) {
    case 'untrack-connections':
      return UNTRACKING_RULES;
    case 'keep-management-path':
      return step.peers.map(({ peer }) => ({
        direction: 'egress',
        protocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        peer,
      }));
  }
};

/** The plan's step of this id, if it is one that opens. */
export const openingStepOf = (plans: readonly Plan[], id: string): OpeningStep | undefined =>
  plans
    .flatMap(({ steps }) => steps)
    .find(
      (step): step is OpeningStep =>
        step.id === id && (step.kind === 'untrack-connections' || step.kind === 'keep-management-path'),
    );

/** A rule as one text: two rules are the same when their texts are. */
export const ruleText = ({ direction, protocol, fromPort, toPort, peer }: OpeningRule): string =>
  `${direction} ${protocol} ${fromPort}-${toPort} ${peer}`;
