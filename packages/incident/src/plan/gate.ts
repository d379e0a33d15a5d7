import * as z from 'zod';
import type { Leave, Posture } from './posture.ts';

/**
 * What a step waits for. `automatic`: nothing. `ask`: a person's yes; when nobody answers in time it is done all the same,
 * for waiting must not be a way out. `approve`: a person's yes; without one it lapses. `climb`: for nobody, but it is done only where the
 * cheaper steps could not be verified. `memory`: for nobody, but until memory was captured, or its time is over.
 */
export const gateSchema = z.enum(['automatic', 'memory', 'climb', 'ask', 'approve']);
/** What a step waits for. */
export type Gate = z.infer<typeof gateSchema>;

/** Whether a step waits for nobody: it is done by itself, at once or after the memory. */
export const isUnasked = (gate: Gate): boolean => gate === 'automatic' || gate === 'memory';

/** What waits for nobody comes first; of two gates, the one that waits for more. */
export const stricterGate = (one: Gate, other: Gate): Gate =>
  gateSchema.options.indexOf(one) < gateSchema.options.indexOf(other) ? other : one;

/** Of a step that cuts the instance off and touches no neighbour. */
export const cuttingGate = ({ containment }: Posture): Gate => {
  switch (containment) {
    case 'contain':
      return 'automatic';
    case 'ask':
    case 'tripped':
      return 'ask';
  }
};

/** Of a step about credentials: a tripped breaker holds the network back, not the revocation of stolen credentials. */
export const credentialGate = ({ containment }: Posture): Gate => {
  switch (containment) {
    case 'contain':
    case 'tripped':
      return 'automatic';
    case 'ask':
      return 'ask';
  }
};

/**
 * Of a step that destroys something of the instance or touches its neighbours; undefined when the policy does not allow it.
 * While the cut itself waits for a person, such a step waits for an express yes: what a breaker holds back never climbs by itself.
 */
export const costlyGate = (leave: Leave, { containment }: Posture): Gate | undefined => {
  switch (leave) {
    case 'never':
      return undefined;
    case 'ask':
      return 'approve';
    case 'if-open':
      return containment === 'contain' ? 'climb' : 'approve';
    case 'automatic':
      return containment === 'contain' ? 'automatic' : 'approve';
  }
};
